/** Environments by name. */
import type { Env } from './env.js';
import type { EnvOf, EnvTypes } from './env-types.js';
import { isObject } from './json.js';
import { type EntryPoint, type Registry, registry, resolve } from './registry.js';
import { kindOf } from './spaces/kind-of.js';
import { completeSpec, type EnvSpec } from './spec.js';
import { warn } from './warn.js';
import { makeWrapper } from './wrappers/catalogue.js';
import { orderEnforcing } from './wrappers/order-enforcing.js';
import { passiveEnvChecker } from './wrappers/passive-env-checker.js';
import { timeLimit } from './wrappers/time-limit.js';
import { wrap } from './wrappers/wrap.js';

/** What `make` may be told; everything else goes to the environment, and must be JSON. */
export interface MakeOptions {
  /** Steps after which an episode is truncated [the spec's]; -1 or null: no limit. */
  readonly maxEpisodeSteps?: number | null;
  /** Leaves PassiveEnvChecker out [the spec's]. */
  readonly disableEnvChecker?: boolean;
  /** Goes to the environment too. */
  readonly renderMode?: string | null;
  readonly [argument: string]: unknown;
}

/**
 * Makes a registered environment, or one from its spec. Around it come, inside out: PassiveEnvChecker, OrderEnforcing,
 * TimeLimit, and the additional wrappers of its spec.
 * @throws UnregisteredEnv (a kind of it), DeprecatedEnv; Error if an option is wrong or the environment's code throws
 */
export function make<Id extends keyof EnvTypes, const Options extends MakeOptions = Record<never, never>>(
  id: Id,
  options?: Options,
  from?: Registry,
): EnvOf<Id, Options>;
export function make(id: string | EnvSpec, options?: MakeOptions, from?: Registry): Env;
export function make(id: string | EnvSpec, options: MakeOptions = {}, from: Registry = registry): Env {
  const spec = configure(findSpec(id, from), options);
  const bare: EnvSpec = { ...spec, ...UNWRAPPED };
  let env = enter(bare, from);
  env.spec = bare;
  if (!spec.disableEnvChecker) env = wrap(env, passiveEnvChecker());
  if (spec.orderEnforce) env = wrap(env, orderEnforcing());
  if (spec.maxEpisodeSteps !== null) env = wrap(env, timeLimit(spec.maxEpisodeSteps));
  for (const wrapper of spec.additionalWrappers) env = wrap(env, makeWrapper(wrapper));
  return env;
}

/** What the spec of an environment says while nothing is around it. */
const UNWRAPPED = {
  disableEnvChecker: true,
  orderEnforce: false,
  maxEpisodeSteps: null,
  additionalWrappers: [],
} as const satisfies Partial<EnvSpec>;

/** The spec that an id means, or a spec itself. */
export function findSpec(id: string | EnvSpec, from: Registry): EnvSpec {
  if (typeof id === 'string') return resolve(id, from);
  if (!isObject(id)) throw new TypeError(`expected the id of an environment or its spec, not ${kindOf(id)}`);
  return completeSpec(id as unknown as EnvSpec);
}

/** A spec with what the caller wants otherwise. */
export function configure(spec: EnvSpec, options: MakeOptions): EnvSpec {
  const { maxEpisodeSteps = spec.maxEpisodeSteps, disableEnvChecker = spec.disableEnvChecker, ...kwargs } = options;
  return completeSpec({
    ...spec,
    maxEpisodeSteps: maxEpisodeSteps === -1 ? null : maxEpisodeSteps,
    disableEnvChecker,
    kwargs: { ...spec.kwargs, ...kwargs },
  });
}

/** Runs the code of a spec. */
function enter({ id, entryPoint, kwargs }: EnvSpec, from: Registry): Env {
  if (entryPoint === null) throw new Error(`${id} has no entry point`);
  const env = runCode(id, kwargs, () => codeOf(id, entryPoint, from)(kwargs));
  const modes = env.metadata?.renderModes;
  const mode = kwargs.renderMode ?? null;
  if (modes === undefined) warn(`${id}: its metadata does not name its render modes (none is an empty list)`);
  else if (mode !== null && !modes.includes(mode as string))
    warn(`${id}: render mode ${kindOf(mode)} is not one of its modes (${modes.join(', ') || 'none'})`);
  return env;
}

function codeOf(id: string, name: string, from: Registry): EntryPoint {
  for (const { spec, entryPoint } of from.values())
    if (spec.entryPoint === name && entryPoint !== null) return entryPoint;
  throw new Error(`${id}: no code is registered under the name ${kindOf(name)}`);
}

/** Runs code of an environment; what it throws says where it comes from. */
export function runCode<T>(id: string, kwargs: EnvSpec['kwargs'], run: () => T): T {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${id}: ${message} (made with ${JSON.stringify(kwargs)})`, { cause: error });
  }
}
