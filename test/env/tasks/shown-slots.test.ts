/** An answer is about who stood in the slots that were shown, however old the observation is. */
import { describe, expect, it } from 'vitest';
import type { Replica } from '../../../env/serving/replica.js';
import { openTask } from '../../../env/tasks/task.js';
import type { TaskNames } from '../../../experiments/tasks/names.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { type Small, zeroAction } from './small.js';

const SLOTS = 6;
const FEATURES = 16;
const STALENESS = 2;

/** A small task, and the state of its engine. */
function watched(id: string, names: TaskNames): { env: Small; replica(): Replica; served: readonly number[] } {
  const { task, world, values, open } = resolveTask(id, { requests: 60, load: 2, staleness: STALENESS, ...names });
  let state: Replica | undefined;
  const served: number[] = [];
  const recorder = {
    planned(s: Replica) {
      state = s;
      served.push(s.running.ids[0]);
    },
  };
  const env = openTask(task, world, values, { ...open, recorders: [() => recorder] });
  return { env, replica: () => state as Replica, served };
}

/** When who stands in a slot arrived, by its age at the time of the observation; µs. */
const arrivalIn = (observation: Float32Array, slot: number, now: number): number =>
  now * 1e6 - observation[slot * FEATURES] * 60e6;

/** Who arrived then: ages are of single precision. */
const whoArrivedAt = ({ requests, live }: Replica, time: number): number | undefined =>
  Array.from({ length: live.n }, (_, k) => live.ids[k]).find((r) => Math.abs(requests.arrival[r] - time) < 20);

/** Plays until the slot shows somebody else than it would now, and both are here. */
function untilStale(id: string, names: TaskNames, slot: number, neutral: (env: Small) => unknown) {
  const { env, replica, served } = watched(id, names);
  const [, begun] = env.reset({ seed: 3 });
  const times = [begun.now as number];
  for (;;) {
    const [observation, , terminated, , info] = env.step(neutral(env));
    if (terminated) throw new Error(`${id}: no slot was ever out of date`);
    times.push(info.now as number);
    const shownAt = times[Math.max(0, times.length - 1 - STALENESS)];
    const shown = whoArrivedAt(replica(), arrivalIn(observation as Float32Array, slot, shownAt));
    const oldest = replica().live.ids.slice(0, replica().live.n).sort();
    if (shown !== undefined && shown > oldest[0] && shown !== oldest[slot] && oldest.length > slot)
      return { env, replica, served, shown, instead: oldest[slot] };
  }
}

const maskOf = (env: Small): Uint8Array => env.actionMasks?.() ?? new Uint8Array();

/** A zero action but for one head of one slot. */
function only(env: Small, slot: number, heads: number, head: number, value: number): Float32Array {
  const action = zeroAction(env) as Float32Array;
  action[slot * heads + head] = value;
  return action;
}

describe('heads reach whom the agent saw', () => {
  it.each([
    ['Serve-v0', 2, 1, (s: Replica, r: number) => s.decision.draft[r] > s.rules.drafts],
    ['Admit-v0', 3, 1, (s: Replica, r: number) => s.decision.hold[r] === 1],
    ['Speculate-v0', 2, 1, (s: Replica, r: number) => s.decision.draft[r] > s.rules.drafts],
    ['Memory-v0', 2, 0, (s: Replica, r: number) => s.decision.keep[r] === 1],
  ] as const)('in %s', (id, heads, head, moved) => {
    const slot = 3;
    const names = { slots: SLOTS, ...(id === 'Serve-v0' && { base: 'volume' }) };
    const { env, replica, shown, instead } = untilStale(id, names, slot, zeroAction);
    expect([moved(replica(), shown), moved(replica(), instead)]).toEqual([false, false]);
    env.step(only(env, slot, heads, head, 1));
    expect([moved(replica(), shown), moved(replica(), instead)]).toEqual([true, false]);
  });
});

describe('a choice', () => {
  it('of Queue-v0 is who was shown in that slot', () => {
    const first = (env: Small): number => maskOf(env).indexOf(1);
    const { env, served, shown } = untilStale('Queue-v0', { slots: SLOTS }, 2, first);
    const before = served.length;
    env.step(2);
    expect(served[before]).toBe(shown);
  });

  it('of Pick-v0 is who was shown in that slot', () => {
    const { env, replica } = watched('Pick-v0', { each: 2 });
    const [, begun] = env.reset({ seed: 3 });
    const times = [begun.now as number];
    let checked = 0;
    let lastObservation: Float32Array | null = null;
    for (let k = 0; k < 120; k++) {
      const mask = maskOf(env);
      const action = mask.indexOf(1);
      const shownAt = times[Math.max(0, times.length - 1 - STALENESS)];
      const before = lastObservation === null ? undefined : arrivalIn(lastObservation, action, shownAt);
      const r = before === undefined || action === mask.length - 1 ? undefined : whoArrivedAt(replica(), before);
      const [observation, , terminated, , info] = env.step(action);
      if (terminated) break;
      if (r !== undefined && (info.now as number) > (times.at(-1) as number)) {
        expect(replica().decision.rank[r]).toBeLessThan(0);
        checked++;
      }
      lastObservation = observation as Float32Array;
      times.push(info.now as number);
    }
    expect(checked).toBeGreaterThan(10);
  });
});
