/** How an environment is made, as data. */
import { didYouMean } from '../spelling.js';
import { parseId } from './id.js';
import { checkJson, isObject } from './json.js';
import { kindOf } from './spaces/kind-of.js';

/** A wrapper that was put around an environment, as data. */
export interface WrapperSpec {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a registered environment is, and with `kwargs` how one was made. */
export interface EnvSpec {
  /** `namespace/Name-vN`. */
  readonly id: string;
  /** The name its code is registered under; null: there is none, only the vector form. */
  readonly entryPoint: string | null;
  /** Mean return from which the task counts as solved. */
  readonly rewardThreshold: number | null;
  /** Whether the same seed and actions may give different results. */
  readonly nondeterministic: boolean;
  /** Steps after which an episode is truncated; null: no limit. */
  readonly maxEpisodeSteps: number | null;
  readonly orderEnforce: boolean;
  readonly disableEnvChecker: boolean;
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** From the innermost outwards, around all that `make` puts itself. */
  readonly additionalWrappers: readonly WrapperSpec[];
  readonly vectorEntryPoint: string | null;
}

/** Everything that may be left out of a spec. */
const SPEC_DEFAULTS: Omit<EnvSpec, 'id'> = {
  entryPoint: null,
  rewardThreshold: null,
  nondeterministic: false,
  maxEpisodeSteps: null,
  orderEnforce: true,
  disableEnvChecker: false,
  kwargs: {},
  additionalWrappers: [],
  vectorEntryPoint: null,
};

/** What a field must be: a test, and the words for it. */
type Field = readonly [is: (value: unknown) => boolean, expected: string];

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const orNull =
  (is: Field[0]): Field[0] =>
  (value) =>
    value === null || is(value);

const FIELDS: Readonly<Record<keyof EnvSpec, Field>> = {
  id: [isText, 'a text such as "Name-v0"'],
  entryPoint: [orNull(isText), 'a name or null'],
  rewardThreshold: [orNull(Number.isFinite), 'a finite number or null'],
  nondeterministic: [isFlag, 'true or false'],
  maxEpisodeSteps: [
    orNull((n) => Number.isSafeInteger(n) && (n as number) > 0),
    'a whole number of steps above 0, or null for no limit',
  ],
  orderEnforce: [isFlag, 'true or false'],
  disableEnvChecker: [isFlag, 'true or false'],
  kwargs: [isObject, 'an object'],
  additionalWrappers: [Array.isArray, 'a list of wrappers'],
  vectorEntryPoint: [orNull(isText), 'a name or null'],
};

/**
 * A whole spec from some of its fields.
 * @throws Error naming the first field that is unknown or not what it must be
 */
export function completeSpec(fields: { readonly id: string } & Partial<EnvSpec>): EnvSpec {
  const told = isText(fields.id) ? fields.id : 'spec';
  const unknown = Object.keys(fields).find((name) => !(name in FIELDS));
  if (unknown !== undefined)
    throw new Error(`${told}: no field ${JSON.stringify(unknown)}${didYouMean(unknown, Object.keys(FIELDS))}`);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const spec: EnvSpec = { id: fields.id, ...SPEC_DEFAULTS, ...given };
  for (const [name, [is, expected]] of Object.entries(FIELDS) as [keyof EnvSpec, Field][])
    if (!is(spec[name])) throw new Error(`${told}: ${name} is ${kindOf(spec[name])}, expected ${expected}`);
  parseId(spec.id);
  checkJson(spec.kwargs, `${told}: kwargs`);
  spec.additionalWrappers.forEach((wrapper, k) => {
    checkWrapper(wrapper, `${told}: additionalWrappers[${k}]`);
  });
  return spec;
}

function checkWrapper(wrapper: unknown, where: string): void {
  if (!isObject(wrapper)) throw new Error(`${where} is ${kindOf(wrapper)}, expected { name, options }`);
  const unknown = Object.keys(wrapper).find((key) => key !== 'name' && key !== 'options');
  if (unknown !== undefined)
    throw new Error(`${where}: no field ${JSON.stringify(unknown)}${didYouMean(unknown, ['name', 'options'])}`);
  if (!isText(wrapper.name))
    throw new Error(`${where}: name is ${kindOf(wrapper.name)}, expected the name of a wrapper`);
  if (!isObject(wrapper.options))
    throw new Error(`${where}: options is ${kindOf(wrapper.options)}, expected an object (may be empty)`);
}

/**
 * A spec as JSON text.
 * @throws Error naming a field that JSON cannot say, such as a wrapper's function
 */
export function specToJson(spec: EnvSpec): string {
  const whole = completeSpec(spec);
  for (const { name, options } of whole.additionalWrappers) checkJson(options, `${whole.id}: options of ${name}`);
  return JSON.stringify(whole);
}

/** @throws Error if the text is no JSON, or naming the first field that is wrong. Fields left out have their defaults. */
export function specFromJson(text: string): EnvSpec {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw new Error(`the text of a spec is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(fields)) throw new Error(`a spec must be an object, not ${kindOf(fields)}`);
  return completeSpec(fields as { id: string });
}

/** A spec as a person reads it: a line a field, wrappers from the innermost outwards. */
export function specText(spec: EnvSpec): string {
  const lines = Object.entries(completeSpec(spec)).flatMap(([name, value]) => {
    if (name !== 'additionalWrappers' || value.length === 0) return [`${name}=${JSON.stringify(value)}`];
    const wrappers = spec.additionalWrappers.map((w) => `  ${w.name} ${JSON.stringify(w.options)}`);
    return [`${name}=[`, ...wrappers, ']'];
  });
  return lines.join('\n');
}
