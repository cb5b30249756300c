/** The gym's contract, by CartPole: what a step costs beside its physics. */
import { take } from 'rxjs';
import { createColumns } from '../../env/gym/columns.js';
import type { Env } from '../../env/gym/env.js';
import { episodes$, steps$ } from '../../env/gym/streams.js';
import { syncVector } from '../../env/gym/vector/sync.js';
import { workerRollouts } from '../../env/gym/vector/workers.js';
import { stream } from '../../env/random.js';
import { createEngine, run, type Setup } from '../../env/serving/engine.js';
import { events$ } from '../../env/serving/events.js';
import { cartPole, cartPoleV1, randomPushes } from './cart-pole.js';
import type { Bench, Figure } from './figure.js';
import { type Run, sideBySide, type Timing, timingOf } from './measure.js';
import { exponentialLengths, oneInOneOut, roofline, seats } from './worlds.js';

type CartPole = Env<Float32Array, number, Float32Array>;

const STEPS = 2_000_000;
const REPEATS = 9;
/** M steps/s: ahead of the vector CartPole of 1,024 in Gymnasium 1.4.0, which made 14.7 M on a like core; its plain one .17 M. */
const PEER = 15;

/** Drawn beforehand: the policy is not what is measured. A power of two. */
const pushes = ((): Uint8Array => {
  const random = stream(1, 'pushes');
  return Uint8Array.from({ length: 4096 }, () => (2 * random.next()) | 0);
})();
const pushAt = (k: number): number => pushes[k & 4095];

const speed = (name: string, count: number, { median, min }: Timing, detail: string, least?: number): Figure => ({
  name,
  value: count / median,
  best: count / min,
  unit: 'M steps/s',
  ...(least === undefined ? {} : { target: { least } }),
  detail,
});

/** Random episodes, written to one row. */
function rows(env: CartPole): Run {
  const { resetInto, stepInto } = env as Required<CartPole>;
  const out = createColumns(env.observationSpace, 1);
  return {
    run() {
      resetInto(out, 0);
      for (let k = 0; k < STEPS; k++) {
        stepInto(pushAt(k), out, 0);
        if ((out.terminated[0] | out.truncated[0]) !== 0) resetInto(out, 0);
      }
    },
  };
}

export const cartPoleSteps: Bench = {
  name: 'CartPole',
  run() {
    const [alone] = sideBySide([rows(cartPole())], REPEATS);
    const [limited] = sideBySide([rows(cartPoleV1())], REPEATS);
    const env = cartPole();
    const tuples = (): void => {
      env.reset();
      for (let k = 0; k < STEPS; k++) if (env.step(pushAt(k))[2]) env.reset();
    };
    const [tuple] = sideBySide([{ run: tuples }], REPEATS);
    return [
      speed('CartPole by stepInto', STEPS, alone, 'one environment, random episodes, resets included', PEER),
      speed('CartPole-v1 by stepInto', STEPS, limited, 'the same in a TimeLimit'),
      speed('CartPole by tuples', STEPS, tuple, 'a fresh observation and info each step'),
    ];
  },
};

export const vectorSteps: Bench = {
  name: 'vector CartPole',
  run() {
    return [16, 1024].map((count) => {
      const vector = syncVector(Array.from({ length: count }, () => cartPole));
      const out = createColumns(vector.singleObservationSpace, count);
      const batches = Array.from({ length: 64 }, (_, k) => Int32Array.from(pushes.subarray(k * 16, k * 16 + count)));
      const steps = Math.ceil(STEPS / count);
      vector.resetInto(out, { seed: 1 });
      const [timing] = sideBySide(
        [
          {
            run() {
              for (let k = 0; k < steps; k++) vector.stepInto(batches[k & 63], out);
            },
          },
        ],
        REPEATS,
      );
      return speed(`CartPole, vector of ${count}`, steps * count, timing, 'rows by stepInto, next-step autoreset');
    });
  },
};

export const streamed: Bench = {
  name: 'streams',
  run() {
    const policy = (
      (k) => () =>
        pushAt(k++)
    )(0);
    const steps = STEPS / 4;
    const chunk = Number.MAX_SAFE_INTEGER; // in one go, so that it can be timed
    const env = cartPole();
    const loop = (): void => {
      env.reset();
      for (let k = 0; k < steps; k++) if (env.step(policy())[2]) env.reset();
    };
    const listened = (): void => {
      steps$(cartPole, policy, { chunk }).pipe(take(steps)).subscribe();
    };
    const unheard = (): void => {
      for (let k = 0; k < steps; k++) episodes$(cartPole, policy, { chunk });
    };
    const base: Omit<Setup, 'workload'> = { rules: seats(), cost: roofline };
    const workload = oneInOneOut(base, 1_000, 12_000, exponentialLengths(1_000, 1));
    const plain = (): void => {
      run(createEngine({ ...base, workload }));
    };
    const watched = (): void => {
      events$({ ...base, workload }, { chunk }).subscribe();
    };
    const [a, b, c] = sideBySide([{ run: loop }, { run: listened }, { run: unheard }], REPEATS);
    const [d, e] = sideBySide([{ run: plain }, { run: watched }], REPEATS);
    const ratio = (name: string, top: Timing, bottom: Timing, detail: string): Figure => {
      return { name, value: top.median / bottom.median, best: top.min / bottom.min, unit: '×', detail };
    };
    return [
      ratio('steps$ with a listener ÷ a loop of tuples', b, a, `${(steps / b.median).toFixed(2)} M steps/s`),
      {
        name: 'a stream nobody listens to',
        value: c.median / steps,
        unit: 'µs',
        target: { most: 5 },
        detail: 'made, and that is all',
      },
      ratio('events$ with a listener ÷ run', e, d, 'an engine that leaps, 12,000 requests'),
    ];
  },
};

const CHUNK = 20_000;

export const workerSteps: Bench = {
  name: 'workers',
  async run() {
    const module = new URL('./cart-pole.js', import.meta.url);
    const options = { module, makeEnv: cartPole.name, makePolicy: randomPushes.name, envs: 16 };
    const pools = await Promise.all([1, 2].map((workers) => workerRollouts({ ...options, workers })));
    const memory = await Promise.all(pools.map((pool) => pool.roll(CHUNK)));
    const micros: number[][] = pools.map(() => []);
    for (let round = 0; round < 2 * REPEATS; round++) {
      for (const [k, pool] of pools.entries()) {
        const from = performance.now();
        await pool.roll(CHUNK, null, memory[k]);
        micros[k].push((performance.now() - from) * 1000);
      }
    }
    await Promise.all(pools.map((pool) => pool.close()));
    const [one, two] = micros.map(timingOf);
    const detail = `16 environments, policy in the workers, chunks of ${(one.median / 1000).toFixed(0)} ms; wall time`;
    return [
      speed('CartPole in chunks, 1 worker', 16 * CHUNK, one, detail),
      speed('CartPole in chunks, 2 workers', 16 * CHUNK, two, detail),
      {
        name: '2 workers ÷ 1 in chunks',
        value: one.median / two.median,
        best: one.min / two.min,
        unit: '×',
        target: { least: 1.7 },
        detail: 'needs two idle cores',
      },
    ];
  },
};
