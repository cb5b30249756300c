/** The part of a vector environment that lives in a worker thread: its environments, stepped row by row. */
import { type Columns, createColumns } from '../columns.js';
import type { Env, Frame, Info } from '../env.js';
import { type RowEnv, stepRows, tuplesInto } from './autoreset.js';
import { copierOf } from './batches.js';
import { type EnvModule, makeEnvs, naming } from './exported.js';
import type { Resets } from './resets.js';
import { widthOf } from './roll.js';
import type { Service } from './threads.js';
import type { AutoresetMode } from './vector-env.js';

export interface PartSetup {
  readonly from: EnvModule;
  /** Its environments among all. */
  readonly first: number;
  readonly own: number;
  readonly autoreset: AutoresetMode;
}

export type PartRequest =
  | { readonly what: 'reset'; readonly resets: Resets; readonly infos: boolean }
  | {
      readonly what: 'step';
      readonly actions: readonly unknown[];
      /** Who waits for a reset, as the caller knows it. */
      readonly over: Uint8Array;
      readonly infos: boolean;
    }
  | { readonly what: 'render' }
  | { readonly what: 'close' };

/** All rows of the part as they are now. */
export interface PartReply {
  readonly columns: Columns;
  readonly over: Uint8Array;
  readonly finals: Columns | null;
  /** One an environment; all null if they were not asked for. */
  readonly infos: readonly (Info | null)[];
  readonly frames: readonly Frame[];
}

export async function openPart({ from, first, own, autoreset }: PartSetup): Promise<Service<PartRequest, PartReply>> {
  const envs = await makeEnvs(from, first, own);
  const [{ observationSpace }] = envs;
  const over = new Uint8Array(own);
  const finals = autoreset === 'same-step' ? createColumns(observationSpace, own) : null;
  const rules = { mode: autoreset, over, finals, copyRow: copierOf(observationSpace) };
  const columns = createColumns(observationSpace, own, widthOf(envs[0]));
  const infos: (Info | null)[] = envs.map(() => null);
  const told = envs.map((env, i) => namedRow(tuplesInto(env, infos), first + i));
  const direct = envs.map((env, i) => (isRowEnv(env) ? namedRow(env, first + i) : told[i]));

  return (request) => {
    const reply = { columns, over, finals, infos, frames: [] };
    infos.fill(null);
    switch (request.what) {
      case 'close':
        for (const env of envs) env.close();
        return reply;
      case 'render':
        return { ...reply, frames: envs.map((env, i) => naming(first + i, () => env.render())) };
      case 'reset':
        request.resets.forEach((how, i) => {
          if (how === null) return;
          (request.infos ? told : direct)[i].resetInto(columns, i, how);
          over[i] = 0;
        });
        break;
      case 'step':
        over.set(request.over);
        stepRows(request.infos ? told : direct, request.actions, columns, rules);
    }
    return request.infos ? reply : { ...reply, infos: infos.map(() => null) };
  };
}

const isRowEnv = (env: Env): env is Env & RowEnv => env.stepInto !== undefined && env.resetInto !== undefined;

/** The same, with the number of the environment in what it throws. */
const namedRow = (env: RowEnv, index: number): RowEnv => ({
  resetInto: (out, row, how) => naming(index, () => env.resetInto(out, row, how)),
  stepInto: (action, out, row) => naming(index, () => env.stepInto(action, out, row)),
  ended: (row) => env.ended?.(row),
});
