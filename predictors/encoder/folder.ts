/**
 * A pretrained encoder as a folder, in the layout in which they are handed round: `config.json`, `tokenizer.json` (with
 * `tokenizer_config.json`, if there is one) and `model.safetensors`. Encoders of the BERT type are read: MiniLM, BGE, E5, GTE, BERT
 * itself.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { readData } from '../../env/files.js';
import { type Matrix, readSafetensors } from './safetensors.js';

const size = z.int().min(1).max(65536);
const config = z.object({
  model_type: z.literal('bert'),
  hidden_size: size,
  num_hidden_layers: size.max(256),
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  vocab_size: z.int().min(1).max(4_000_000),
  type_vocab_size: z.int().min(1).max(16).default(2),
  layer_norm_eps: z.number().positive(),
  hidden_act: z.literal('gelu'),
  position_embedding_type: z.literal('absolute').optional(),
});
type BertConfig = z.output<typeof config>;

export interface EncoderFolder {
  readonly config: BertConfig;
  /** Ids of a text, the marks at its beginning and end among them; at most `most`. */
  tokens(text: string, most: number): number[];
  /** A tensor. @throws Error that names it if it is absent or has another shape */
  weights(name: string, shape: readonly number[]): Float32Array;
  /** Of the weights' file: which encoder it is. */
  readonly sha256: string;
}

/** @throws Error that names the file, and what is wrong with it */
export function readEncoderFolder(folder: string): EncoderFolder {
  const file = (name: string): string => {
    const path = join(folder, name);
    if (existsSync(path)) return path;
    throw new Error(
      `${folder}: has no ${name}, expected the folder of a pretrained encoder: config.json, tokenizer.json and model.safetensors`,
    );
  };
  const [configFile, tokenizerFile, weightsFile] = ['config.json', 'tokenizer.json', 'model.safetensors'].map(file);
  const { data, error } = config.safeParse(readData(configFile));
  if (!data) {
    const [{ path, message }] = error.issues;
    throw new Error(
      `${configFile}: ${path.join('.') || 'all of it'}: ${message}; encoders of the type "bert" are read`,
    );
  }
  if (data.hidden_size % data.num_attention_heads !== 0)
    throw new Error(
      `${configFile}: ${data.hidden_size} numbers cannot be shared by ${data.num_attention_heads} attention heads`,
    );
  const { tensors, sha256 } = readSafetensors(weightsFile);
  return {
    config: data,
    tokens: tokenizer(tokenizerFile, join(folder, 'tokenizer_config.json'), data.vocab_size),
    weights: (name, shape) => weightsOf(tensors, name, shape, weightsFile),
    sha256,
  };
}

function tokenizer(path: string, configPath: string, vocabulary: number): EncoderFolder['tokens'] {
  const refuse = (error: unknown): Error =>
    new Error(`${path}: no tokenizer that can be read (${String((error as Error)?.message ?? error).split('\n')[0]})`);
  let ids: (text: string) => number[];
  try {
    const given = existsSync(configPath) ? readData(configPath) : {};
    const read = new Tokenizer(readData(path) as object, given as object);
    ids = (text) => read.encode(text).ids;
    ids('a word');
  } catch (error) {
    throw refuse(error);
  }
  return (text, most) => {
    const all = ids(text);
    const kept = all.length <= most ? all : [...all.slice(0, most - 1), all[all.length - 1]];
    const wrong = kept.find((id) => !(id >= 0 && id < vocabulary));
    if (wrong !== undefined || kept.length === 0)
      throw refuse(new Error(`token ${wrong}, where the encoder has ${vocabulary}`));
    return kept;
  };
}

/** Models that were trained for a task carry their encoder behind a prefix. */
function weightsOf(
  tensors: ReadonlyMap<string, Matrix>,
  name: string,
  shape: readonly number[],
  file: string,
): Float32Array {
  const found = tensors.get(name) ?? tensors.get(`bert.${name}`);
  const expected = `expected numbers [${shape.join(' × ')}]`;
  if (!found) throw new Error(`${file}: no tensor "${name}", ${expected}`);
  if (found.shape.length !== shape.length || found.shape.some((length, k) => length !== shape[k]))
    throw new Error(`${file}: tensor "${name}" is [${found.shape.join(' × ')}], ${expected}`);
  if (!found.values.every(Number.isFinite))
    throw new Error(`${file}: tensor "${name}" has a number that is not finite`);
  return found.values;
}
