/** What every predictor of the catalogue promises, and what each believes. */
import { describe, expect, test } from 'vitest';
import { srpt } from '../../agents/schedulers/srpt.js';
import type { declared } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { act, createEngine, type Engine, run, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { acceptancePredictors, predictors, resolvePredictor } from '../../experiments/catalogue.js';
import { noisy } from '../../predictors/noisy.js';
import { runningMean } from '../../predictors/running-mean.js';
import { engines, leftAt, runSmall, smallWorkload, startSmall } from './small-world.js';

const variants = [
  'noisy:sigma=2,unbiased=mean',
  'noisy:sigma=0',
  'running-mean:refresh=waiting',
  'running-mean:prior=5,weight=0.5',
  'trail:smoothing=none',
  'trail:every=3,longest=256+ewma',
  'ssjf:scale=0.1+posterior',
  'learned:online=no,refresh=hazard,believes=median',
  'refined(ssjf):every=3',
  'bounded(learned):group=tenant,beta=0.01',
];
const acceptance = Object.keys(acceptancePredictors).map((name) => `declared+${name}`);
const specs = [...Object.keys(predictors), ...acceptance, ...variants];
/** They believe at arrival what they believe, and nothing that happens to others makes a difference. */
const keyed = specs.filter((spec) => !/-mean/.test(spec) && !resolvePredictor(spec).make().progress);
const seeds = [4, 5, 6];

const believed = ({ replica, delivered }: Engine): Map<number, readonly number[]> => {
  const { beliefs, requests } = replica;
  const of = (r: number) => [
    beliefs.length[r],
    beliefs.lengthSpread[r],
    beliefs.acceptance[r],
    beliefs.acceptanceSpread[r],
  ];
  return new Map(Array.from({ length: delivered }, (_, r) => [requests.key[r], of(r)]));
};

describe.each(specs)('%s', (spec) => {
  const { make } = resolvePredictor(spec);

  test.each(engines)('on %s: beliefs are possible, repeatable, and fork with the episode', (engine) => {
    for (const seed of seeds) {
      const world = { engine, seed, predictor: make, scheduler: srpt };
      const whole = runSmall(world);
      expect(whole.outcome).toBe('drained');
      for (const [, [length, spread, acceptance, acceptanceSpread]] of believed(whole)) {
        expect(length).toBeGreaterThan(0);
        for (const value of [length, spread, acceptance, acceptanceSpread])
          expect(Number.isFinite(value) && value >= 0).toBe(true);
      }
      for (let r = 0; r < whole.delivered; r++) {
        expect(whole.replica.beliefs.length[r]).toBeLessThanOrEqual(whole.replica.requests.declared[r]);
      }
      expect(believed(runSmall(world))).toEqual(believed(whole));
      const halfway = startSmall(world);
      for (let turn = 0; turn < whole.replica.totals.turns / 2 && toTurn(halfway); turn++) act(halfway);
      const forked = fork(halfway);
      run(forked);
      run(halfway);
      expect(leftAt(halfway)).toEqual(leftAt(whole));
      for (const [key, time] of leftAt(forked)) if (time > 0) expect(time).toBe(leftAt(whole).get(key));
    }
  });

  test('treats requests alike under any numbering', () => {
    for (const seed of seeds) {
      const workload = smallWorkload(seed, 24, (row) => (row * 5 + seed) % 24);
      const world = { engine: 'vllm-v1+rank', seed, predictor: make, scheduler: srpt } as const;
      expect(believed(runSmall({ ...world, workload }))).toEqual(believed(runSmall(world)));
    }
  });
});

test.each(keyed)('%s believes the same whatever the order of calls', (spec) => {
  const { make } = resolvePredictor(spec);
  const world = { engine: 'vllm-v1', seed: 5, predictor: make } as const;
  const shortest = believed(runSmall({ ...world, scheduler: srpt }));
  expect(believed(runSmall(world))).toEqual(shortest);
  expect(believed(runSmall({ ...world, workload: smallWorkload(5, 12) }))).toEqual(new Map([...shortest].slice(0, 12)));
});

/** Beliefs about `count` requests that all generate 1,000 of at most `most` tokens, over their true length. */
function ratios(options: Parameters<typeof noisy>[0], most: number, count = 20_000): Float64Array {
  const engine = createEngine({
    workload: createWorkload({
      name: 'alike',
      arrival: new Float64Array(count),
      promptTokens: new Int32Array(count).fill(1),
      outputTokens: new Int32Array(count).fill(1000),
      declared: new Int32Array(count).fill(most),
    }),
    rules: preset('serial'),
    cost: constantStep(1),
    predictor: () => noisy(options),
    horizon: 1,
  });
  run(engine);
  return engine.replica.beliefs.length
    .slice(0, engine.delivered)
    .map((length) => length / 1000)
    .sort();
}

describe('noisy', () => {
  const sigma = 0.5;
  const count = 20_000;
  const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

  test('its error is log-normal with the spread asked for', () => {
    const logs = ratios({ sigma }, 1e9).map(Math.log);
    expect(Math.abs(mean(logs))).toBeLessThan((4 * sigma) / Math.sqrt(count));
    const centre = mean(logs);
    const variance = mean(logs.map((v) => (v - centre) ** 2));
    expect(Math.abs(Math.sqrt(variance) - sigma)).toBeLessThan((4 * sigma) / Math.sqrt(2 * count));
    expect(Math.abs(logs[Math.floor(0.975 * count)] - 1.96 * sigma)).toBeLessThan(0.04);
  });

  test('its mean or its median is unbiased', () => {
    const error = (4 * Math.sqrt(Math.expm1(sigma ** 2))) / Math.sqrt(count);
    expect(Math.abs(mean(ratios({ sigma, unbiased: 'mean' }, 1e9)) - 1)).toBeLessThan(error);
    const byMedian = ratios({ sigma, unbiased: 'median' }, 1e9);
    expect(Math.abs(byMedian[count / 2] - 1)).toBeLessThan((4 * 1.2533 * sigma) / Math.sqrt(count));
    expect(Math.abs(mean(byMedian) - Math.exp(sigma ** 2 / 2))).toBeLessThan(2 * error);
  });

  test('it stays between one token and what is declared', () => {
    const clamped = ratios({ sigma: 5 }, 1500);
    expect(clamped[0]).toBe(1 / 1000);
    expect(clamped[count - 1]).toBe(1.5);
  });
});

/** Beliefs about length at the end: outputs 3, 5 and 4 one after the other, then 9 at 5 µs and 9 at 55 µs. */
function afterThree(predictor: typeof declared): number[] {
  const engine = createEngine({
    workload: createWorkload({
      name: 'in turn',
      arrival: [0, 30, 80, 81, 131],
      promptTokens: [1, 1, 1, 1, 1],
      outputTokens: [3, 5, 4, 9, 9],
      declared: [50, 50, 50, 50, 7],
    }),
    rules: preset('serial'),
    cost: constantStep(10),
    predictor,
  });
  run(engine);
  return [...engine.replica.beliefs.length.slice(0, engine.delivered)];
}

describe('running-mean', () => {
  test('it believes the mean of the prior and of those who finished before an arrival, at most what is declared', () => {
    // The first two finish before the third comes; the fourth sees the same; the last one may generate only 7.
    expect(afterThree(() => runningMean({ prior: 10 }))).toEqual([10, 13 / 2, 6, 6, 5.5]);
    expect(afterThree(() => runningMean({ prior: 100, weight: 3 }))).toEqual(
      [100, 303 / 4, 308 / 5, 308 / 5, 7].map((v) => Math.min(v, 50)),
    );
  });

  test('those who wait follow the mean if asked', () => {
    // The fourth waits until the third, of 4 tokens, has finished.
    expect(afterThree(() => runningMean({ prior: 10, refresh: 'waiting' }))).toEqual([10, 13 / 2, 6, 5.5, 31 / 5]);
  });
});
