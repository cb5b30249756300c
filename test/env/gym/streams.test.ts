import { concatMap, filter, type Observable, take, takeUntil, throttleTime, timer, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { Env } from '../../../env/gym/env.js';
import type { Policy } from '../../../env/gym/policy.js';
import { episodes$, rollout$, type StreamOptions, steps$ } from '../../../env/gym/streams.js';
import { cartPole, cartPoleV1 } from '../../../experiments/bench/cart-pole.js';

type CartPole = Env<Float32Array, number, Float32Array>;
type AnyStream = (
  env: CartPole,
  policy: Policy<Float32Array, number>,
  how?: StreamOptions<never>,
) => Observable<unknown>;

const lean: Policy<Float32Array, number> = (observation) => (observation[2] + 0.5 * observation[3] > 0 ? 1 : 0);

/** CartPole that counts what is done to it. */
function counted() {
  const counts = { made: 0, steps: 0, closed: 0 };
  const make = (): CartPole => {
    counts.made++;
    const env = cartPole();
    const { step, close } = env;
    return Object.assign(env, {
      step(action: number) {
        counts.steps++;
        return step(action);
      },
      close() {
        counts.closed++;
        close();
      },
    });
  };
  return { counts, make };
}

/** What a stream says until it ends. */
const heard = <T>(stream: Observable<T>): Promise<{ values: T[]; error: unknown }> =>
  new Promise((resolve) => {
    const values: T[] = [];
    stream.subscribe({
      next: (value) => values.push(value),
      error: (error) => resolve({ values, error }),
      complete: () => resolve({ values, error: null }),
    });
  });

const every = [
  ['steps$', steps$],
  ['episodes$', episodes$],
  ['rollout$', rollout$],
] as [string, AnyStream][];

describe('streams', () => {
  it('steps$ says what the environment does under the policy', async () => {
    const { values } = await heard(steps$(cartPoleV1(), lean, { seed: 3 }).pipe(take(1_200)));
    const env = cartPoleV1();
    let [observation] = env.reset({ seed: 3 });
    let [episode, step] = [0, 0];
    for (const said of values) {
      const action = lean(observation, {}, env as Env<Float32Array, number>);
      const [next, reward, terminated, truncated, info] = env.step(action);
      expect(said).toEqual({ episode, step, observation, action, reward, next, terminated, truncated, info });
      step++;
      observation = next;
      if (terminated || truncated) {
        [observation] = env.reset();
        [episode, step] = [episode + 1, 0];
      }
    }
    expect(episode).toBeGreaterThan(1);
  });

  it('rollout$ is one episode, and episodes$ sums them up', async () => {
    const { values } = await heard(rollout$(cartPoleV1, lean, { seed: 8 }));
    const last = values.at(-1);
    expect(values.filter(({ terminated, truncated }) => terminated || truncated)).toEqual([last]);
    const { values: episodes } = await heard(episodes$(cartPoleV1, lean, { seed: 8 }).pipe(take(3)));
    expect(episodes.map(({ episode }) => episode)).toEqual([0, 1, 2]);
    expect(episodes[0]).toEqual({
      episode: 0,
      return: values.length,
      length: values.length,
      terminated: last?.terminated,
      truncated: last?.truncated,
      info: last?.info,
    });
  });

  it.each(every)('%s is cold: nothing is made before someone listens, and all for each who does', async (_, stream) => {
    const { counts, make } = counted();
    const made = stream(make as never, lean, { seed: 1 }).pipe(take(5), toArray());
    expect(counts.made).toBe(0);
    const [a, b] = await Promise.all([heard(made), heard(made)]);
    expect(a.values).toEqual(b.values);
    expect(counts).toMatchObject({ made: 2, closed: 2 });
  });

  it.each(every)('%s serves one environment to one subscriber', async (_, stream) => {
    const of = stream(cartPole(), lean);
    await heard(of.pipe(take(1)));
    const { error } = await heard(of);
    expect(String(error)).toContain('expected a function that makes one for each');
  });

  it.each(every)(
    'errors of the policy, the environment and its maker arrive in %s, and close once',
    async (_, stream) => {
      const { counts, make } = counted();
      const tired: Policy<Float32Array, number> = () => {
        if (counts.steps === 3) throw new Error('tired');
        return 1;
      };
      expect((await heard(stream(make(), tired))).error).toEqual(new Error('tired'));
      expect((await heard(stream(make(), () => 7))).error).toEqual(new Error('action is 7, expected 0 or 1'));
      expect(counts).toMatchObject({ made: 2, closed: 2 });
      const broken = (): CartPole => {
        throw new Error('no such environment');
      };
      expect((await heard(stream(broken as never, lean))).error).toEqual(new Error('no such environment'));
    },
  );

  it('chunks are whole numbers', () => {
    expect(() => steps$(cartPole(), lean, { chunk: 0 })).toThrow('chunk is 0, expected a whole number ≥ 1');
  });
});

describe('a stream without an end', () => {
  it('ends by a timer', async () => {
    const { counts, make } = counted();
    const { values, error } = await heard(steps$(make, lean).pipe(takeUntil(timer(50))));
    expect(error).toBeNull();
    expect(values.length).toBeGreaterThan(1024);
    expect(counts).toMatchObject({ steps: values.length, closed: 1 });
  });

  it('ends by unsubscribing from outside, where it stands', async () => {
    const { counts, make } = counted();
    const subscription = steps$(make, lean).subscribe();
    await new Promise((resolve) => setTimeout(resolve, 20));
    subscription.unsubscribe();
    const { steps } = counts;
    expect(steps % 1024).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(counts).toMatchObject({ steps, closed: 1 });
  });

  it('ends by unsubscribing in the midst of a chunk, and closes at once', () => {
    const { counts, make } = counted();
    const seen: number[] = [];
    steps$(make, lean)
      .pipe(take(10))
      .subscribe(({ step }) => seen.push(step));
    expect(seen).toHaveLength(10);
    expect(counts).toMatchObject({ steps: 10, closed: 1 });
  });

  it('leaves nothing behind that goes on', async () => {
    const later = vi.spyOn(globalThis, 'setImmediate');
    for (const [, stream] of every) await heard(stream(cartPole as never, lean).pipe(take(3)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const calls = later.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(later.mock.calls).toHaveLength(calls);
    later.mockRestore();
  });

  it('lets throttleTime see the time pass', async () => {
    const from = performance.now();
    const { values } = await heard(steps$(cartPole, lean).pipe(throttleTime(10), take(4)));
    expect(performance.now() - from).toBeGreaterThan(25);
    expect(values).toHaveLength(4);
  });

  it('stops between chunks where no step is said', async () => {
    const { counts, make } = counted();
    const never = episodes$(make, lean).pipe(
      filter(() => false),
      takeUntil(timer(20)),
    );
    expect((await heard(never)).values).toEqual([]);
    expect(counts.closed).toBe(1);
  });
});

describe('slow consumers', () => {
  it.each([1, 16])('hold the environment back: at most a chunk of %i waits', async (chunk) => {
    const { counts, make } = counted();
    let saved = 0;
    let most = 0;
    const save = concatMap(async (step: { readonly reward: number }) => {
      most = Math.max(most, counts.steps - saved);
      await new Promise(setImmediate);
      saved++;
      return step.reward;
    });
    const { values } = await heard(steps$(make, lean, { chunk, through: save }).pipe(take(100)));
    expect(values).toEqual(Array(100).fill(1));
    expect(most).toBeLessThanOrEqual(chunk);
    expect(most).toBeGreaterThan(chunk / 2);
    expect(counts.closed).toBe(1);
  });

  it('that fail end the stream', async () => {
    const { counts, make } = counted();
    const full = concatMap(() => Promise.reject(new Error('disk full')));
    expect((await heard(steps$(make, lean, { chunk: 4, through: full }))).error).toEqual(new Error('disk full'));
    expect(counts).toMatchObject({ steps: 4, closed: 1 });
  });
});
