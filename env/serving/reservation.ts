/**
 * What an admission takes for what is still to come. Three things differ: what must fit, what is allocated at once, and
 * what stays set aside for the request, so that nobody else gets it.
 *
 * | `admissionReserve` | must fit | allocated | set aside | engine |
 * |---|---|---|---|---|
 * | chunk | first chunk | first chunk | – | vLLM 0.14 |
 * | prompt | everything known | first chunk | – | vLLM V1 |
 * | allocate-prompt | everything known | everything known | – | Sarathi |
 * | declared | prompt + declared output | first chunk | the rest | mini-sglang |
 * | predicted | prompt + believed output + padding | first chunk | the rest | CacheOPT |
 * | model-length | the model length | first chunk | the rest | Orca |
 * | ratio | first chunk, and `new-token-ratio.ts` | first chunk | – | SGLang |
 * | peak | first chunk, and `predicted-peak.ts` | first chunk | – | NanoFlow |
 * | kv-use | first chunk, while few blocks are in use | first chunk | – | BatchLLM |
 *
 * What a policy writes into `reserve`, or says by `growth`, takes the place of the second and fourth column. Who is alone needs only blocks.
 */
import { usedBlocks } from './kv-use.js';
import { ratioAllows } from './new-token-ratio.js';
import { peakAllows } from './predicted-peak.js';
import type { Replica } from './replica.js';

/** KV tokens that must fit when r is admitted, first chunk aside. */
export function reserveTokens(s: Replica, r: number): number {
  const { requests, rules } = s;
  const own = saidReserve(s, r);
  const most = Math.min(requests.promptTokens[r] + requests.declared[r], rules.maxModelLen);
  if (own >= 0) return Math.min(own, most);
  switch (rules.admissionReserve) {
    case 'prompt':
    case 'allocate-prompt':
      return requests.known[r];
    case 'declared':
      return most;
    case 'predicted':
      return Math.min(most, Math.max(requests.known[r], believedTokens(s, r)));
    case 'model-length':
      return rules.maxModelLen;
    default:
      return 0;
  }
}

/** What the policy says of r: itself, or by the growth that it wants for everyone; −1: nothing. */
function saidReserve({ decision, growth, requests, beliefs }: Replica, r: number): number {
  const own = decision.reserve[r];
  if (own >= 0 || growth === 0) return own;
  return Math.ceil(requests.known[r] + growth * Math.max(0, beliefs.length[r] - requests.generated[r]));
}

/** Prompt and believed output with its padding, whole tokens. */
function believedTokens(s: Replica, r: number): number {
  const { rules, beliefs } = s;
  const padding = rules.reserveSpreads * beliefs.lengthSpread[r] + rules.reservePadding;
  return s.requests.promptTokens[r] + Math.ceil(beliefs.length[r] + padding);
}

/** True if what is reserved stays set aside after admission; vLLM only checks that the prompt would fit. */
export function staysReserved(s: Replica, r: number): boolean {
  if (saidReserve(s, r) >= 0) return true;
  const { admissionReserve } = s.rules;
  return admissionReserve === 'declared' || admissionReserve === 'predicted' || admissionReserve === 'model-length';
}

/** KV tokens for which r gets blocks at once when it is admitted up to its token `end`. */
export const allocatedTokens = (s: Replica, r: number, end: number): number =>
  s.rules.admissionReserve === 'allocate-prompt' ? Math.max(end, s.requests.known[r]) : end;

/** True if, beside others, what is foreseen of everybody leaves room for r behind its hit. */
export function foreseen(s: Replica, r: number, hitBlocks: number): boolean {
  switch (s.rules.admissionReserve) {
    case 'ratio':
      return ratioAllows(s, r, hitBlocks);
    case 'peak':
      return peakAllows(s, r);
    case 'kv-use':
      return usedBlocks(s) < s.rules.kvShare * s.rules.blocks;
    default:
      return true;
  }
}

/** True if time alone can make room for a request that did not fit. */
export const roomComesWithTime = ({ rules: { admissionReserve } }: Replica): boolean =>
  admissionReserve === 'ratio' || admissionReserve === 'peak';
