import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Threads from '../../../env/gym/vector/threads.js';
import type * as Workers from '../../../env/gym/vector/workers.js';
import { temporaryFolder } from '../../experiments/terminal.js';
import { transpile } from '../../transpiled.js';
import { deadly, hanging, legal, scripted, words } from './scripted.js';

const folder = temporaryFolder();
const at = (path: string): string => pathToFileURL(join(folder, path)).href;
const module = at('test/env/gym/scripted.js');
const base = { module, makeEnv: scripted.name, makePolicy: legal.name };

/** The real thing: in TypeScript sources threads cannot be started. */
let workerRollouts: typeof Workers.workerRollouts;

beforeAll(async () => {
  transpile(
    ['env/gym', 'env/random.ts', 'env/files.ts', 'env/spelling.ts', 'env/distributions.ts', 'test/env/gym/scripted.ts'],
    folder,
  );
  ({ workerRollouts } = await import(at('env/gym/vector/workers.js')));
});

type Rollout = Workers.Rollout<Float32Array, Int32Array>;

/** A copy in the memory of this thread. */
const plain = (rollout: Rollout) =>
  Object.fromEntries(
    Object.entries(rollout).map(([name, x]) => [name, ArrayBuffer.isView(x) ? Array.from(x as Uint8Array) : x]),
  );

async function chunks(workers: number, sizes: readonly number[], more: Partial<Workers.WorkerRolloutOptions> = {}) {
  const pool = await workerRollouts<Float32Array, Int32Array>({ ...base, envs: 5, workers, seed: 7, ...more });
  const made: Rollout[] = [];
  for (const [k, steps] of sizes.entries()) made.push(await pool.roll(steps, { prefer: k % 3 }));
  await pool.close();
  return made.map(plain);
}

