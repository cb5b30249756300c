/**
 * How a user names a scheduler or predictor and sets its parameters, as text:
 *
 *     spec       = "expr:" formula | name [ "(" spec { "|" spec } ")" ] [ ":" parameters ]      several where one is chosen among them
 *     parameters = [ word "," ] key "=" value { "," key "=" value }          a word only where it has a meaning
 *
 * `srpt` · `las:by=service,quantum=20000` · `hysteresis(srpt):gap=64` · `limited(expr: remaining * kvTokens):limit=2`
 */
import type { Parameters, Values } from '../env/parameters.js';
import { didYouMean } from '../env/spelling.js';

export { choice, number, type Parameters, text, type Values, type ValuesOf, whole } from '../env/parameters.js';

/** A spec taken apart. */
export interface Spec {
  readonly name: string;
  /** What stands in parentheses. */
  readonly inner?: string;
  /** What stands behind the colon, by key. */
  readonly settings: ReadonlyMap<string, string>;
}

const FORMULA = /^\s*expr\s*:/;
const SPEC = /^\s*([\w@.+-]+)\s*(?:\((.*)\))?\s*(?::([^()]*))?$/s;
const SETTING = /^\s*(\w+)\s*=\s*(\S.*?)\s*$/s;
const WORD = /^\s*([\w.-]+)\s*$/;

/** The formula of an `expr:` spec; undefined for any other. */
export const formulaOf = (spec: string): string | undefined =>
  FORMULA.test(spec) ? spec.replace(FORMULA, '').trim() : undefined;

/**
 * Takes a spec apart.
 * @param wordOf the parameter that a first word without key stands for, by the spec's name [none does]
 * @throws Error that quotes it and shows the form expected
 */
export function parseSpec(text: string, wordOf: (name: string) => string | undefined = () => undefined): Spec {
  const parts = SPEC.exec(text);
  if (!parts)
    throw new Error(
      `${JSON.stringify(text)} is no spec, expected name, name:key=value,key=value or name(spec):key=value`,
    );
  const [, name, inner, given] = parts;
  const settings = new Map<string, string>();
  const word = wordOf(name);
  for (const each of given?.split(',') ?? []) {
    const first = word !== undefined && settings.size === 0 ? WORD.exec(each) : null;
    const setting = first ? ['', word as string, first[1]] : SETTING.exec(each);
    if (!setting)
      throw new Error(`${JSON.stringify(text)}: ${JSON.stringify(each.trim())} is no parameter, expected key=value`);
    if (settings.has(setting[1])) throw new Error(`${JSON.stringify(text)}: ${setting[1]} is given twice`);
    settings.set(setting[1], setting[2]);
  }
  return inner === undefined ? { name, settings } : { name, inner, settings };
}

/**
 * Splits a list of specs at its commas, except those in parentheses and those between parameters:
 * `srpt,las:by=service,quantum=9,expr: max(age, 1)` are three.
 */
export function splitSpecs(list: string): string[] {
  const specs: string[] = [];
  let depth = 0;
  let from = 0;
  for (let k = 0; k <= list.length; k++) {
    const letter = list[k];
    if (letter === '(') depth++;
    else if (letter === ')') depth--;
    const ends = letter === undefined || (letter === ',' && depth === 0 && !/^\s*\w+\s*=[^=]/.test(list.slice(k + 1)));
    if (!ends) continue;
    specs.push(list.slice(from, k).trim());
    from = k + 1;
  }
  return specs.filter((spec) => spec !== '');
}

/** Splits specs at the bars that stand outside of parentheses: `srpt | hysteresis(las)`. */
export function splitAlternatives(list: string): string[] {
  const specs = [''];
  let depth = 0;
  for (const letter of list) {
    if (letter === '(') depth++;
    else if (letter === ')') depth--;
    if (letter === '|' && depth === 0) specs.push('');
    else specs[specs.length - 1] += letter;
  }
  return specs.map((spec) => spec.trim());
}

/**
 * The values of all parameters: as set, else their defaults.
 * @param where the spec, for the error
 * @throws Error that names spec, parameter, what was found and what was expected
 */
export function readValues(where: string, parameters: Parameters, settings: Spec['settings']): Values {
  for (const key of settings.keys()) {
    if (!Object.hasOwn(parameters, key)) {
      throw new Error(`${where}: unknown parameter ${JSON.stringify(key)}${didYouMean(key, Object.keys(parameters))}`);
    }
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [
      key,
      readValue(`${where}: ${key}`, parameter, settings.get(key)),
    ]),
  );
}

function readValue(where: string, parameter: Parameters[string], given: string | undefined): number | string {
  if (given === undefined) return parameter.default;
  if ('choices' in parameter) {
    if (parameter.choices.includes(given)) return given;
    throw new Error(`${where} is ${JSON.stringify(given)}${didYouMean(given, parameter.choices)}`);
  }
  if (!('min' in parameter)) return given;
  const { min, max } = parameter;
  const value = Number(given);
  if (value >= min && value <= max && (!parameter.whole || Number.isInteger(value))) return value;
  throw new Error(
    `${where} is ${JSON.stringify(given)}, expected a ${parameter.whole ? 'whole ' : ''}number in ${min} … ${max}`,
  );
}

/** The spec in its shortest form: only what differs from the defaults, in the order of the parameters. */
export function canonical(name: string, parameters: Parameters, values: Values): string {
  const set = Object.keys(parameters).filter((key) => values[key] !== parameters[key].default);
  return set.length === 0 ? name : `${name}:${set.map((key) => `${key}=${values[key]}`).join(',')}`;
}
