import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createColumns } from '../../../env/gym/columns.js';
import { syncVector } from '../../../env/gym/vector/sync.js';
import type { AutoresetMode, VectorEnv, VectorResetOptions } from '../../../env/gym/vector/vector-env.js';
import type * as Vectors from '../../../env/gym/vector/worker-vector.js';
import { temporaryFolder } from '../../experiments/terminal.js';
import { transpile } from '../../transpiled.js';
import { deadly, scripted } from './scripted.js';

const folder = temporaryFolder();
const at = (path: string): string => pathToFileURL(join(folder, path)).href;
const module = at('test/env/gym/scripted.js');

let workerVector: typeof Vectors.workerVector;

beforeAll(async () => {
  transpile(
    ['env/gym', 'env/random.ts', 'env/files.ts', 'env/spelling.ts', 'env/distributions.ts', 'test/env/gym/scripted.ts'],
    folder,
  );
  ({ workerVector } = await import(at('env/gym/vector/worker-vector.js')));
});

type Vector = VectorEnv<Float32Array, number, Float32Array>;

const COUNT = 5;
const actionsAt = (k: number): Int32Array => Int32Array.from({ length: COUNT }, (_, i) => (k + i) % 3);

/** What a vector says in a run of 40 steps with a partial reset, and a reset of all. */
function told(vector: Vector): unknown[] {
  const said: unknown[] = [];
  const tell = (x: unknown): void => {
    const { over, finals, actionMasks } = vector;
    said.push(structuredClone([x, over, finals, actionMasks?.()]));
  };
  const reset = (how?: VectorResetOptions): void => tell(vector.reset(how));
  reset({ seed: 11 });
  for (let k = 0; k < 40; k++) {
    const waiting = vector.autoreset === 'disabled' && vector.over.includes(1);
    if (waiting) reset({ options: { reset_mask: vector.over.slice() } });
    if (k === 13) reset({ seed: 5, options: { reset_mask: Uint8Array.of(0, 1, 0, 0, 1) } });
    if (k === 29) reset();
    tell(vector.step(actionsAt(k)));
  }
  return said;
}

/** The same by rows. */
function written(vector: Vector): unknown[] {
  const out = createColumns(vector.singleObservationSpace, COUNT, 3);
  const said: unknown[] = [];
  vector.resetInto(out, { seed: 11 });
  for (let k = 0; k < 30; k++) {
    if (vector.autoreset === 'disabled' && vector.over.includes(1))
      vector.resetInto(out, { options: { reset_mask: vector.over.slice() } });
    vector.stepInto(actionsAt(k), out);
    said.push(structuredClone([out, vector.over, vector.finals]));
  }
  return said;
}

describe.each<AutoresetMode>(['next-step', 'same-step', 'disabled'])('a vector on worker threads, %s', (autoreset) => {
  const sync = (): Vector =>
    syncVector(
      Array.from({ length: COUNT }, (_, i) => () => scripted(i)),
      { autoreset },
    );
  const threads = (workers: number): Promise<Vector> =>
    workerVector<Float32Array, number, Float32Array>({
      module,
      makeEnv: scripted.name,
      count: COUNT,
      workers,
      autoreset,
    });

  it('says what the synchronous one says', async () => {
    const expected = told(sync());
    for (const workers of autoreset === 'next-step' ? [0, 2, 5] : [3]) {
      const vector = await threads(workers);
      expect(told(vector)).toEqual(expected);
      vector.close();
    }
  });

  it('writes the rows that the synchronous one writes', async () => {
    const vector = await threads(2);
    expect(written(vector)).toEqual(written(sync()));
    vector.close();
  });

  it('has the same spaces and metadata', async () => {
    const [vector, other] = [await threads(2), sync()];
    for (const name of ['observationSpace', 'actionSpace', 'singleObservationSpace', 'singleActionSpace'] as const)
      expect(vector[name].toString()).toBe(other[name].toString());
    expect(vector.metadata).toEqual(other.metadata);
    vector.close();
  });
});

describe('errors on worker threads', () => {
  it('arrive with the number of the environment', async () => {
    const options = { fails: [3, 2] };
    const vector = await workerVector({ module, makeEnv: scripted.name, count: COUNT, workers: 2, options });
    vector.reset({ seed: 1 });
    vector.step(actionsAt(0));
    expect(() => vector.step(actionsAt(1))).toThrow(/^environment 3: step 2 fails$/);
    expect(() => vector.step(actionsAt(2))).toThrow('the worker threads are closed');
  });

  it('are those of the synchronous vector where the caller is wrong', async () => {
    const vector = await workerVector({
      module,
      makeEnv: scripted.name,
      count: COUNT,
      workers: 2,
      autoreset: 'disabled',
    });
    vector.reset();
    expect(() => vector.step(new Int32Array(2))).toThrow('expected 5 of Discrete(3)');
    for (let k = 0; k < 3; k++) vector.step(actionsAt(k));
    expect(() => vector.step(actionsAt(3))).toThrow('environment 0: the episode is over');
    vector.close();
    vector.close();
    expect(() => vector.step(actionsAt(4))).toThrow();
  });

  it('say that a thread is gone', async () => {
    const vector = await workerVector({ module, makeEnv: deadly.name, count: 2, workers: 2 });
    const out = createColumns(vector.singleObservationSpace, 2);
    vector.resetInto(out);
    expect(() => vector.stepInto(Int32Array.of(0, 0), out)).toThrow('a worker thread ended with code 3');
  });
});
