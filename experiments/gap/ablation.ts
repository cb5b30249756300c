/** One decision of a tuned policy put back to what is published, the others left as they are: what that decision carries. */
import type { Rules } from '../../env/serving/rules.js';
import { formulaOf, parseSpec } from '../specs.js';
import type { Contender } from '../tune/contender.js';
import { GAMMA_RULES } from '../tune/knobs.js';

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
  const { layers, order } = takeApart(contender.scheduler);
  const kept = Object.entries(contender.rules).filter(([rule]) => !rules.includes(rule as keyof Rules));
  return {
    ...contender,
    scheduler: putTogether(
      layers.filter(({ name }) => !combinators.includes(name)),
      order,
    ),
    rules: Object.fromEntries(kept) as Partial<Rules>,
    gamma: decision === 'gamma' ? usual.gamma : contender.gamma,
  };
}

/** Another order inside the same combinators. */
export const reordered = (scheduler: string, order: string): string => putTogether(takeApart(scheduler).layers, order);

/** A combinator of a spec, and what stands behind its colon. */
interface Layer {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
}

const KNOBS: readonly string[] = Object.values(HOMES).flatMap(({ combinators }) => combinators);

/** Combinators that turn knobs, outermost first, and the order inside. */
function takeApart(spec: string): { layers: Layer[]; order: string } {
  if (formulaOf(spec) !== undefined) return { layers: [], order: spec };
  const { name, inner, settings } = parseSpec(spec);
  if (inner === undefined || !KNOBS.includes(name)) return { layers: [], order: spec };
  const { layers, order } = takeApart(inner);
  return { layers: [{ name, settings }, ...layers], order };
}

const putTogether = (layers: readonly Layer[], order: string): string =>
  layers.reduceRight((inner, { name, settings }) => {
    const given = [...settings].map(([key, value]) => `${key}=${value}`).join(',');
    return `${name}(${inner})${given && `:${given}`}`;
  }, order);
