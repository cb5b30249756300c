/**
 * A vector environment whose environments live in worker threads. Every step is a message to each thread and back, some
 * tens of µs: it pays for environments that take longer. For fast ones the policy has to be in the threads, too: see `workerRollouts`.
 */
import { availableParallelism } from 'node:os';
import { type Columns, createColumns } from '../columns.js';
import type { Info } from '../env.js';
import { checkNoneOver, copyNumbers } from './autoreset.js';
import { copierOf, copyOf, rowsOf } from './batches.js';
import { checkCount, shares, startCrew } from './crew.js';
import { type EnvModule, makeEnvs } from './exported.js';
import { mergeInfos } from './infos.js';
import { openPart, type PartReply, type PartRequest, type PartSetup } from './part.js';
import { resetsOf } from './resets.js';
import { widthOf } from './roll.js';
import { type SyncVectorOptions, syncVector } from './sync.js';
import type { VectorEnv, VectorResetOptions } from './vector-env.js';

export interface WorkerVectorOptions extends EnvModule, SyncVectorOptions {
  /** Environments in all, all of one kind. */
  readonly count: number;
  /** Threads; 0 = this one [as many as processors, at most one an environment]. */
  readonly workers?: number;
  /** Closes the workers. */
  readonly signal?: AbortSignal;
}

/**
 * The same values as `syncVector` of the same environments, in every autoreset mode. Infos must be data that a thread can
 * send: no functions. What an environment throws arrives with its number, and closes the workers.
 * @throws Error if the module or its function is not there, or an environment cannot be made
 */
export async function workerVector<O = unknown, A = unknown, B = unknown>({
  count,
  workers = Math.min(count, availableParallelism()),
  autoreset = 'next-step',
  copy = true,
  signal,
  ...module
}: WorkerVectorOptions): Promise<VectorEnv<O, A, B>> {
  checkCount('count', count, 1);
  checkCount('workers', workers, 0, count);
  const [example] = await makeEnvs<O, A, B>(module, 0, 1);
  const width = widthOf(example);
  const kind = syncVector([() => example], { autoreset });
  kind.close();
  const { singleObservationSpace: observationSpace, singleActionSpace: actionSpace } = kind;

  const parts = shares(count, Math.max(1, workers));
  const crew = await startCrew<PartSetup, PartRequest, PartReply>({
    worker: workers === 0 ? null : new URL('./part-worker.js', import.meta.url),
    here: openPart,
    setups: parts.map(([first, own]) => ({
      from: { ...module, module: String(module.module) },
      first,
      own,
      autoreset,
    })),
    last: { what: 'close' },
    signal,
  });
  const over = new Uint8Array(count);
  const finals = autoreset === 'same-step' ? createColumns(observationSpace, count) : null;
  /** Rows of the tuple API, and all masks. */
  const mine = createColumns(observationSpace, count, width);
  const actionRows = rowsOf(actionSpace, count);
  const copyObservation = copierOf(observationSpace);
  const own = <T>(x: T): T => (copy ? copyOf(x) : x);

  function copyRow(from: Columns, i: number, to: Columns, o: number): void {
    copyObservation(from.observation, i, to.observation, o);
    copyNumbers(from, i, to, o);
    if (!from.mask) return;
    const mask = from.mask.subarray(i * width, (i + 1) * width);
    mine.mask?.set(mask, o * width);
    to.mask?.set(mask, o * width);
  }
  /** Asks the threads, and writes the rows that changed. @returns infos by environment */
  function ask(requests: readonly PartRequest[], out: Columns<B>, changed: (i: number) => boolean): (Info | null)[] {
    const replies = crew.askNow(requests);
    parts.forEach(([first, rows], k) => {
      const { columns, over: waiting, finals: last } = replies[k];
      for (let i = 0; i < rows; i++) {
        if (changed(first + i)) copyRow(columns, i, out, first + i);
        if (last && finals) {
          copyObservation(last.observation, i, finals.observation, first + i);
          copyNumbers(last, i, finals, first + i);
        }
      }
      over.set(waiting, first);
    });
    return replies.flatMap(({ infos }) => infos);
  }
  function reset(out: Columns<B>, how: VectorResetOptions, infos: boolean): (Info | null)[] {
    const all = resetsOf(how, count);
    const requests = parts.map(([first, rows]): PartRequest => {
      return { what: 'reset', resets: all.slice(first, first + rows), infos };
    });
    return ask(requests, out, (i) => all[i] !== null);
  }
  function step(actions: unknown, out: Columns<B>, infos: boolean): (Info | null)[] {
    const all = Array.from(actionRows(actions), copyOf);
    if (autoreset === 'disabled') checkNoneOver(over);
    const requests = parts.map(([first, rows]): PartRequest => {
      const to = first + rows;
      return { what: 'step', actions: all.slice(first, to), over: over.slice(first, to), infos };
    });
    return ask(requests, out, () => true);
  }

  const vector: VectorEnv<O, A, B> = {
    count,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    observationSpace: observationSpace.batchSpace(count),
    actionSpace: actionSpace.batchSpace(count),
    autoreset,
    metadata: kind.metadata,
    spec: kind.spec,
    over,
    finals,
    reset(how = {}) {
      const infos = reset(mine, how, true);
      return [own(mine.observation), mergeInfos(infos)];
    },
    step(actions) {
      const { observation, reward, terminated, truncated } = mine;
      const infos = step(actions, mine, true);
      return [own(observation), own(reward), own(terminated), own(truncated), mergeInfos(infos)];
    },
    resetInto(out, how = {}) {
      reset(out, how, false);
    },
    stepInto(actions, out) {
      step(actions, out, false);
    },
    render: () => crew.askNow(parts.map(() => ({ what: 'render' }))).flatMap(({ frames }) => frames),
    close() {
      void crew.close();
    },
  };
  if (mine.mask) vector.actionMasks = () => (mine.mask as Uint8Array).slice();
  return vector;
}
