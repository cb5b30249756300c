/** Tiny instances of the tasks: their optimum by hand, by search, and by playing the plan that the search found. */
import { describe, expect, it } from 'vitest';
import { tasks } from '../../../env/tasks/catalogue.js';
import { tinyIds, tinyTask } from '../../../experiments/tasks/tiny/catalogue.js';
import { type Plan, seenAs, solve } from '../../../experiments/tasks/tiny/solve.js';
import type { TinyTask } from '../../../experiments/tasks/tiny/tiny.js';
import { servegym } from '../terminal.js';

/** Computed once, used by all tests. */
const tiny = new Map<string, TinyTask>(tinyIds.map((id) => [id, tinyTask(id)]));
const of = (id: string): TinyTask => tiny.get(id) as TinyTask;

/** Worked out on paper: the docblocks of these worlds. */
const byHand = [
  { id: 'Queue-v0', nonClairvoyant: -15.75, clairvoyant: -15, fcfs: -18 },
  { id: 'Pick-v0', nonClairvoyant: -9, clairvoyant: -8.625, fcfs: -11.5 },
  { id: 'Chunk-v0', nonClairvoyant: -1 / 3, clairvoyant: 0, fcfs: -2 / 3 },
];

/** Mean return of following a plan by observations alone, every outcome played from its beginning. */
function played({ outcomes, open, solution }: TinyTask): number {
  let mean = 0;
  for (const { hidden, probability } of outcomes) {
    const env = open(hidden);
    let [observation] = env.reset({ seed: 1 });
    let next: ReadonlyMap<string, Plan<unknown>> = solution.start;
    for (let over = false; !over; ) {
      const plan = next.get(seenAs(observation)) as Plan<unknown>;
      const [seen, reward, terminated] = env.step(plan.action);
      mean += probability * reward;
      ({ next } = plan);
      observation = seen;
      over = terminated;
    }
  }
  return mean;
}

it('there is one of every task', () => {
  expect([...tinyIds].sort()).toEqual(Object.keys(tasks).sort());
});

it.each(byHand)('$id: as worked out by hand', ({ id, nonClairvoyant, clairvoyant, fcfs }) => {
  const task = of(id);
  expect(task.optimum.nonClairvoyant).toBeCloseTo(nonClairvoyant, 9);
  expect(task.optimum.clairvoyant).toBeCloseTo(clairvoyant, 9);
  expect(task.returnOf('fcfs')).toBeCloseTo(fcfs, 9);
});

describe.each([...tinyIds])('%s', (id) => {
  it('knowing lengths helps, no baseline is above the optimum, the simplest one below', () => {
    const { optimum, baselines, returnOf, outcomes } = of(id);
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    expect(optimum.clairvoyant).toBeGreaterThan(optimum.nonClairvoyant);
    for (const name of baselines) expect(returnOf(name)).toBeLessThanOrEqual(optimum.nonClairvoyant + 1e-9);
    expect(optimum.nonClairvoyant - returnOf(baselines[0])).toBeGreaterThan(0.01 * Math.abs(optimum.nonClairvoyant));
  });

  it('the plan earns its value by observations alone', () => {
    expect(played(of(id))).toBeCloseTo(of(id).solution.value, 9);
  });
});

it('information states that are reached in several ways are worth the same in each', () => {
  for (const id of ['Queue-v0', 'Chunk-v0']) {
    const { problem, solution } = of(id);
    const apart = solve(problem, { merge: false });
    expect(apart.value).toBeCloseTo(solution.value, 12);
    expect(apart.states).toBeGreaterThanOrEqual(solution.states);
  }
});

it('episodes to learn in draw outcomes as likely as they are', () => {
  const { sample, outcomes, actions } = of('Chunk-v0');
  const env = sample(3);
  const returns = new Map<number, number>();
  for (let episode = 0; episode < 200; episode++) {
    let [observation, info] = env.reset(episode === 0 ? { seed: 7 } : undefined);
    let sum = 0;
    for (let over = false; !over; ) {
      const [whole] = actions(observation, info.action_mask as Uint8Array).slice(-1);
      const [seen, reward, terminated, , told] = env.step(whole);
      [observation, info, over] = [seen, told, terminated];
      sum += reward;
    }
    returns.set(sum, (returns.get(sum) ?? 0) + 1);
  }
  expect(outcomes).toHaveLength(3);
  const broken = (returns.get(-1) ?? 0) / 200; // whole prompts break the short answers, 2 of 3
  expect(Math.abs(broken - 2 / 3)).toBeLessThan(0.12);
});

it('says which there are', async () => {
  expect(() => tinyTask('Queue-v1')).toThrow(/no tiny world of "Queue-v1".*Queue-v0/);
  const { code, out } = await servegym(['task', 'tiny', 'Chunk-v0']);
  expect(code).toBe(0);
  expect(out).toMatch(/Chunk-v0\s+optimum, outcomes known\s+0\n/);
  expect(out).toMatch(/slo\s+optimum\s+−0\.333/);
});
