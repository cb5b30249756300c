/**
 * SGLang's admission test: those who run are expected to generate a share of what they declare, the new-token ratio. It
 * falls while decodes find blocks and jumps when they do not.
 *
 *     need(r)   = tokens to compute + min(declared − generated, clip) + a block
 *     pledged   = Σ over decodes of min(declared − generated, clip) · ratio
 *               + Σ over prompts in this batch of (its declared output, clipped, if it completes) + a block
 *     admit if need < free tokens − pledged
 *
 * A decode iteration in which everyone finds blocks lowers the ratio by (start − least)/steps, not below `least`. One in which
 * some lose theirs sets it to (Σ generated + ahead · n)/(Σ declared + 1) over the n who stay, at most 1. With nobody there
 * it starts again. It is kept as its last value and the iterations since, so that a leap moves it exactly.
 */
import { decodes } from './batch.js';
import type { Replica } from './replica.js';

/** The ratio as of now. */
export function ratioNow({ rules, ratioFrom, ratioAge }: Replica): number {
  if (ratioAge === 0) return ratioFrom;
  const { ratioStart, ratioLeast, ratioSteps } = rules;
  return Math.max(ratioLeast, ratioFrom - (ratioAge * (ratioStart - ratioLeast)) / ratioSteps);
}

/** Nobody is here. */
export function resetRatio(s: Replica): void {
  s.ratioFrom = s.rules.ratioStart;
  s.ratioAge = 0;
}

/** A decode iteration was planned; `retracted`: some lost their blocks for it. */
export function stepRatio(s: Replica, retracted: boolean): void {
  if (!retracted) {
    s.ratioAge++;
    return;
  }
  const { generated, declared } = s.requests;
  const { running, rules } = s;
  let decoded = 0;
  let most = 0;
  for (let k = 0; k < running.n; k++) {
    decoded += generated[running.ids[k]];
    most += declared[running.ids[k]];
  }
  s.ratioFrom = Math.min(1, (decoded + rules.ratioAhead * running.n) / (most + 1));
  s.ratioAge = 0;
}

/** Adds up what is pledged to those who run, before anyone is admitted in this iteration. */
export function pledgeRunning(s: Replica): void {
  const { running, plan } = s;
  const ratio = ratioNow(s);
  s.pledged = 0;
  for (let k = 0; k < running.n; k++) {
    const r = running.ids[k];
    if (decodes(s, r)) s.pledged += expected(s, r) * ratio;
  }
  for (let k = 0; k < plan.n; k++) if (!decodes(s, plan.ids[k])) pledgePrompt(s, plan.ids[k], plan.tokens[k]);
}

/** A prompt joins the batch with `tokens` tokens. */
export function pledgePrompt(s: Replica, r: number, tokens: number): void {
  const { computed, known, declared } = s.requests;
  const completes = computed[r] + tokens >= known[r];
  s.pledged += (completes ? Math.min(declared[r], s.rules.ratioClip) : 0) + s.rules.blockSize;
}

/** True if r, behind its hit, fits beside what is pledged. */
export function ratioAllows(s: Replica, r: number, hitBlocks: number): boolean {
  const { blockSize } = s.rules;
  const taken = s.prefix && hitBlocks > 0 ? s.prefix.found.free : 0;
  const need = s.requests.known[r] - hitBlocks * blockSize + expected(s, r) + blockSize;
  return need < (s.free - s.headroom - s.reservedBlocks - taken) * blockSize - s.pledged;
}

/** Tokens that r may still generate, as far as they count. */
const expected = (s: Replica, r: number): number =>
  Math.min(Math.max(0, s.requests.declared[r] - s.requests.generated[r]), s.rules.ratioClip);
