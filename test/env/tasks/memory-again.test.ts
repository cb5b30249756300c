/** An episode uses the memory of the one before it again, unless somebody may still look at that. */
import { describe, expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import type { Replica } from '../../../env/serving/replica.js';
import { openTask } from '../../../env/tasks/task.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { forms, type Small, smallTask, someAction } from './small.js';

/** Plays to the end; what was seen and earned. */
function play(env: Small, seed: number): unknown[] {
  const random = stream(seed, 'memory');
  const seen: unknown[] = [structuredClone(env.reset({ seed })[0])];
  for (let over = false; !over; ) {
    const [observation, reward, terminated, truncated] = env.step(someAction(env, random));
    seen.push(structuredClone(observation), reward);
    over = terminated || truncated;
  }
  return seen;
}

describe.each(forms)('%s', (_form, id, names) => {
  it('plays the same episode in memory that is new, used, or left in the middle', () => {
    const fresh = play(smallTask(id, names), 1);
    const env = smallTask(id, names);
    play(env, 2);
    expect(play(env, 1)).toEqual(fresh);
    env.step(env.reset({ seed: 3 }) && someAction(env, stream(3, 'memory')));
    expect(play(env, 1)).toEqual(fresh);
  });

  it('leaves a fork what it has', () => {
    const [env, other] = [smallTask(id, names), smallTask(id, names)];
    const twins = [env, other].map((each) => {
      each.reset({ seed: 4 });
      each.step(someAction(each, stream(4, 'memory')));
      return each.fork?.() as Small;
    });
    play(env, 5);
    play(env, 6);
    const [after, before] = twins.map((twin) => {
      const random = stream(7, 'memory');
      return Array.from({ length: 3 }, () => structuredClone(twin.step(someAction(twin, random)).slice(0, 3)));
    });
    expect(after).toEqual(before);
  });
});

it('leaves a recorder what it saw', () => {
  const { task, world, values, open } = resolveTask('Serve-v0', { requests: 40, load: 2, slots: 6 });
  const seen: Replica[] = [];
  const recorder = () => ({ left: (s: Replica) => seen[seen.length - 1] === s || seen.push(s) });
  const env = openTask(task, world, values, { ...open, recorders: [recorder as never] });
  play(env, 1);
  const [first] = seen;
  const generated = first.requests.generated.slice();
  expect(generated.some((tokens) => tokens > 0)).toBe(true);
  play(env, 2);
  expect(seen.length).toBe(2);
  expect(first.requests.generated).toEqual(generated);
});

it('goes on after a reset that was refused', () => {
  const env = smallTask('Serve-v0', { slots: 6 });
  const before = play(env, 1);
  expect(() => env.reset({ seed: 1, options: { workloadSeed: {} } })).toThrow('workloadSeed');
  expect(() => env.step(env.actionSpace.sample())).toThrow('reset');
  expect(play(env, 1)).toEqual(before);
});
