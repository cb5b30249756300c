/** The place head of Memory-v0: blocks are taken when the agent says so, once an answer, and never so that nobody gets on. */
import { describe, expect, it } from 'vitest';
import { Place } from '../../../env/serving/policy.js';
import type { Replica } from '../../../env/serving/replica.js';
import { State } from '../../../env/serving/requests.js';
import type { Summary } from '../../../env/serving/summary.js';
import { openTask } from '../../../env/tasks/task.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { play, type Small, smallTask, zeroAction } from './small.js';

/** What comes of the same place for everyone, always. */
function always(place: number, names = {}): Summary {
  const env = smallTask('Memory-v0', { slots: 64, base: 'fcfs', ...names });
  const action = everywhere(env, place);
  return play(env, () => action).summary;
}

describe('place', () => {
  const nothing = always(0);

  it('takes blocks, to be computed again or by way of the host', () => {
    const lost = always(-1);
    const copied = always(-0.5);
    expect(lost.evictions).toBeGreaterThan(nothing.evictions + 50);
    expect(lost.recomputedTokens).toBeGreaterThan(10 * nothing.recomputedTokens);
    expect(lost.swaps.out).toBeLessThan(lost.evictions / 2);
    expect(copied.swaps.out).toBeGreaterThan(50);
    expect(copied.recomputedTokens).toBeLessThan(lost.recomputedTokens / 10);
  });

  it('ends however often it is said: an answer costs nobody more than a token of progress', () => {
    for (const place of [-1, -0.5]) {
      const { requests } = always(place, { requests: 12, every: 'iteration' });
      expect(requests.finished).toBe(12);
    }
  });

  it('brings back from the host before its turn whom the agent wants there', () => {
    let wanted = 0;
    const recorder = {
      planned({ live, requests, decision }: Replica) {
        for (let k = 0; k < live.n; k++)
          if (requests.state[live.ids[k]] === State.away && decision.place[live.ids[k]] === Place.in) wanted++;
      },
    };
    const names = { requests: 20, load: 2, slots: 64, base: 'fcfs', every: 'iteration' };
    const { task, world, values, open } = resolveTask('Memory-v0', names);
    const env = openTask(task, world, values, { ...open, recorders: [() => recorder] });
    const { summary } = play(env, (_env, k) => everywhere(env, k % 40 === 0 ? -0.5 : 1));
    expect(wanted).toBeGreaterThan(10);
    expect(summary.swaps.back).toBeGreaterThan(10);
    expect(summary.requests.finished).toBe(20);
  });
});

/** The same place in all slots. */
function everywhere(env: Small, place: number): Float32Array {
  const action = zeroAction(env) as Float32Array;
  for (let slot = 0; slot < 64; slot++) action[2 * slot + 1] = place;
  return action;
}
