import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { checkEnv } from '../../../env/gym/check/check-env.js';
import { createColumns } from '../../../env/gym/columns.js';
import type { Env } from '../../../env/gym/env.js';
import { stream } from '../../../env/random.js';
import { cartPole, cartPoleV1 } from '../../../experiments/bench/cart-pole.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Steps between two looks at the heap. */
const STEPS = process.env.SERVEGYM_LONG ? 10_000_000 : 300_000;

type CartPole = Env<Float32Array, number, Float32Array>;
type State = readonly [x: number, speed: number, angle: number, spin: number];

/** 12°. */
const FALL = 0.20943951023931953;

/**
 * Cart (1 kg) and pole (m = .1 kg, half length l = .5 m) by their equations of motion, solved as two linear equations:
 * 1.1 ẍ + m l cos θ θ̈ = F + m l θ̇² sin θ and cos θ ẍ + 4/3 l θ̈ = g sin θ. Then an Euler step of .02 s.
 */
function euler([x, speed, angle, spin]: State, force: number): State {
  const [a, b, c, d] = [1.1, 0.05 * Math.cos(angle), Math.cos(angle), 2 / 3];
  const [p, q] = [force + 0.05 * spin ** 2 * Math.sin(angle), 9.8 * Math.sin(angle)];
  const det = a * d - b * c;
  const [forward, turn] = [(p * d - b * q) / det, (a * q - p * c) / det];
  return [x + 0.02 * speed, speed + 0.02 * forward, angle + 0.02 * spin, spin + 0.02 * turn];
}

function startOf(seed: number): State {
  const draws = stream(seed, 'env');
  const draw = (): number => 0.1 * draws.next() - 0.05;
  return [draw(), draw(), draw(), draw()];
}

/** Pushes where the pole falls, and leans towards `to`. */
const balance =
  (to: number) =>
  ([x, speed, angle, spin]: Float32Array): number =>
    angle + 0.5 * spin + 0.05 * (x - to) + 0.1 * speed > 0 ? 1 : 0;

/** All steps of an episode. */
function episode(env: CartPole, policy: (observation: Float32Array) => number, seed: number) {
  let [observation] = env.reset({ seed });
  const steps = [];
  for (;;) {
    const [next, reward, terminated, truncated] = env.step(policy(observation));
    steps.push({ next, reward, terminated, truncated });
    if (terminated || truncated || steps.length > 10_000) return steps;
    observation = next;
  }
}

describe('CartPole', () => {
  it('moves by its equations of motion', () => {
    const env = cartPole();
    const pushes = stream(1, 'pushes');
    let state = startOf(5);
    const [first] = env.reset({ seed: 5 });
    expect(first).toEqual(Float32Array.from(state));
    for (let k = 0; k < 8; k++) {
      const action = pushes.next() < 0.5 ? 0 : 1;
      state = euler(state, action === 1 ? 10 : -10);
      const [observation] = env.step(action);
      for (let j = 0; j < 4; j++) expect(observation[j]).toBeCloseTo(state[j], 6);
    }
  });

  it('begins anywhere within .05, by the seed', () => {
    const env = cartPole();
    const starts = Array.from({ length: 500 }, () => env.reset()[0]);
    const all = starts.flatMap((start) => [...start]);
    expect(Math.max(...all)).toBeLessThanOrEqual(Math.fround(0.05));
    expect(Math.min(...all)).toBeGreaterThanOrEqual(Math.fround(-0.05));
    const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
    expect(Math.abs(mean)).toBeLessThan((4 * 0.1) / Math.sqrt(12 * all.length)); // 4 standard errors
    expect(env.reset({ seed: 9 })[0]).toEqual(env.reset({ seed: 9 })[0]);
    expect(env.reset({ seed: 9 })[0]).not.toEqual(env.reset()[0]);
  });

  it('ends when the pole is 12° off, with a last reward of 1', () => {
    for (const action of [0, 1]) {
      const steps = episode(cartPole(), () => action, 2);
      const angles = steps.map(({ next }) => Math.abs(next[2]));
      expect(angles.findIndex((angle) => angle > FALL)).toBe(steps.length - 1);
      expect(steps.at(-1)).toMatchObject({ reward: 1, terminated: true, truncated: false });
      expect(steps.length).toBeLessThan(12);
    }
  });

  it('ends when the cart is 2.4 m off', () => {
    const steps = episode(cartPole(), balance(4), 2);
    const last = steps.at(-1);
    expect(last?.terminated).toBe(true);
    expect(last?.next[0]).toBeGreaterThan(2.4);
    expect(Math.abs(last?.next[2] ?? 1)).toBeLessThan(FALL);
    expect(steps.at(-2)?.next[0]).toBeLessThanOrEqual(2.4);
  });

  it('v1 is cut off after 500 steps', () => {
    const steps = episode(cartPoleV1(), balance(0), 2);
    expect(steps).toHaveLength(500);
    expect(steps.at(-1)).toMatchObject({ terminated: false, truncated: true });
    expect(steps.at(-2)).toMatchObject({ terminated: false, truncated: false });
  });

  it.each([
    ['alone', cartPole],
    ['with its limit', cartPoleV1],
  ])('%s: tuples and rows say the same', (_, make) => {
    const [tuples, rows] = [make(), make()];
    const out = createColumns(rows.observationSpace, 2);
    const pushes = stream(3, 'pushes');
    rows.resetInto?.(out, 1, { seed: 4 });
    expect(tuples.reset({ seed: 4 })[0]).toEqual(out.observation.slice(4));
    for (let k = 0; k < 1_000; k++) {
      const action = pushes.next() < 0.5 ? 0 : 1;
      rows.stepInto?.(action, out, 1);
      const [observation, reward, terminated, truncated] = tuples.step(action);
      expect([...observation, reward, +terminated, +truncated, 1]).toEqual([
        ...out.observation.slice(4),
        out.reward[1],
        out.terminated[1],
        out.truncated[1],
        out.elapsed[1],
      ]);
      if (!terminated && !truncated) continue;
      rows.resetInto?.(out, 1);
      expect(tuples.reset()[0]).toEqual(out.observation.slice(4));
    }
    expect(out.observation.slice(0, 4)).toEqual(new Float32Array(4)); // the other row is nobody's
  });

  it.each([2, -1, 0.5, Number.NaN, '1', null, undefined, [0]])(
    'refuses the action %j, and nothing has happened',
    (bad) => {
      const [env, twin] = [cartPole(), cartPole()];
      for (const each of [env, twin]) each.reset({ seed: 1 });
      expect(() => env.step(bad as number)).toThrow(/^action is .*, expected 0 or 1$/);
      expect(env.step(1)).toEqual(twin.step(1));
    },
  );

  it('keeps nothing of its steps: the collected heap is flat between some two looks', () => {
    const env = cartPoleV1();
    const out = createColumns(env.observationSpace, 1);
    env.resetInto?.(out, 0, { seed: 1 });
    const growth: number[] = [];
    for (let look = 0; look < 3; look++) {
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let k = 0; k < STEPS; k++) {
        env.stepInto?.(k & 1, out, 0);
        if (out.terminated[0] | out.truncated[0]) env.resetInto?.(out, 0);
      }
      collect();
      growth.push(process.memoryUsage().heapUsed - before);
    }
    expect(Math.min(...growth)).toBeLessThan(STEPS / 10); // bytes; a number kept a step would be 8
  });

  it('passes the checker', () => {
    expect(checkEnv(cartPoleV1).errors).toEqual([]);
  });
});
