/** Batches of engines that serve who runs before they admit: vLLM, Sarathi, Orca, SGLang. */
import { decodes, Phase, serveRunning } from './batch.js';
import { admitFromQueue, Entry } from './from-queue.js';
import { stepRatio } from './new-token-ratio.js';
import { packPlain } from './plain.js';
import type { Replica } from './replica.js';

/** Forms the next batch of an engine that serves its running list first. */
export function packRunningFirst(s: Replica): void {
  const { rules, plan } = s;
  if (rules.batching !== 'mixed') packApart(s);
  else if (rules.phases === 'as-ranked') mayAdmit(s, !packPlain(s) && serveRunning(s, Phase.all));
  else if (rules.phases === 'decodes-first') {
    if (!packPlain(s)) serveRunning(s, Phase.decodes);
    const inPrompt = plan.n < s.running.n && serveRunning(s, Phase.prefills);
    mayAdmit(s, inPrompt);
    if (rules.admissionReserve === 'ratio' && plan.n > 0 && onlyDecodes(s)) countDecodes(s);
  } else {
    const inPrompt = serveRunning(s, Phase.prefills);
    mayAdmit(s, serveRunning(s, Phase.decodes) || inPrompt);
  }
}

/**
 * Prompts, under way and new ones, or decodes: the other kind only if there are none of the first. Who comes back from the host is a
 * decode and comes after them, as in vLLM before V1: before them he would take the block that somebody was evicted for, again and again.
 */
function packApart(s: Replica): void {
  const { plan } = s;
  const decodesTurn = s.rules.batching === 'alternating' && s.promptsLast;
  if (decodesTurn) packDecodes(s);
  if (plan.n === 0) {
    serveRunning(s, Phase.spare);
    mayAdmit(s, true, Entry.prompts);
    if (plan.n > 0) {
      s.promptsLast = true;
      return;
    }
  }
  if (!decodesTurn) packDecodes(s);
  if (s.swap) mayAdmit(s, false, Entry.returning);
  s.promptsLast = false;
  if (plan.n > 0) return;
  serveRunning(s, Phase.prefills); // no prompt under way finds a block: one of them must lose its own
  s.promptsLast = plan.n > 0;
}

function packDecodes(s: Replica): void {
  if (!packPlain(s)) serveRunning(s, Phase.decodes);
  if (s.plan.n > 0 && s.rules.admissionReserve === 'ratio') countDecodes(s);
}

/** Admits, unless someone lost its blocks in this iteration and the engine then waits. */
function mayAdmit(s: Replica, inPrompt: boolean, entry?: number): void {
  if (s.evicted.n === s.evictedBefore || s.rules.admitAfterEviction) admitFromQueue(s, inPrompt, entry);
}

function onlyDecodes(s: Replica): boolean {
  const { plan } = s;
  for (let k = 0; k < plan.n; k++) if (!decodes(s, plan.ids[k])) return false;
  return s.admitted.n === 0;
}

/** The batch is decodes only: what is expected of them moves. */
const countDecodes = (s: Replica): void => stepRatio(s, s.evicted.n > s.evictedBefore);
