/** Batches of engines that serve who runs before they admit: vLLM, Sarathi, Orca, SGLang. */
import { admitFromQueue, Phase, serveRunning } from './batch.js';
import { stepRatio } from './new-token-ratio.js';
import { packPlain } from './plain.js';
import type { Replica } from './replica.js';

/** Forms the next batch of an engine that serves its running list first. */
export function packRunningFirst(s: Replica): void {
  const { rules, plan } = s;
  if (rules.batching === 'prefill-alone') packPrefillAlone(s);
  else if (rules.phases === 'as-ranked') mayAdmit(s, !packPlain(s) && serveRunning(s, Phase.all));
  else if (rules.phases === 'decodes-first') {
    if (!packPlain(s)) serveRunning(s, Phase.decodes);
    const decoding = plan.n;
    const inPrompt = plan.n < s.running.n && serveRunning(s, Phase.prefills);
    mayAdmit(s, inPrompt);
    if (rules.admissionReserve === 'ratio' && decoding > 0 && plan.n === decoding) countDecodes(s);
  } else {
    const inPrompt = serveRunning(s, Phase.prefills);
    mayAdmit(s, serveRunning(s, Phase.decodes) || inPrompt);
  }
}

/** Prompts under way and new ones; if there are none, decodes. */
function packPrefillAlone(s: Replica): void {
  const { plan } = s;
  serveRunning(s, Phase.spare);
  mayAdmit(s, true);
  if (plan.n > 0) return;
  if (!packPlain(s)) serveRunning(s, Phase.decodes);
  if (plan.n > 0 && s.rules.admissionReserve === 'ratio') countDecodes(s);
  // Nobody decodes and no prompt under way finds a block: one of them must lose its own.
  if (plan.n === 0) serveRunning(s, Phase.prefills);
}

/** Admits, unless someone lost its blocks in this iteration and the engine then waits. */
function mayAdmit(s: Replica, inPrompt: boolean): void {
  if (s.evicted.n === s.evictedBefore || s.rules.admitAfterEviction) admitFromQueue(s, inPrompt);
}

/** The batch is decodes only: what is expected of them moves. */
const countDecodes = (s: Replica): void => stepRatio(s, s.evicted.n > s.evictedBefore);
