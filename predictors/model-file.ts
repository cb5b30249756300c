/**
 * A trained model as one file: JSON text that says what it is, how it came about, and holds its weights.
 *
 *     { format, version, kind, features, card, settings, tensors: { NAME: { type, shape, data } }, sha256 }
 *
 * `data` is base64 of little-endian numbers; `sha256` is over everything before it, written as `modelText` writes it. Reading
 * executes nothing and believes nothing: a file is refused with one error, or gives exactly what was written.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomic } from '../env/files.js';
import type { Tensor, Weights } from './weights.js';

/** Where a model comes from and what it is good for. */
export interface ModelCard {
  readonly name: string;
  readonly summary: string;
  /** What it was trained on, with licences. */
  readonly data: readonly string[];
  /** The command that makes it again, byte for byte. */
  readonly command: string;
  readonly seed: number;
  /** What computed the training. */
  readonly backend: string;
  /** Figures on data that it has not seen, by name. */
  readonly measured: Readonly<Record<string, number>>;
  /** What it must not be used for, or is known to do badly. */
  readonly limits: readonly string[];
}

export interface ModelFile {
  /** Name of the learner that reads the weights. */
  readonly kind: string;
  /** Version of the features that it takes; 0 = takes none. */
  readonly features: number;
  readonly card: ModelCard;
  readonly weights: Weights;
}

const FORMAT = 'servegym-model';
const VERSION = 1;
/** Longest text that is read, characters. */
const LONGEST = 32 * 1024 * 1024;

const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;
const finite = z.number();
const text = z.string();
const card = z.strictObject({
  name: text,
  summary: text,
  data: z.array(text),
  command: text,
  seed: finite,
  backend: text,
  measured: z.record(text, finite),
  limits: z.array(text),
});
const tensor = z.strictObject({
  type: z.enum(['float32', 'float64', 'int32']),
  shape: z.array(z.int().min(1)).max(4),
  data: text,
});
const setting = z.union([finite, text, z.array(finite), z.array(text)]);
/** All but the checksum, in the order in which it is written and summed. */
const content = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  kind: text.min(1),
  features: z.int().min(0),
  card,
  settings: z.record(text, setting),
  tensors: z.record(text, tensor),
});
const file = content.extend({ sha256: text });

/** @throws Error naming a number that JSON cannot hold, or a tensor whose shape does not fit */
export function modelText({ kind, features, card, weights: { settings, tensors } }: ModelFile): string {
  const encoded = Object.fromEntries(Object.entries(tensors).map(([name, one]) => [name, encode(name, one)]));
  const given = { format: FORMAT, version: VERSION, kind, features, card, settings, tensors: encoded };
  const { data, error } = content.safeParse(given);
  if (data === undefined) throw new Error(`this model cannot be written: ${first(error)}`);
  return `${JSON.stringify({ ...data, sha256: digest(data) }, null, 1)}\n`;
}

export const writeModelFile = (path: string, model: ModelFile): void => writeAtomic(path, modelText(model));

/**
 * @param where names the file in errors
 * @throws Error saying what is wrong: not a model, another version, cut off, changed, shapes that do not fit
 */
export function parseModel(source: string, where: string): ModelFile {
  const refuse = (what: string): Error => new Error(`${where}: ${what}`);
  if (source.length > LONGEST)
    throw refuse(`${source.length} characters are too many for a model file (at most ${LONGEST})`);
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    throw refuse('is not a model file, or is cut off: its text is not JSON');
  }
  const { format, version } = (json ?? {}) as { format?: unknown; version?: unknown };
  if (format !== FORMAT) throw refuse(`is not a model file: its "format" is not "${FORMAT}"`);
  if (version !== VERSION)
    throw refuse(`is a model file of version ${brief(version)}; this program reads version ${VERSION}`);
  const { data, error } = file.safeParse(json);
  if (data === undefined) throw refuse(`is not a right model file: ${first(error)}`);
  const { sha256, ...body } = data;
  if (digest(body) !== sha256)
    throw refuse('has been changed or damaged: its content does not have the checksum that it states');
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const [name, one] of Object.entries(body.tensors)) {
    try {
      tensors[name] = decode(name, one);
    } catch (problem) {
      throw refuse((problem as Error).message);
    }
  }
  return { kind: body.kind, features: body.features, card: body.card, weights: { settings: body.settings, tensors } };
}

/** @throws Error that names the file and what is wrong with it */
export function readModelFile(path: string): ModelFile {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${path}: ${code === 'ENOENT' ? 'no such model file' : `cannot be read (${code})`}`);
  }
  return parseModel(source, path);
}

const digest = (body: z.infer<typeof content>): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('hex');

function encode(name: string, { shape, values }: Tensor): z.infer<typeof tensor> {
  const type = values instanceof Float32Array ? 'float32' : values instanceof Float64Array ? 'float64' : 'int32';
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`tensor "${name}": number ${wrong} is ${values[wrong]}`);
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== values.length) throw new Error(`tensor "${name}" [${shape.join(' × ')}] has ${values.length} numbers`);
  return { type, shape: [...shape], data };
}

function decode(name: string, { type, shape, data }: z.infer<typeof tensor>): Tensor {
  const Numbers = ARRAYS[type];
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = new Uint8Array(Buffer.from(data, 'base64')); // a copy: numbers must be aligned
  if (bytes.length !== size * Numbers.BYTES_PER_ELEMENT)
    throw new Error(
      `tensor "${brief(name)}" has ${bytes.length} bytes, expected ${size * Numbers.BYTES_PER_ELEMENT} (${type} [${shape.join(' × ')}])`,
    );
  const values = new Numbers(bytes.buffer);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`tensor "${brief(name)}": number ${wrong} is ${values[wrong]}`);
  return { shape, values };
}

/** The first problem of a list, short. */
function first({ issues: [{ path, message }] }: z.ZodError): string {
  return brief(`${path.length > 0 ? `"${path.join('.')}": ` : ''}${message}`);
}

/** A value of a file, which may be anything, in a message. */
function brief(value: unknown): string {
  const words = typeof value === 'string' ? value : typeof value === 'object' ? 'of no number' : String(value);
  return words.length > 120 ? `${words.slice(0, 120)}…` : words;
}
