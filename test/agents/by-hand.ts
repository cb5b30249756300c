/** Schedules short enough to write down: one request at a time, 10 µs a token, one letter for each token served. */
import type { Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Slo } from '../../env/serving/slo.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';

export interface Job {
  readonly arrival: number;
  readonly output: number;
  readonly priority?: number;
  readonly tenant?: number;
  readonly slo?: number;
  readonly deadline?: number;
}

/** The requests in the order in which they are given tokens: A is the first to arrive, B the second, … Beliefs are the oracle's unless given. */
export function served(
  jobs: readonly Job[],
  scheduler: () => Scheduler,
  predictor: () => Predictor = oracle,
  promises: readonly Slo[] = [],
): string {
  let letters = '';
  const serve = (r: number, tokens = 1): void => {
    letters += String.fromCharCode(65 + r).repeat(tokens);
  };
  const engine = createEngine({
    workload: createWorkload({
      name: 'by hand',
      arrival: jobs.map(({ arrival }) => arrival),
      promptTokens: jobs.map(() => 1),
      outputTokens: jobs.map(({ output }) => output),
      declared: jobs.map(({ output }) => output),
      priority: jobs.map(({ priority = 0 }) => priority),
      tenant: jobs.map(({ tenant = 0 }) => tenant),
      slo: jobs.map(({ slo = 0 }) => slo),
      deadline: jobs.map(({ deadline = Infinity }) => deadline),
    }),
    rules: preset('serial'),
    cost: constantStep(10),
    predictor,
    scheduler,
    promises,
    recorders: [{ ending: (_s, plan) => serve(plan.ids[0]), repeated: (s, m) => serve(s.running.ids[0], m) }],
  });
  run(engine);
  return letters;
}
