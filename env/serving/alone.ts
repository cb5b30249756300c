/**
 * How long a request takes alone on an idle engine: the denominator of its slowdown. The engine has the same rules, cost
 * and γ, memory enough, an empty prefix cache, and nobody else; the request has its own length and luck.
 *
 * It is what a run of the engine with this one request gives, to the microsecond, asynchronous engines included: there
 * the first batch is planned on an idle device, and from then on an iteration lasts as long as the longer of planning the
 * next batch and computing this one. A decode of one sequence costs what its context says, so without drafts the
 * decodes of any request are a difference of two entries of one table.
 */

import type { Micros } from '../time.js';
import type { Acceptance } from '../workloads/acceptance/acceptance.js';
import { createClock, decode, finish, prefill, type Solo, spend, thresholdAlone } from './alone-clock.js';
import { createWalks } from './alone-walk.js';
import { type CostModel, clearShape, createShape } from './cost/cost.js';
import type { Rules } from './rules.js';

/** Time alone from arrival to the last token. Tables are shared by all requests it is asked about. */
export function createAlone(rules: Rules, cost: CostModel, acceptance: Acceptance): (request: Solo) => Micros {
  if (rules.drafts > 0) return createWalks(rules, cost, acceptance);
  const decodes = createDecodes(rules, cost);
  return ({ prompt, declared, end }) => {
    const clock = createClock(rules, cost);
    const most = Math.min(rules.tokenBudget, thresholdAlone(rules));
    for (let done = 0; done < prompt; done += most) {
      prefill(clock.shape, done, Math.min(most, prompt - done));
      spend(clock);
    }
    if (end > 1) {
      decode(clock.shape, prompt, 1);
      spend(clock);
      clock.time += decodes.between(prompt, prompt + end - 2);
      clock.device = decodes.device(prompt + end - 2);
    }
    if (end === declared) clearShape(clock.shape);
    else decode(clock.shape, prompt + end - 1, 1);
    return finish(clock);
  };
}

/** Decodes of one sequence, tabulated by context as far as anyone asked. */
function createDecodes(rules: Rules, cost: CostModel) {
  const shape = createShape();
  let sums = new Float64Array(1024);
  let known = 1; // entries: sums[c] is Σ step(1 … c)
  const device = (context: number): Micros => {
    decode(shape, context, 1);
    return cost.device(shape);
  };
  /** What the decode at `context` lasts; asynchronous: the one before, beside which it is planned. */
  const step = (context: number): Micros => {
    decode(shape, context, 1);
    return rules.asyncDepth > 0 ? Math.max(cost.cpu(shape), device(context - 1)) : cost.iteration(shape);
  };
  const upTo = (context: number): Micros => {
    if (context >= sums.length) {
      const wider = new Float64Array(Math.max(2 * sums.length, context + 1));
      wider.set(sums);
      sums = wider;
    }
    for (; known <= context; known++) sums[known] = sums[known - 1] + step(known);
    return sums[context];
  };
  return {
    device,
    /** Decodes at contexts first + 1 … last. */
    between: (first: number, last: number): Micros => upTo(last) - upTo(first),
  };
}
