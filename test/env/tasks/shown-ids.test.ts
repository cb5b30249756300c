/** `unwrapped.shown()`: who stands in which slot of the observation to be answered next. */
import { describe, expect, it } from 'vitest';
import { openTask } from '../../../env/tasks/task.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { smallTask, zeroAction } from './small.js';

const SLOTS = 6;
const FEATURES = 16;

/** Arrival of every request, as they come, in µs of the episode's clock. */
function watched(staleness: number) {
  const options = { requests: 40, load: 2, base: 'volume', slots: SLOTS, staleness };
  const { task, world, values, open } = resolveTask('Serve-v0', options);
  const arrivals: ArrayLike<number>[] = [];
  const recorder = {
    planned({ requests }: { requests: { arrival: ArrayLike<number> } }) {
      arrivals[0] = requests.arrival;
    },
  };
  return { env: openTask(task, world, values, { ...open, recorders: [() => recorder] }), arrivals };
}

describe.each([0, 2])('observations that are %i questions old', (staleness) => {
  it('have those in their slots whose age they tell', () => {
    const { env, arrivals } = watched(staleness);
    const [, begun] = env.reset({ seed: 3 });
    const times = [begun.now as number];
    let checked = 0;
    for (let over = false; !over; ) {
      const [seen, , terminated, , info] = env.step(zeroAction(env));
      times.push(info.now as number);
      over = terminated;
      const shown = env.shown();
      const when = times[Math.max(0, times.length - 1 - staleness)] * 1e6;
      expect(shown).toHaveLength(SLOTS);
      shown?.forEach((r, k) => {
        const [age, here] = [0, FEATURES - 1].map((d) => (seen as Float32Array)[k * FEATURES + d]);
        expect(here).toBe(r < 0 ? 0 : 1);
        if (r < 0) return;
        expect(Math.abs(when - age * 60e6 - arrivals[0][r])).toBeLessThan(20);
        checked++;
      });
    }
    expect(checked).toBeGreaterThan(100);
  });
});

it('is nothing where there are no slots', () => {
  const env = smallTask('Serve-v0', { base: 'volume' });
  expect(() => env.shown()).toThrow('nothing is under way: call reset() first');
  env.reset({ seed: 1 });
  expect(env.shown()).toBe(null);
});