describe('rollouts on worker threads', () => {
  it('are the same for any number of threads', async () => {
    const alone = await chunks(0, [6, 11]);
    for (const workers of [1, 2, 5]) expect(await chunks(workers, [6, 11])).toEqual(alone);
    expect(await chunks(2, [6, 11], { seed: 8 })).not.toEqual(alone);
  });

  it('go on from chunk to chunk', async () => {
    const pool = await workerRollouts<Float32Array, Int32Array>({ ...base, envs: 3, workers: 2 });
    const [a, b] = [await pool.roll(6), await pool.roll(4)];
    const whole = await workerRollouts<Float32Array, Int32Array>({ ...base, envs: 3, workers: 1 });
    const c = await whole.roll(10);
    expect([...a.observation.slice(0, 6 * 12), ...b.observation]).toEqual([...c.observation]);
    expect([...a.action, ...b.action]).toEqual([...c.action]);
    expect([...a.begun, ...b.begun]).toEqual([...c.begun]);
    await Promise.all([pool.close(), whole.close()]);
  });

  it('are rows in the order of time, whose results belong to what was seen and done', async () => {
    const pool = await workerRollouts<Float32Array, Int32Array>({ ...base, envs: 4, workers: 2 });
    const { observation, mask, action, reward, terminated, truncated, elapsed, begun } = await pool.roll(40);
    let ends = 0;
    for (let row = 0; row < 160; row++) {
      const [index, episode, step] = observation.slice(4 * row, 4 * row + 3);
      const next = [...observation.slice(4 * (row + 4), 4 * (row + 4) + 3)];
      expect(index).toBe(row % 4);
      const over = step === 3 + index;
      expect(begun[row]).toBe(over ? 1 : 0);
      expect([...(mask?.slice(3 * row, 3 * row + 3) ?? [])]).toEqual([0, 1, 2].map((a) => (a === step % 3 ? 0 : 1)));
      if (over) {
        ends++;
        expect([...next, reward[row], terminated[row], truncated[row]]).toEqual([index, episode + 1, 0, 0, 0, 0]);
        continue;
      }
      const ending = step + 1 === 3 + index;
      expect(next).toEqual([index, episode, step + 1]);
      expect(action[row]).not.toBe(step % 3);
      expect(reward[row]).toBe(action[row]);
      expect(elapsed[row]).toBeCloseTo((step + 1) / 10, 12);
      expect([terminated[row], truncated[row]]).toEqual([ending ? 1 : 0, ending && episode % 3 === 2 ? 1 : 0]);
    }
    expect(ends).toBeGreaterThan(20);
    await pool.close();
  });

  it('take parameters before each chunk, and memory to use again', async () => {
    const pool = await workerRollouts<Float32Array, Int32Array>({ ...base, envs: 2, workers: 2 });
    const first = await pool.roll(30, { prefer: 2 });
    const preferred = [...first.action].filter((a, row) => a === 2 && first.begun[row] === 0).length;
    const legalRows = [...first.begun].filter((b, row) => b === 0 && first.mask?.[3 * row + 2] === 1).length;
    expect(preferred).toBe(legalRows);
    const again = await pool.roll(30, { prefer: 0 }, first);
    expect(again).toBe(first);
    await expect(pool.roll(29, null, first)).rejects.toThrow(
      'into: expected an earlier rollout of these workers of 29',
    );
    await pool.close();
  });

  it.each([0, 2])('with %i threads pass errors on with the number of the environment, and close', async (workers) => {
    const pool = await workerRollouts({ ...base, envs: 4, workers, options: { fails: [2, 4] } });
    await pool.roll(3);
    await expect(pool.roll(3)).rejects.toThrow(/^environment 2: step 4 fails$/);
    await expect(pool.roll(3)).rejects.toThrow('the worker threads are closed');
  });

  it('say what is missing', async () => {
    await expect(workerRollouts({ ...base, envs: 2, makeEnv: 'none' })).rejects.toThrow(
      /exports no function none; there are .*scripted/,
    );
    await expect(workerRollouts({ ...base, envs: 2, workers: 1, makePolicy: 'none' })).rejects.toThrow(
      'exports no function none',
    );
    await expect(workerRollouts({ ...base, envs: 2, workers: 3 })).rejects.toThrow(
      'workers is 3, expected a whole number from 0 to 2',
    );
    await expect(workerRollouts({ ...base, envs: 0 })).rejects.toThrow('envs is 0, expected a whole number ≥ 1');
    await expect(workerRollouts({ ...base, envs: 2, makeEnv: words.name })).rejects.toThrow(
      'values of Text have no fixed size',
    );
  });

  it('end when a thread dies, and refuse two chunks at once', async () => {
    const pool = await workerRollouts({ ...base, envs: 2, workers: 2, makeEnv: deadly.name });
    const under = pool.roll(5);
    await expect(pool.roll(5)).rejects.toThrow('at work');
    await expect(under).rejects.toThrow('a worker thread ended with code 3');
  });

  it('pass on the last that a thread said, also where its end is heard of first', async () => {
    const { startThread }: typeof Threads = await import(at('env/gym/vector/threads.js'));
    const from = { ...base, makeEnv: 'none' };
    const setup = { from, first: 0, own: 1, count: 1, seed: 0 };
    const thread = startThread(new URL(at('env/gym/vector/roll-worker.js')), setup);
    await vi.waitFor(() => expect(() => thread.send(null)).toThrow('a worker thread ended'));
    await expect(thread.answer()).rejects.toThrow('exports no function none');
    await expect(thread.answer()).rejects.toThrow('a worker thread ended');
  });

  it('are closed from outside, also where a step never ends', async () => {
    const pool = await workerRollouts({ ...base, envs: 2, workers: 2, makeEnv: hanging.name });
    const under = pool.roll(5);
    setTimeout(() => void pool.close(), 20);
    await expect(under).rejects.toThrow('the worker threads are closed');
    const stop = new AbortController();
    const stopped = await workerRollouts({ ...base, envs: 2, workers: 2, makeEnv: hanging.name, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 20);
    await expect(stopped.roll(5)).rejects.toThrow('Ctrl-C');
  });
});
