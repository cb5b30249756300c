/** The hold head of Admit-v0: no tokens for who has too little to spare, and no longer than until the next that it was promised is due. */
import { describe, expect, it } from 'vitest';
import type { Replica } from '../../../env/serving/replica.js';
import type { Summary } from '../../../env/serving/summary.js';
import { REQUEST_FEATURES } from '../../../env/tasks/features.js';
import { openTask } from '../../../env/tasks/task.js';
import { resolveTask } from '../../../experiments/tasks/open.js';

const SLOTS = 64;
const BATCH = 1;
/** Places of what is used here, of a request's features and of its heads. */
const CLASS = 12;
const HERE = 15;
const [HEADS, HOLD] = [3, 1];
/** What batch requests of two-classes are promised, µs. */
const ANSWER = 40e6;

/** An episode in which the agent says the same of the hold of every batch request that it sees, always. */
function holdingBatch(base: string, hold: number) {
  const at = { held: 0, heldInTime: 0, inTime: 0, servedInTime: 0, heldAtMost: 0 };
  const recorder = {
    planned({ now, live, requests, decision }: Replica) {
      for (let k = 0; k < live.n; k++) {
        const r = live.ids[k];
        if (requests.slo[r] !== BATCH) continue;
        const early = now < requests.arrival[r] + ANSWER;
        at.held += decision.hold[r];
        if (!early) continue;
        const left = requests.arrival[r] + ANSWER - now;
        if (decision.hold[r] === 1) at.heldAtMost = Math.max(at.heldAtMost, left / ANSWER);
        at.inTime++;
        at.heldInTime += decision.hold[r];
        if (requests.generated[r] > 0) at.servedInTime++;
      }
    },
  };
  const names = { requests: 300, load: 1.5, slots: SLOTS, base, beliefs: 'running-mean+posterior' };
  const { task, world, values, open } = resolveTask('Admit-v0', names);
  const env = openTask(task, world, values, { ...open, recorders: [() => recorder] });
  let [seen, info] = env.reset({ seed: 1 });
  const action = new Float32Array(SLOTS * HEADS + 3);
  for (let ended = false; !ended; ) {
    const rows = seen as Float32Array;
    for (let slot = 0; slot < SLOTS; slot++) {
      const row = slot * REQUEST_FEATURES;
      action[slot * HEADS + HOLD] = rows[row + HERE] === 1 && rows[row + CLASS] * 4 === BATCH ? hold : -1;
    }
    let terminated: boolean;
    let truncated: boolean;
    [seen, , terminated, truncated, info] = env.step(action as never);
    ended = terminated || truncated;
  }
  return { ...at, summary: info.summary as Summary };
}

describe.each(['fcfs', 'edf-size'])('on top of %s', (base) => {
  it('1 holds until a promise is due', () => {
    const { held, heldInTime, inTime, servedInTime, summary } = holdingBatch(base, 1);
    expect(heldInTime).toBeGreaterThan(0.6 * inTime); // others are beyond the slots, or came since the last question
    expect(servedInTime).toBeLessThan(0.2 * inTime);
    expect(held).toBe(heldInTime); // nobody a moment longer
    expect(summary.requests.finished).toBe(300);
  });

  it('less holds who has less to spare', () => {
    const { held, heldInTime, inTime, heldAtMost } = holdingBatch(base, 0.1);
    expect(heldInTime).toBeGreaterThan(0);
    expect(heldInTime).toBeLessThan(0.3 * inTime);
    expect(held).toBe(heldInTime);
    expect(heldAtMost).toBeLessThan(0.7); // a tenth, and what its answer takes
  });

  it('nothing holds nobody', () => {
    expect(holdingBatch(base, 0).held).toBe(0);
  });
});
