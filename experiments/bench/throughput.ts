/** Iterations a second: asked every iteration, and leaping. */

import { srpt } from '../../agents/schedulers/srpt.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run, type Setup } from '../../env/serving/engine.js';
import { createMetrics } from '../../env/serving/metrics.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { oracle } from '../../predictors/oracle.js';
import type { Bench, Figure } from './figure.js';
import { type Run, sideBySide, type Timing } from './measure.js';
import { exponentialLengths, oneInOneOut, requests, roofline, SEATS, seats } from './worlds.js';

const COUNT = 12_000;
/** A leaping run is short: more requests, so that it is not over before it is measured. */
const LEAPS = 40_000;
const WAVES = 1_000;
const WAITING = 1_000;
const MEAN = 1_000;
const REPEATS = 7;

/** fcfs that must be asked every iteration. */
const asked = (): Scheduler => ({ ...fcfs(), wakeIn: 1 });

/** A run whose last engine can be looked at. Iterations are timed, not the making of the engine's columns. */
function runs(setup: Setup): Run & { engine: () => Engine } {
  let engine: Engine;
  return {
    prepare() {
      engine = createEngine(setup);
    },
    run() {
      run(engine);
    },
    engine: () => engine,
  };
}

const perSecond = (count: number, { median }: Timing): number => (count / median) * 1e6;

function speed(name: string, engine: Engine, timing: Timing, least: number): Figure {
  const { iterations, sequenceSteps } = engine.replica.totals;
  const steps = perSecond(sequenceSteps, timing) / 1e6;
  return {
    name,
    value: perSecond(iterations, timing) / 1e6,
    best: iterations / timing.min,
    unit: 'M iterations/s',
    target: { least },
    detail: `mean batch ${(sequenceSteps / iterations).toFixed(1)}, ${steps.toFixed(0)} M request-steps/s`,
  };
}

export const everyIteration: Bench = {
  name: 'asked every iteration',
  run() {
    const lengths = (): ReturnType<typeof exponentialLengths> => exponentialLengths(MEAN, 1);
    const base = { rules: seats(), cost: roofline };
    const first = { ...base, scheduler: asked };
    const shortest = { ...base, scheduler: srpt, predictor: oracle };
    const byRank = { ...shortest, rules: seats('vllm-v1+rank', { maxResident: SEATS }) };
    const queue = oneInOneOut(first, WAITING, COUNT, lengths());
    const ordered = oneInOneOut(shortest, WAITING, COUNT, lengths());
    const ranked = oneInOneOut(byRank, WAITING, COUNT, lengths());
    // The p-norm's own values as an affine cost: the same batches and nearly the same times.
    const affine = affineCost({ base: 5_000, perSequence: 20, perPrefillToken: 60, perContextToken: 0.09 });
    const plain = runs({ ...first, workload: queue });
    const straight = runs({
      ...first,
      cost: affine,
      workload: oneInOneOut({ ...first, cost: affine }, WAITING, COUNT, lengths()),
    });
    const sorted = runs({ ...shortest, workload: ordered });
    const seated = runs({ ...byRank, workload: ranked });
    const measured = (): Run => {
      let engine: Engine;
      return {
        prepare() {
          engine = createEngine({ ...first, workload: queue, recorders: [createMetrics()] });
        },
        run() {
          run(engine);
        },
      };
    };
    const [a, b, c, d, e] = sideBySide([plain, measured(), straight, sorted, seated], REPEATS);
    return [
      speed('fcfs, asked every iteration', plain.engine(), a, 1),
      speed('srpt × oracle, asked every iteration', sorted.engine(), d, 0.5),
      speed('srpt × oracle, everything by rank', seated.engine(), e, 0.5),
      ratio('metrics on ÷ off', b, a, 1.3),
      {
        ...ratio('p-norm ÷ affine cost, per iteration', a, c, 1.1),
        value:
          a.median /
          plain.engine().replica.totals.iterations /
          (c.median / straight.engine().replica.totals.iterations),
      },
    ];
  },
};

const ratio = (name: string, top: Timing, bottom: Timing, most: number): Figure => ({
  name,
  value: top.median / bottom.median,
  unit: '×',
  target: { most },
  detail: 'fcfs, asked every iteration, runs in turns',
});

export const leaping: Bench = {
  name: 'leaping',
  run() {
    const base = { rules: seats(), cost: roofline, scheduler: fcfs };
    const spread = runs({ ...base, workload: oneInOneOut(base, WAITING, LEAPS, exponentialLengths(MEAN, 1)) });
    const waves = runs({ ...base, workload: requests(WAVES * SEATS, () => MEAN, wavesOf(WAVES * SEATS)) });
    const [a, b] = sideBySide([spread, waves], 2 * REPEATS);
    return [
      speed('leap, exponential lengths of mean 1,000', spread.engine(), a, 2.5),
      speed('leap, waves of 64 × 1,000 tokens', waves.engine(), b, 30),
    ];
  },
};

/** Waves of 64 that come when the one before has long ended. */
const wavesOf = (count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => Math.floor(k / SEATS) * 60e6);
