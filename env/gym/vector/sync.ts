/** A vector environment whose environments are stepped one after the other in this thread. */
import { type Columns, createColumns } from '../columns.js';
import type { Env, Info } from '../env.js';
import { type RowEnv, stepRows, tuplesInto } from './autoreset.js';
import { copierOf, copyOf, rowsOf } from './batches.js';
import { mergeInfos } from './infos.js';
import { resetsOf } from './resets.js';
import type { AutoresetMode, VectorEnv, VectorResetOptions } from './vector-env.js';

export interface SyncVectorOptions {
  /** When ended episodes are followed by new ones ['next-step']. */
  readonly autoreset?: AutoresetMode;
  /** Whether `reset` and `step` return arrays of the caller's own [true], or those that the next call overwrites. */
  readonly copy?: boolean;
}

const MODES: readonly AutoresetMode[] = ['next-step', 'same-step', 'disabled'];

/**
 * Several environments of one kind as a vector environment. `stepInto` allocates nothing where the environments have it
 * themselves and the mode is not `same-step`. The tuple API keeps observations of its own: do not mix the two within an episode.
 * @throws Error if there is none, or they have not the same spaces
 */
export function syncVector<O, A, B>(
  makers: readonly (() => Env<O, A, B>)[],
  { autoreset = 'next-step', copy = true }: SyncVectorOptions = {},
): VectorEnv<O, A, B> {
  if (!MODES.includes(autoreset))
    throw new Error(`autoreset is ${JSON.stringify(autoreset)}, expected one of ${MODES.join(', ')}`);
  const envs = makers.map((make) => make());
  checkSameSpaces(envs);
  const [first] = envs;
  const count = envs.length;
  const { observationSpace, actionSpace } = first;
  const over = new Uint8Array(count);
  const finals = autoreset === 'same-step' ? createColumns(observationSpace, count) : null;
  const rules = { mode: autoreset, over, finals, copyRow: copierOf(observationSpace) };
  const infos: (Info | null)[] = envs.map(() => null);
  const told = envs.map((env): RowEnv => tuplesInto(env, infos));
  const direct = envs.every((env) => env.stepInto && env.resetInto) ? (envs as unknown as RowEnv[]) : told;
  const actionRows = rowsOf(actionSpace, count);
  let mine: Columns<B> | null = null;
  const columns = (): Columns<B> => {
    mine ??= createColumns(observationSpace, count);
    return mine;
  };
  const own = <T>(x: T): T => (copy ? copyOf(x) : x);

  function begin(rows: readonly RowEnv[], out: Columns<B>, how: VectorResetOptions = {}): void {
    resetsOf(how, count).forEach((each, i) => {
      if (each === null) return;
      rows[i].resetInto(out, i, each);
      over[i] = 0;
    });
  }

  const vector: VectorEnv<O, A, B> = {
    count,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    observationSpace: observationSpace.batchSpace(count),
    actionSpace: actionSpace.batchSpace(count),
    autoreset,
    metadata: { ...first.metadata, autoresetMode: autoreset },
    spec: first.spec,
    envs: envs as Env[],
    over,
    finals,
    reset(how) {
      infos.fill(null);
      const out = columns();
      begin(told, out, how);
      return [own(out.observation), mergeInfos(infos)];
    },
    step(actions) {
      const rows = actionRows(actions);
      infos.fill(null);
      const out = columns();
      stepRows(told, rows, out, rules);
      return [own(out.observation), own(out.reward), own(out.terminated), own(out.truncated), mergeInfos(infos)];
    },
    resetInto: (out, how) => begin(direct, out, how),
    stepInto: (actions, out) => stepRows(direct, actionRows(actions), out, rules),
    render: () => envs.map((env) => env.render()),
    close() {
      for (const env of envs) env.close();
    },
  };
  if (envs.every((env) => env.actionMasks)) vector.actionMasks = () => masksOf(envs);
  return vector;
}

function masksOf(envs: readonly Env[]): Uint8Array {
  const masks = envs.map((env) => env.actionMasks?.() ?? new Uint8Array(0));
  const all = new Uint8Array(masks.reduce((sum, mask) => sum + mask.length, 0));
  let at = 0;
  for (const mask of masks) {
    all.set(mask, at);
    at += mask.length;
  }
  return all;
}

function checkSameSpaces(envs: readonly Env[]): void {
  if (envs.length === 0) throw new Error('a vector environment needs at least one environment');
  const [first] = envs;
  envs.forEach((env, i) => {
    for (const space of ['observationSpace', 'actionSpace'] as const)
      if (!env[space].equals(first[space]))
        throw new Error(
          `environment ${i}: its ${space} is ${env[space].toString()}, that of environment 0 ${first[space].toString()}; expected the same`,
        );
  });
}
