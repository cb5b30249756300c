/** The future is out of reach of every agent: what is hidden at time t changes nothing that it sees or is paid before t. */
import { describe, expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import type { Workload } from '../../../env/workloads/workload.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { atRandom, forms, play, smallTask } from './small.js';

describe.each(forms)('%s', (_form, id, own) => {
  it.each([1, 2])('sees nothing of lengths to come (%i)', (seed) => {
    const names = { ...own, beliefs: 'running-mean+posterior' };
    const workload = resolveTask(id, { requests: 40, load: 2, ...names }).world.source.sample(seed);
    const open = (): ReturnType<typeof smallTask> => smallTask(id, names);
    const first = play(open(), atRandom(seed), { seed, options: { workload } });

    // The truth at a question in the middle: who is here gets another length, as does everyone who comes later.
    const at = Math.floor(first.times.length / 2);
    const env = open();
    env.reset({ seed, options: { workload } });
    for (let k = 0; k < at; k++) env.step(atRandom(seed)(env, k));
    const { ids, outputTokens, remaining } = env.privileged();
    const t = first.times[at];
    const generated = new Map(Array.from(ids, (r, k) => [r, outputTokens[k] - remaining[k]]));
    const changed = otherwise(workload, t * 1e6, generated, seed);
    expect(changed.outputTokens).not.toEqual(workload.outputTokens);

    const second = play(open(), atRandom(seed), { seed, options: { workload: changed } });
    const before = first.times.filter((time) => time < t).length;
    expect(before).toBeGreaterThan(3);
    expect(second.times.slice(0, before)).toEqual(first.times.slice(0, before));
    expect(second.observations.slice(0, before)).toEqual(first.observations.slice(0, before));
    expect(second.rewards.slice(0, before - 1)).toEqual(first.rewards.slice(0, before - 1));
    expect(second.observations).not.toEqual(first.observations);
  });
});

/** The same requests with other lengths, as far as they are not over at `time`: rows are in order of arrival, as ids are. */
function otherwise(workload: Workload, time: number, generated: ReadonlyMap<number, number>, seed: number): Workload {
  const { next } = stream(seed, 'other lengths');
  const outputTokens = workload.outputTokens.map((tokens, row) => {
    const least = workload.arrival[row] > time ? 1 : (generated.get(row) ?? tokens) + 1;
    const most = Math.min(workload.declared[row], least + 200);
    const over = workload.arrival[row] <= time && !generated.has(row);
    return over || least >= most ? tokens : least + Math.floor(next() * (most - least));
  });
  return { ...workload, outputTokens };
}
