/** Vector environments by name. */
import type { Env } from './env.js';
import type { EnvOf, EnvTypes } from './env-types.js';
import { configure, findSpec, type MakeOptions, make, runCode } from './make.js';
import { type Registry, registry, type VectorEntryPoint } from './registry.js';
import { kindOf } from './spaces/kind-of.js';
import type { EnvSpec } from './spec.js';
import { type SyncVectorOptions, syncVector } from './vector/sync.js';
import type { VectorEnv } from './vector/vector-env.js';

/** `sync`: one after the other in this thread; `entry-point`: a form of its own that the environment was registered with. */
export type VectorMode = 'sync' | 'entry-point';

const MODES: readonly VectorMode[] = ['sync', 'entry-point'];

/** What `makeVec` may be told; the rest goes to `make`, for each environment. */
export interface MakeVecOptions extends MakeOptions {
  /** How many environments [1]. */
  readonly count?: number;
  /** ['entry-point' if the environment has one, else 'sync'] */
  readonly vectorMode?: VectorMode;
  /** Options of the vector environment: `autoreset`, `copy`. */
  readonly vectorOptions?: SyncVectorOptions;
  /** Put around each environment, the first innermost. */
  readonly wrappers?: readonly ((env: Env) => Env)[];
}

/** The vector form of an environment. */
export type VectorOf<E> = E extends Env<infer O, infer A, infer B> ? VectorEnv<O, A, B> : VectorEnv;

/**
 * Makes several environments of a kind that are stepped together.
 * @throws what `make` throws; Error if the count or the mode is wrong, or the environment has no vector entry point
 */
export function makeVec<Id extends keyof EnvTypes, const Options extends MakeVecOptions = Record<never, never>>(
  id: Id,
  options?: Options,
  from?: Registry,
): VectorOf<EnvOf<Id, Options>>;
export function makeVec(id: string | EnvSpec, options?: MakeVecOptions, from?: Registry): VectorEnv;
export function makeVec(id: string | EnvSpec, options: MakeVecOptions = {}, from: Registry = registry): VectorEnv {
  const { count = 1, vectorMode, vectorOptions = {}, wrappers = [], ...own } = options;
  const spec = configure(findSpec(id, from), own);
  const mode = vectorMode ?? (spec.vectorEntryPoint === null ? 'sync' : 'entry-point');
  if (!MODES.includes(mode)) throw new Error(`vectorMode is ${kindOf(mode)}, expected one of ${MODES.join(', ')}`);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new Error(`count is ${kindOf(count)}, expected a whole number of environments above 0`);
  const one = (): Env => wrappers.reduce((env, around) => around(env), make(spec, {}, from));
  const vector =
    mode === 'sync'
      ? syncVector(
          Array.from({ length: count }, () => one),
          vectorOptions,
        )
      : enter(spec, count, from);
  vector.spec = { ...spec, kwargs: { ...spec.kwargs, count, vectorMode: mode, vectorOptions } };
  return vector;
}

function enter({ id, vectorEntryPoint, kwargs }: EnvSpec, count: number, from: Registry): VectorEnv {
  if (vectorEntryPoint === null) throw new Error(`${id} has no vector entry point: make it with vectorMode 'sync'`);
  return runCode(id, kwargs, () => codeOf(id, vectorEntryPoint, from)(count, kwargs));
}

function codeOf(id: string, name: string, from: Registry): VectorEntryPoint {
  for (const { spec, vectorEntryPoint } of from.values())
    if (spec.vectorEntryPoint === name && vectorEntryPoint !== null) return vectorEntryPoint;
  throw new Error(`${id}: no vector code is registered under the name ${kindOf(name)}`);
}
