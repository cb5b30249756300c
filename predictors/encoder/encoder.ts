/**
 * A pretrained encoder: what a text means, as numbers. It knows the language, which no model can learn from some thousand prompts.
 *
 * A text costs some 25 ms, once in a process: its numbers are kept. They are computed on a thread of their own, so that who asks
 * gets the answer as from any function.
 */
import { resolve } from 'node:path';
import { canStart, startThread } from '../../env/gym/vector/threads.js';
import type { About, Asked, Told } from './worker.js';

export interface Encoder extends About {
  /** Means over the tokens of the last layers: [parts × hidden]. The caller must not write to it. */
  encode(text: string): Float32Array;
  /** Whether a text's numbers are there: `encode` would not compute them. */
  known(text: string): boolean;
  /** Takes over what was computed of a text before, by the same encoder. */
  remember(text: string, means: Float32Array): void;
  /** Encodes texts ahead, without blocking. @throws Error if `signal` is aborted, or others are being prepared */
  prepare(texts: readonly string[], options?: PrepareOptions): Promise<void>;
}

export interface PrepareOptions {
  readonly signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/** Characters that are read of a text: one of 10 MB costs no more than others. */
const MOST_CHARACTERS = 4096;
/** Texts that are kept, at most; the oldest goes first. */
const KEPT = 65_536;

const BUSY = 'the encoder is preparing other texts: await that first';

const opened = new Map<string, Encoder>();

/**
 * The encoder in a folder, opened once.
 * @param folder default: the environment's SERVEGYM_ENCODER
 * @throws Error that names the folder or the file in it, and what is wrong with it
 */
export function openEncoder(folder: string | undefined = process.env.SERVEGYM_ENCODER): Encoder {
  if (!folder)
    throw new Error(
      'SERVEGYM_ENCODER is not set, expected the folder of a pretrained encoder (config.json, tokenizer.json, model.safetensors)',
    );
  const path = resolve(folder);
  const encoder = opened.get(path) ?? open(path);
  opened.set(path, encoder);
  return encoder;
}

function open(folder: string): Encoder {
  if (!canStart(new URL(import.meta.url)))
    throw new Error('an encoder computes on a thread, which needs compiled files');
  const thread = startThread<string, Asked, Told>(new URL('./worker.js', import.meta.url), folder);
  thread.answerNow(); // it is ready, or says why not
  thread.send({ about: true });
  const about = thread.answerNow() as About;
  const known = new Map<string, Float32Array>();
  const keep = (text: string, means: Float32Array): Float32Array => {
    if (known.size >= KEPT) known.delete(known.keys().next().value as string);
    known.set(text, means);
    return means;
  };
  let busy = false;
  return {
    ...about,
    encode(whole) {
      const text = whole.slice(0, MOST_CHARACTERS);
      const before = known.get(text);
      if (before) return before;
      if (busy) throw new Error(BUSY);
      thread.send({ text });
      return keep(text, thread.answerNow() as Float32Array);
    },
    known: (whole) => known.has(whole.slice(0, MOST_CHARACTERS)),
    remember(whole, means) {
      keep(whole.slice(0, MOST_CHARACTERS), means);
    },
    async prepare(texts, { signal, onProgress } = {}) {
      if (busy) throw new Error(BUSY);
      const begun = texts.map((text) => text.slice(0, MOST_CHARACTERS));
      const missing = [...new Set(begun)].filter((text) => !known.has(text));
      busy = true;
      try {
        for (const [done, text] of missing.entries()) {
          signal?.throwIfAborted();
          thread.send({ text });
          keep(text, (await thread.answer()) as Float32Array);
          onProgress?.(done + 1, missing.length);
        }
      } finally {
        busy = false;
      }
    },
  };
}
