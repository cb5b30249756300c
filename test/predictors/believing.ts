/** Requests that are served all at once, a token each in an iteration, under a predictor that is looked at. */
import type { Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import type { ReplicaView } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import type { Acceptance } from '../../env/workloads/acceptance/acceptance.js';
import { noAcceptance } from '../../env/workloads/acceptance/acceptance.js';
import { createWorkload } from '../../env/workloads/workload.js';

export interface Believing {
  readonly predictor: () => Predictor;
  readonly lengths: readonly number[];
  /** µs, one iteration is 10 [all at 0]. */
  readonly arrival?: readonly number[];
  readonly tenant?: readonly number[];
  readonly declared?: number;
  readonly acceptance?: Acceptance;
  readonly rules?: Partial<Rules>;
  readonly wakeIn?: number;
  readonly seed?: number;
  /** µs [until all have left] */
  readonly horizon?: number;
  look?(view: ReplicaView): void;
}

export function believing({
  predictor,
  lengths,
  wakeIn = 1,
  look,
  seed = 1,
  horizon = Infinity,
  ...given
}: Believing): Engine {
  const count = lengths.length;
  const engine = createEngine({
    workload: createWorkload({
      name: 'believed',
      arrival: given.arrival ?? lengths.map(() => 0),
      promptTokens: lengths.map(() => 1),
      outputTokens: lengths,
      declared: lengths.map(() => given.declared ?? 100_000),
      tenant: given.tenant ?? lengths.map(() => 0),
      acceptance: given.acceptance ?? noAcceptance,
    }),
    rules: preset('vllm-v1', {
      blocks: 1 << 20,
      prefixCaching: false,
      maxModelLen: 200_000,
      tokenBudget: Math.max(2048, 64 * count),
      maxBatch: Math.min(65_536, Math.max(256, count)),
      ...given.rules,
    }),
    cost: constantStep(10),
    predictor,
    seed,
    horizon,
    scheduler: () => ({ name: 'watcher', wakeIn, decide: (view) => look?.(view) }),
  });
  run(engine);
  return engine;
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
};
