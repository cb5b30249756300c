/**
 * Users' own data: JSON lines (`.jsonl`, `.jsonl.gz`), a finished request each.
 *
 *     prompt          text (required)
 *     output_tokens   whole number ≥ 1 (required)
 *     finish_reason   "length" = cut at max_tokens: the answer would have been longer ["stop"]
 *     max_tokens      whole number ≥ 1; null or none = not declared
 *     prompt_tokens   whole number ≥ 1 [a quarter of the characters]
 *     temperature     number ≥ 0
 *     model, tenant   text
 *
 * Other fields are left alone. Empty lines are skipped. A prompt may have up to 16 MiB.
 */
import { readLines } from '../../../env/workloads/traces/lines.js';
import type { LengthExample, LengthInput } from '../../../predictors/length/model.js';
import { estimatedTokens } from './sets.js';

const MOST = 2 ** 31 - 1;

/** @throws Error with file, line, field and what was expected; if there is no example; if nothing can be learned from the lengths */
export async function readUserFile(file: string): Promise<LengthExample[]> {
  const examples = await readObjects(file, (fields) => ({
    ...inputOf(fields),
    outputTokens: fields.whole('output_tokens'),
    censored: fields.value('finish_reason') === 'length',
  }));
  checkLengths(examples, file);
  return examples;
}

/** Requests alone: the same fields, of which output_tokens and finish_reason are not read. @throws Error as `readUserFile` */
export async function readUserPrompts(file: string): Promise<LengthInput[]> {
  const inputs = await readObjects(file, inputOf);
  if (inputs.length === 0) throw new Error(`${file}: no prompts, expected a line {"prompt": …} each`);
  return inputs;
}

async function readObjects<T>(file: string, make: (fields: Fields) => T): Promise<T[]> {
  const objects: T[] = [];
  for await (const { first, lines } of readLines(file)) {
    lines.forEach((line, k) => {
      if (line.trim() !== '') objects.push(make(fieldsOf(line, `${file}, line ${first + k}`)));
    });
  }
  return objects;
}

/** The fields of a line, checked when they are asked for. */
interface Fields {
  value(field: string): unknown;
  given(field: string): boolean;
  whole(field: string): number;
  words(field: string): string;
  fail(field: string, expected: string): never;
}

function fieldsOf(line: string, where: string): Fields {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where}: not JSON (${(error as Error).message})`);
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new Error(`${where}: ${shown(row)}, expected an object with prompt and output_tokens`);
  const fields = row as Record<string, unknown>;
  const fail = (field: string, expected: string): never => {
    throw new Error(`${where}: ${field} is ${shown(fields[field])}, expected ${expected}`);
  };
  return {
    value: (field) => fields[field],
    given: (field) => fields[field] !== undefined && fields[field] !== null,
    whole(field) {
      const value = fields[field];
      return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST
        ? (value as number)
        : fail(field, `a whole number from 1 to ${MOST}`);
    },
    words(field) {
      const value = fields[field];
      return typeof value === 'string' && value !== '' ? value : fail(field, 'text');
    },
    fail,
  };
}

function inputOf({ value, given, whole, words, fail }: Fields): LengthInput {
  const text = words('prompt');
  const temperature = value('temperature');
  if (given('temperature') && !(typeof temperature === 'number' && temperature >= 0 && temperature < Infinity))
    fail('temperature', 'a number ≥ 0');
  if (given('finish_reason') && typeof value('finish_reason') !== 'string')
    fail('finish_reason', 'text such as "stop" or "length"');
  return {
    text,
    promptTokens: given('prompt_tokens') ? whole('prompt_tokens') : estimatedTokens(text),
    declared: given('max_tokens') ? whole('max_tokens') : Infinity,
    ...(given('temperature') && { temperature: temperature as number }),
    ...(given('model') && { model: words('model') }),
    ...(given('tenant') && { tenant: words('tenant') }),
  };
}

function checkLengths(examples: readonly LengthExample[], file: string): void {
  if (examples.length === 0)
    throw new Error(`${file}: no examples, expected a line {"prompt": …, "output_tokens": …} each`);
  if (examples.every(({ censored }) => censored))
    throw new Error(`${file}: all ${examples.length} answers were cut ("length"), expected some that ended`);
  const [{ outputTokens }] = examples;
  if (examples.every((example) => example.outputTokens === outputTokens))
    throw new Error(`${file}: every answer has ${outputTokens} tokens, expected different lengths to learn from`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
