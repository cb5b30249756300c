/** The loop over the rows of a vector environment, and what happens to a row whose episode has ended. */
import type { Columns } from '../columns.js';
import type { Env, Info, ResetOptions } from '../env.js';
import type { CopyRow } from './batches.js';
import type { AutoresetMode } from './vector-env.js';

/** An environment as the loop sees it: something that writes a row. */
export interface RowEnv {
  resetInto(out: Columns, row: number, how?: ResetOptions): void;
  stepInto(action: unknown, out: Columns, row: number): void;
  /** The episode ended, and is reset at once. */
  ended?(row: number): void;
}

const NOTHING: ResetOptions = {};

export interface Autoreset {
  readonly mode: AutoresetMode;
  /** 1 = waits for its reset. */
  readonly over: Uint8Array;
  /** Where the last steps of episodes go under `same-step`. */
  readonly finals: Columns | null;
  readonly copyRow: CopyRow;
}

/** Steps every environment, action i in environment i, and resets as the mode says. */
export function stepRows(
  envs: readonly RowEnv[],
  actions: ArrayLike<unknown>,
  out: Columns,
  { mode, over, finals, copyRow }: Autoreset,
): void {
  if (mode === 'disabled') checkNoneOver(over);
  for (let i = 0; i < envs.length; i++) {
    if (over[i] !== 0) {
      envs[i].resetInto(out, i, NOTHING);
      over[i] = 0;
      continue;
    }
    envs[i].stepInto(actions[i], out, i);
    if ((out.terminated[i] | out.truncated[i]) === 0) continue;
    if (finals === null) over[i] = 1;
    else {
      copyRow(out.observation, i, finals.observation, i);
      copyNumbers(out, i, finals, i);
      envs[i].ended?.(i);
      envs[i].resetInto(out, i, NOTHING);
      copyNumbers(finals, i, out, i);
    }
  }
}

/** Copies what a row says beside its observation and mask. */
export function copyNumbers(from: Columns, i: number, to: Columns, o: number): void {
  to.reward[o] = from.reward[i];
  to.terminated[o] = from.terminated[i];
  to.truncated[o] = from.truncated[i];
  to.elapsed[o] = from.elapsed[i];
}

/** @throws Error that names who waits for a reset */
export function checkNoneOver(over: Uint8Array): void {
  if (!over.includes(1)) return;
  const which = [...over.keys()].filter((i) => over[i] === 1).join(', ');
  throw new Error(
    `environment ${which}: the episode is over, and autoreset is disabled; reset it by reset({ options: { reset_mask } })`,
  );
}

/** Writes rows by the tuple API, and keeps what it says: `infos[row]` is the info of the last call. */
export function tuplesInto(env: Env, infos: (Info | null)[]): RowEnv {
  const space = env.observationSpace;
  let last: unknown = null;
  let final: Info = {};
  function keep(out: Columns, row: number, observation: unknown, info: Info): void {
    space.write(out.observation, row, observation);
    if (out.mask && env.actionMasks) out.mask.set(env.actionMasks(), row * out.width);
    last = observation;
    infos[row] = info;
  }
  return {
    resetInto(out, row, how) {
      const [observation, info] = env.reset(how);
      keep(out, row, observation, { ...final, ...info });
      final = {};
      out.reward[row] = out.elapsed[row] = 0;
      out.terminated[row] = out.truncated[row] = 0;
    },
    stepInto(action, out, row) {
      const [observation, reward, terminated, truncated, info] = env.step(action);
      keep(out, row, observation, info);
      out.reward[row] = reward;
      out.terminated[row] = terminated ? 1 : 0;
      out.truncated[row] = truncated ? 1 : 0;
      out.elapsed[row] = typeof info.elapsed === 'number' ? info.elapsed : 1;
    },
    ended(row) {
      final = { final_obs: last, final_info: infos[row] };
    },
  };
}
