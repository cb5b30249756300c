/** The part of a rollout that one thread makes: its environments under its policy, written straight to the rows of all. */
import { type Stream, stream } from '../../random.js';
import { type Columns, createColumns } from '../columns.js';
import type { Env } from '../env.js';
import { type RowEnv, tuplesInto } from './autoreset.js';
import { copierOf } from './batches.js';
import { type EnvModule, exported, makeEnvs, named, naming } from './exported.js';
import { resetsOf } from './resets.js';
import type { Service } from './threads.js';
import type { VectorResetOptions } from './vector-env.js';

/**
 * What acts inside a thread, for all its environments. To give the same rollout on any number of threads it remembers
 * nothing between calls of `act` and draws from `random` only, which is the environment's own.
 */
export interface RowPolicy<A = unknown, B = unknown, P = unknown> {
  /** Before each chunk, what was sent with it: network weights, an ε. */
  prepare?(parameters: P): void;
  /** The action for the observation (and mask) in a row. */
  act(seen: Columns<B>, row: number, random: Stream): A;
}

export interface RollSetup {
  readonly from: EnvModule & { readonly makePolicy: string };
  /** This thread's environments among `count`. */
  readonly first: number;
  readonly own: number;
  readonly count: number;
  readonly seed: NonNullable<VectorResetOptions['seed']>;
}

export interface RollRequest {
  readonly steps: number;
  /** (steps + 1) × count rows in the order of time: row t × count + i is what environment i showed before step t. */
  readonly columns: Columns;
  /** steps × count. */
  readonly action: unknown;
  readonly begun: Uint8Array;
  readonly parameters: unknown;
}

/** Makes environments and policy, and begins the first episodes. It rolls out, or closes the environments if asked for nothing. */
export async function openRoll({
  from,
  first,
  own,
  count,
  seed,
}: RollSetup): Promise<Service<RollRequest | null, null>> {
  const makePolicy = await exported<(options: unknown) => RowPolicy>(from.module, from.makePolicy);
  const policy = makePolicy(from.options);
  const envs = await makeEnvs(from, first, own);
  const { observationSpace, actionSpace } = envs[0];
  const resets = resetsOf({ seed }, count).slice(first, first + own);
  const randoms = resets.map((how) => stream(how?.seed ?? 0, 'policy'));
  const rows = envs.map(rowsOfEnv);
  const over = new Uint8Array(own);
  const copyObservation = copierOf(observationSpace);
  /** What each environment shows now. */
  const now = createColumns(observationSpace, own, widthOf(envs[0]));
  rows.forEach((row, i) => {
    naming(first + i, () => row.resetInto(now, i, resets[i] ?? {}));
  });

  function copyRow(from: Columns, i: number, to: Columns, o: number): void {
    copyObservation(from.observation, i, to.observation, o);
    if (from.mask && to.mask) to.mask.set(from.mask.subarray(i * to.width, (i + 1) * to.width), o * to.width);
  }
  /** Row `at` of all, which is one of environment i. */
  function step(i: number, at: number, { columns, action, begun }: RollRequest): void {
    const to = at + count;
    begun[at] = over[i];
    if (over[i] === 1) {
      rows[i].resetInto(columns, to);
      over[i] = 0;
      return;
    }
    const chosen = policy.act(columns, at, randoms[i]);
    actionSpace.write(action, at, chosen);
    rows[i].stepInto(chosen, columns, to);
    over[i] = columns.terminated[to] | columns.truncated[to];
  }

  return (request) => {
    if (request === null) {
      for (const env of envs) env.close();
      return null;
    }
    const { steps, columns, parameters } = request;
    policy.prepare?.(parameters);
    for (let i = 0; i < own; i++) copyRow(now, i, columns, first + i);
    let i = 0;
    try {
      for (let t = 0; t < steps; t++) for (i = 0; i < own; i++) step(i, t * count + first + i, request);
    } catch (error) {
      throw named(first + i, error);
    }
    for (i = 0; i < own; i++) copyRow(columns, steps * count + first + i, now, i);
    return null;
  };
}

export const widthOf = (env: Env): number => env.actionMasks?.().length ?? 0;

const rowsOfEnv = (env: Env): RowEnv => (env.resetInto && env.stepInto ? (env as RowEnv) : tuplesInto(env, []));
