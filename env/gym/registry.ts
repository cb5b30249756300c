/** The environments that can be made by name. */
import { didYouMean } from '../spelling.js';
import type { Env } from './env.js';
import {
  DeprecatedEnv,
  NameNotFound,
  NamespaceNotFound,
  RegistrationError,
  UnregisteredEnv,
  VersionNotFound,
} from './errors.js';
import { type EnvId, formatId, parseId } from './id.js';
import { completeSpec, type EnvSpec } from './spec.js';
import type { VectorEnv } from './vector/vector-env.js';
import { warn } from './warn.js';

/** Makes an environment; `kwargs` are the spec's and the caller's together, with `renderMode` if one was asked for. */
export type EntryPoint = (kwargs: Readonly<Record<string, unknown>>) => Env;
/** Makes `count` environments that are stepped together in a form of their own. */
export type VectorEntryPoint = (count: number, kwargs: Readonly<Record<string, unknown>>) => VectorEnv;

export interface Registration {
  readonly spec: EnvSpec;
  readonly entryPoint: EntryPoint | null;
  readonly vectorEntryPoint: VectorEntryPoint | null;
}

/** Registrations by id, in the order in which they came. */
export type Registry = Map<string, Registration>;

/** Where `register` puts environments and `make` finds them, unless told otherwise. */
export const registry: Registry = new Map();

/** Code of an environment: its own, its vector form, or both. */
export interface Code {
  readonly entryPoint?: EntryPoint;
  readonly vectorEntryPoint?: VectorEntryPoint;
}

/**
 * Makes an environment known by its id. Code goes by the names in the spec (the id unless given); a spec without code
 * of its own may name that of another registration.
 * @throws RegistrationError if there is no code, or if a name is registered both with and without versions
 */
export function register(
  fields: { readonly id: string } & Partial<EnvSpec>,
  code: EntryPoint | Code = {},
  into: Registry = registry,
): void {
  const { entryPoint = null, vectorEntryPoint = null } = typeof code === 'function' ? { entryPoint: code } : code;
  const own = parseId(completeSpec(fields).id);
  const id = formatId(own);
  const spec = completeSpec({
    ...fields,
    id,
    entryPoint: fields.entryPoint ?? (entryPoint && id),
    vectorEntryPoint: fields.vectorEntryPoint ?? (vectorEntryPoint && id),
  });
  if (spec.entryPoint === null && spec.vectorEntryPoint === null)
    throw new RegistrationError(
      `${id} has neither an entry point nor a vector entry point: give a function that makes it`,
    );
  const clash = siblings(own, into).find(({ version }) => (version === null) !== (own.version === null));
  if (clash)
    throw new RegistrationError(
      `${id} cannot be registered beside ${formatId(clash)}: a name has either versions or none (without one, make takes the newest)`,
    );
  if (into.has(id)) warn(`${id} was registered before and is replaced`);
  into.set(id, { spec, entryPoint, vectorEntryPoint });
}

/** Ids with the same namespace and name. */
const siblings = ({ namespace, name }: EnvId, from: Registry): EnvId[] =>
  [...from.keys()].map(parseId).filter((other) => other.namespace === namespace && other.name === name);

/**
 * The spec registered under exactly this id.
 * @throws UnregisteredEnv (a kind of it), DeprecatedEnv
 */
export function spec(id: string, from: Registry = registry): EnvSpec {
  const wanted = parseId(id);
  return from.get(formatId(wanted))?.spec ?? refuse(wanted, from);
}

/**
 * The spec that an id means: without a version the newest, with a warning; an older version than the newest warns too.
 * @throws UnregisteredEnv (a kind of it), DeprecatedEnv
 */
export function resolve(id: string, from: Registry = registry): EnvSpec {
  const wanted = parseId(id);
  const newest = siblings(wanted, from).reduce<EnvId | null>(newer, null);
  if (newest !== null && newest.version !== null) {
    if (wanted.version === null) warn(`${id} has no version: ${formatId(newest)}, the newest, is used`);
    else if (wanted.version < newest.version) warn(`${id} is out of date: ${formatId(newest)} is the newest version`);
    if (wanted.version === null) return spec(formatId(newest), from);
  }
  return spec(id, from);
}

const newer = (a: EnvId | null, b: EnvId): EnvId => (a !== null && (a.version ?? -1) >= (b.version ?? -1) ? a : b);

/** Says why an id is not there. */
function refuse(wanted: EnvId, from: Registry): never {
  const { namespace, name, version } = wanted;
  const id = formatId(wanted);
  const ids = [...from.keys()].map(parseId);
  const spaces = [...new Set(ids.map((other) => other.namespace).filter((space) => space !== null))];
  if (namespace !== null && !spaces.includes(namespace))
    throw new NamespaceNotFound(`${id}: no namespace ${namespace} is registered${didYouMean(namespace, spaces)}`);
  const names = [...new Set(ids.filter((other) => other.namespace === namespace).map((other) => other.name))];
  const place = namespace === null ? '' : ` in namespace ${namespace}`;
  if (!names.includes(name))
    throw new NameNotFound(`${id}: no environment ${name} is registered${place}${didYouMean(name, names)}`);
  const versions = siblings(wanted, from).flatMap((other) => other.version ?? []);
  const newest = Math.max(...versions);
  if (versions.length === 0)
    throw new DeprecatedEnv(`${id}: ${formatId({ ...wanted, version: null })} has no versions`);
  const list = versions.sort((a, b) => a - b).map((v) => `v${v}`);
  if (version === null) throw new UnregisteredEnv(`${id} has no version: there are ${list.join(', ')}`);
  if (version < newest)
    throw new DeprecatedEnv(`${id} is not there any more: use ${formatId({ ...wanted, version: newest })}`);
  throw new VersionNotFound(`${id}: no version v${version} of ${name} is registered; there are ${list.join(', ')}`);
}

/** All ids by namespace, as a person reads them. @param columns ids in a line */
export function pprintRegistry(from: Registry = registry, columns = 3): string {
  const groups = new Map<string, string[]>();
  for (const id of from.keys()) {
    const namespace = parseId(id).namespace ?? 'no namespace';
    groups.set(namespace, [...(groups.get(namespace) ?? []), id]);
  }
  return [...groups].flatMap(([namespace, ids]) => [`===== ${namespace} =====`, ...rows(ids, columns)]).join('\n');
}

function rows(ids: readonly string[], columns: number): string[] {
  const width = Math.max(...ids.map((id) => id.length)) + 2;
  const lines: string[] = [];
  for (let k = 0; k < ids.length; k += columns)
    lines.push(
      ids
        .slice(k, k + columns)
        .map((id) => id.padEnd(width))
        .join('')
        .trimEnd(),
    );
  return lines;
}
