/** Predictions take time on the engine's clock: the laws hold with them, and each is paid once. */
import { describe, expect, it } from 'vitest';
import type { PredictionCost, Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { scaledCost } from '../../env/serving/cost/cost.js';
import { act, createEngine, run, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { combined } from '../../predictors/combined.js';
import { oracle } from '../../predictors/oracle.js';
import { forAll, PRESETS, randomEpisode } from './generators.js';
import { asked, indexPolicies } from './policies.js';
import { bytesOf, ran, requestsOf, resultsOf } from './results.js';

const paid = (cost: PredictionCost) => (): Predictor => ({ ...oracle(), cost });
const costly = paid({ arrive: 37, token: 3 });

describe('with predictions that take time', () => {
  it.each(PRESETS)('%s: leap on ≡ leap off', (preset) => {
    forAll(4, (d) => {
      const { fcfs, sjf } = indexPolicies;
      const policy = d.pick([fcfs, sjf]);
      const setup = { horizon: 30_000, ...randomEpisode(d, { preset }), predictor: paid({ arrive: 37, token: 0.4 }) };
      const stepwise = resultsOf(ran({ ...setup, scheduler: asked(policy, 1) }));
      expect(resultsOf(ran({ ...setup, scheduler: asked(policy, Infinity) }))).toEqual(stepwise);
    });
  });

  it('fork then run = run', () => {
    forAll(10, (d) => {
      const engine = createEngine({ horizon: 15_000, ...randomEpisode(d), predictor: costly });
      for (let turn = d.int(0, 40); turn > 0 && toTurn(engine); turn--) act(engine);
      const twin = fork(engine);
      run(twin);
      run(engine);
      expect(twin.replica.now).toBe(engine.replica.now);
      expect(twin.replica.totals).toEqual(engine.replica.totals);
    });
  });

  it('all times scale', () => {
    const { workload, rules } = queue([5, 9, 2, 30, 4], [0, 90, 100, 4000, 4100]);
    const later = { ...workload, arrival: workload.arrival.map((time) => 7 * time) };
    const cost = constantStep(100);
    const one = requestsOf(ran({ workload, rules, cost, predictor: costly }));
    const seven = ran({
      workload: later,
      rules,
      cost: scaledCost(cost, 7),
      predictor: paid({ arrive: 7 * 37, token: 7 * 3 }),
    });
    for (const [key, row] of Object.entries(requestsOf(seven))) expect(row.left).toBe(7 * one[key].left);
  });

  it('nothing costs nothing, to the byte', () => {
    forAll(10, (d) => {
      const episode = { horizon: 15_000, ...randomEpisode(d) };
      expect(bytesOf(ran({ ...episode, predictor: paid({ arrive: 0, token: 0 }) }))).toBe(bytesOf(ran(episode)));
    });
  });
});

const queue = (outputs: readonly number[], arrival: readonly number[]) => ({
  workload: createWorkload({ name: 'queue', arrival, promptTokens: outputs.map(() => 1), outputTokens: outputs }),
  rules: preset('serial'),
});

describe('who pays', () => {
  const cost = constantStep(100);
  const leftAt = (predictor: () => Predictor, arrival: readonly number[]): number[] =>
    Object.values(requestsOf(ran({ ...queue([10, 10], arrival), cost, predictor }))).map(({ left }) => left);

  it('the iteration after a delivery, once for each request', () => {
    expect(leftAt(oracle, [0, 250])).toEqual([1000, 2000]);
    expect(leftAt(paid({ arrive: 40 }), [0, 250])).toEqual([1080, 2080]);
    expect(leftAt(paid({ arrive: 40 }), [0, 5000])).toEqual([1040, 6040]);
  });

  it('each sequence of a batch, whatever fraction of a µs', () => {
    expect(leftAt(paid({ token: 2 }), [0, 0])).toEqual([1020, 2040]);
    expect(leftAt(paid({ token: 0.2 }), [0, 0])).toEqual(leftAt(oracle, [0, 0]));
  });

  it('both halves of a pair of predictors', () => {
    const pair = combined({ ...oracle(), cost: { arrive: 30 } }, { ...oracle(), cost: { arrive: 10, token: 2 } });
    expect(pair.cost).toEqual({ arrive: 40, token: 2 });
    expect(combined(oracle(), oracle()).cost).toBeUndefined();
  });
});
