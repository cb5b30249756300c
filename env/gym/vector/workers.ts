/**
 * Rollouts on worker threads: the policy acts inside the threads, and a chunk of many steps comes back as columns. One
 * message a chunk, so chunks should last 10 ms or more.
 */
import { availableParallelism } from 'node:os';
import type { Seed } from '../../random.js';
import { createColumns } from '../columns.js';
import type { Env } from '../env.js';
import { checkCount, shares, startCrew } from './crew.js';
import { type EnvModule, makeEnvs } from './exported.js';
import { openRoll, type RollRequest, type RollSetup, widthOf } from './roll.js';
import { checkFixed, inSharedMemory } from './shared.js';

export interface WorkerRolloutOptions extends EnvModule {
  /** The function it exports that makes the policy of a thread: `(options) => RowPolicy`. */
  readonly makePolicy: string;
  /** Environments in all. */
  readonly envs: number;
  /** Threads; 0 = this one [as many as processors, at most one an environment]. */
  readonly workers?: number;
  /** Of environment i: a number s gives s + i, a word w gives `w/i` [0]. */
  readonly seed?: Seed;
  /** Closes the workers. */
  readonly signal?: AbortSignal;
}

/**
 * N environments for T steps. Rows go by time: row t × N + i is step t of environment i. An episode that ends is followed
 * by a row with `begun`, in which nothing was done but to begin the next (NEXT_STEP): leave it out of the loss. So what row
 * r led to is always seen in row r + N.
 */
export interface Rollout<B = unknown, Actions = unknown> {
  readonly steps: number;
  readonly envs: number;
  /** (T + 1) × N: what was seen before each step, and at last. */
  readonly observation: B;
  /** (T + 1) × N × width: 1 = legal; null without masks. */
  readonly mask: Uint8Array | null;
  readonly width: number;
  /** T × N: what was done, and what came of it. */
  readonly action: Actions;
  readonly reward: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly elapsed: Float64Array;
  /** 1 = no step: an episode began. */
  readonly begun: Uint8Array;
}

export interface WorkerRollouts<B, Actions> {
  /**
   * The next steps of all environments, the same for any number of workers.
   * @param parameters plain data for `RowPolicy.prepare`
   * @param into an earlier rollout of as many steps, whose memory is used again
   * @throws what an environment or the policy threw, naming the environment; the workers are closed then
   */
  roll(steps: number, parameters?: unknown, into?: Rollout<B, Actions>): Promise<Rollout<B, Actions>>;
  /** Closes the environments and ends the threads, those in a rollout at once. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Starts the threads and begins the first episodes.
 * @throws Error if the module or one of its functions is not there, an environment fails, or a space has values of no fixed size
 */
export async function workerRollouts<B = unknown, Actions = unknown>({
  envs: count,
  workers = Math.min(count, availableParallelism()),
  seed = 0,
  signal,
  makePolicy,
  ...module
}: WorkerRolloutOptions): Promise<WorkerRollouts<B, Actions>> {
  checkCount('envs', count, 1);
  checkCount('workers', workers, 0, count);
  const [example] = await makeEnvs<unknown, unknown, B>(module, 0, 1);
  const { observationSpace, actionSpace } = example;
  const width = widthOf(example as Env);
  example.close();
  checkFixed(observationSpace, 'observations');
  checkFixed(actionSpace, 'actions');

  const from = { ...module, module: String(module.module), makePolicy };
  const crew = await startCrew<RollSetup, RollRequest | null, null>({
    worker: workers === 0 ? null : new URL('./roll-worker.js', import.meta.url),
    here: openRoll,
    setups: shares(count, Math.max(1, workers)).map(([first, own]) => ({ from, first, own, count, seed })),
    last: null,
    signal,
  });
  /** The rows that each rollout is a view of. */
  const memory = new WeakMap<Rollout<B, Actions>, Omit<RollRequest, 'parameters'>>();

  function allocate(steps: number): Rollout<B, Actions> {
    const rows = inSharedMemory({
      columns: createColumns(observationSpace, (steps + 1) * count, width),
      action: actionSpace.createBatch(steps * count) as Actions,
      begun: new Uint8Array(steps * count),
    });
    const { observation, mask, reward, terminated, truncated, elapsed } = rows.columns;
    const rollout = {
      steps,
      envs: count,
      observation,
      mask,
      width,
      action: rows.action,
      // A step's results stand in the row that it led to: N rows on.
      reward: reward.subarray(count),
      terminated: terminated.subarray(count),
      truncated: truncated.subarray(count),
      elapsed: elapsed.subarray(count),
      begun: rows.begun,
    };
    memory.set(rollout, { steps, ...rows });
    return rollout;
  }

  return {
    async roll(steps, parameters = null, into) {
      checkCount('steps', steps, 1);
      const rollout = into ?? allocate(steps);
      const rows = memory.get(rollout);
      if (rows?.steps !== steps)
        throw new Error(`into: expected an earlier rollout of these workers of ${steps} steps`);
      await crew.ask(Array.from({ length: Math.max(1, workers) }, () => ({ ...rows, parameters })));
      return rollout;
    },
    close: crew.close,
  };
}
