/** One decision of a tuned policy put back to what is published, the others left as they are: what that decision carries. */
import type { Rules } from '../../env/serving/rules.js';
import type { Contender } from '../tune/contender.js';
import { GAMMA_RULES } from '../tune/knobs.js';
import { reordered, stripped } from '../tune/layers.js';

interface Home {
  /** Combinators that make the decision. */
  readonly combinators: readonly string[];
  readonly rules: readonly (keyof Rules)[];
}

/** Where each decision is made, order aside. */
const HOMES = {
  gamma: { combinators: GAMMA_RULES, rules: [] },
  admission: { combinators: ['reserve'], rules: ['misfit', 'watermarkShare', 'maxBatch'] },
  eviction: { combinators: ['hysteresis'], rules: ['victim', 'displaces'] },
  budget: { combinators: [], rules: ['tokenBudget', 'longPrefillThreshold'] },
} as const satisfies Record<string, Home>;

export const decisions = ['order', 'gamma', 'admission', 'eviction', 'budget'] as const;
export type Decision = (typeof decisions)[number];

/** The contender with one decision as in `usual`; equal to it where that decision was never changed. */
export function without(contender: Contender, decision: Decision, usual: Contender): Contender {
  if (decision === 'order') return { ...contender, scheduler: reordered(contender.scheduler, 'fcfs') };
  const { combinators, rules }: Home = HOMES[decision];
  const kept = Object.entries(contender.rules).filter(([rule]) => !rules.includes(rule as keyof Rules));
  return {
    ...contender,
    scheduler: stripped(contender.scheduler, combinators),
    rules: Object.fromEntries(kept) as Partial<Rules>,
    gamma: decision === 'gamma' ? usual.gamma : contender.gamma,
  };
}
