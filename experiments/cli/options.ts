/** Settings of a command: one schema gives the flags, the keys of the YAML file, their checks and their help. */
import { type Command, Option } from 'commander';
import { parse as parseYaml, stringify } from 'yaml';
import { z } from 'zod';
import { readData } from '../../env/files.js';
import { didYouMean } from '../../env/spelling.js';
import { splitSpecs } from '../specs.js';

/** Names or numbers in a list: `a,b` on the command line, a list or the same text in YAML. */
export const list = <T extends z.ZodType>(item: T) => z.preprocess(splitList, z.array(item).min(1));

/** Numbers in a list or as `from:to:step`, both ends included. */
export const numbers = (item: z.ZodType<number> = z.number()) =>
  written((given) => splitList(given).flatMap(expandRange), z.array(item).min(1));

/** Names with values: `maxBatch=32,blocks=2500` on the command line, a mapping in YAML. */
export const mapping = () =>
  written(
    (given) => (typeof given === 'string' || Array.isArray(given) ? readMapping([given].flat()) : given),
    z.record(z.string(), z.unknown()),
  );

/** What a function reads from what was given, as a schema: what it throws is said of the setting. */
export const written = <T extends z.ZodType>(read: (given: unknown) => unknown, schema: T) =>
  z.preprocess((given, context) => {
    try {
      return read(given);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  }, schema);

const splitList = (given: unknown): unknown[] =>
  [given].flat().flatMap((part) => (typeof part === 'string' ? splitSpecs(part) : [part]));

/** Longest range. */
const MANY = 1000;

/**
 * `0.6:1.1:0.1` is .6, .7, … 1.1; decimals stay as they are written.
 * @throws Error if text is neither a number nor a range
 */
function expandRange(text: unknown): unknown[] {
  if (typeof text !== 'string') return [text];
  const parts = text.split(':').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (parts.some(Number.isNaN) || (parts.length !== 1 && parts.length !== 3))
    throw new Error(`${JSON.stringify(text)} is neither a number nor from:to:step`);
  if (parts.length === 1) return parts;
  const [from, to, step] = parts;
  if (!(step > 0 && to >= from && (to - from) / step <= MANY))
    throw new Error(`${text}: expected from:to:step with from ≤ to, step > 0 and at most ${MANY} steps`);
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, k) =>
    Number((from + k * step).toPrecision(12)),
  );
}

function readMapping(items: unknown[]): unknown {
  const pairs = items.flatMap((item) => String(item).split(','));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined) throw new Error(`${JSON.stringify(pair)}: expected name=value`);
      return [name.trim(), parseYaml(value)];
    }),
  );
}

const flagOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The schema inside defaults and optionals, and the default. */
function unwrapped(schema: z.ZodType): { inner: z.ZodType; fallback: unknown } {
  let inner = schema;
  let fallback: unknown;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional) {
    if (inner instanceof z.ZodDefault) fallback = inner.def.defaultValue;
    inner = inner.def.innerType as z.ZodType;
  }
  return { inner, fallback };
}

/** A default as help shows it: lists and mappings as they are typed, nothing for an empty one. */
function shownDefault(fallback: unknown): string {
  if (typeof fallback !== 'object' || fallback === null) return ` [${fallback}]`;
  const items = Array.isArray(fallback) ? fallback : Object.entries(fallback).map(([key, value]) => `${key}=${value}`);
  return items.length === 0 ? '' : ` [${items.join(',')}]`;
}

/** A flag for each key: `maxBatch` is `--max-batch`. The description of a key may start with `<word>` that names its value. */
export function addOptions(command: Command, schema: z.ZodObject): void {
  for (const [key, field] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const { inner, fallback } = unwrapped(field);
    const [, placeholder = 'value', words] = /^(?:<(\S+)> )?(.*)$/s.exec(field.description ?? '') ?? [];
    const shown = fallback === undefined ? '' : shownDefault(fallback);
    if (inner instanceof z.ZodBoolean) {
      command.addOption(new Option(fallback === true ? `--no-${flagOf(key)}` : `--${flagOf(key)}`, words));
      if (fallback === true) command.addOption(new Option(`--${flagOf(key)}`, 'the default').hideHelp());
    } else if (
      inner instanceof z.ZodPipe &&
      (inner.def.out instanceof z.ZodArray || inner.def.out instanceof z.ZodRecord)
    ) {
      const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
      command.addOption(new Option(`--${flagOf(key)} <${placeholder}>`, `${words}${shown}`).argParser(collect));
    } else {
      const number = inner instanceof z.ZodNumber;
      const read = (text: string): unknown =>
        number && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
      command.addOption(new Option(`--${flagOf(key)} <${placeholder}>`, `${words}${shown}`).argParser(read));
    }
  }
}

/**
 * The effective settings: defaults, then the YAML file, then flags.
 * @param behind what stands behind file and flags, given what these say
 * @throws Error that names file or flag, key, and what was expected
 */
export function readOptions<S extends z.ZodObject>(
  command: Command,
  schema: S,
  file: string | undefined,
  behind: (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> = () => ({}),
): z.output<S> {
  const fromFile = file === undefined ? {} : mappingIn(file);
  const keys = Object.keys(schema.shape);
  for (const key of Object.keys(fromFile)) {
    if (!keys.includes(key)) throw new Error(`${file}: unknown key ${JSON.stringify(key)}${didYouMean(key, keys)}`);
  }
  const flags = Object.fromEntries(
    keys.filter((key) => command.getOptionValueSource(key) === 'cli').map((key) => [key, command.opts()[key]]),
  );
  const said: Record<string, unknown> = { ...fromFile, ...flags };
  const given = { ...Object.fromEntries(Object.entries(behind(said)).filter(([key]) => keys.includes(key))), ...said };
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const told = parsed.error.issues.map(({ path: [name, ...rest], message }) => {
    const key = String(name);
    if (!(key in given)) return `--${flagOf(key)} is required`;
    const where = key in flags ? `--${flagOf(key)}` : `${file}: ${key}`;
    return `${where} is ${JSON.stringify(given[key])}${rest.length ? ` (item ${rest.join('.')})` : ''}: ${message}`;
  });
  throw new Error(told.join('; '));
}

function mappingIn(file: string): Record<string, unknown> {
  const content = readData(file) ?? {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  throw new Error(
    `${file}: expected a mapping of settings, found ${Array.isArray(content) ? 'a list' : `${typeof content}`}`,
  );
}

/** Settings as YAML that --config reads back. */
export const printOptions = (name: string, settings: object): string =>
  `# servegym ${name} --config FILE\n${stringify(settings)}`;
