/** What an encoder makes of the texts of a training: by far the longest part of it, so it can be interrupted and gone on with. */
import { createHash } from 'node:crypto';
import type { Encoder } from '../encoder/encoder.js';
import { valuesOf, type Weights } from '../weights.js';
import type { TrainOptions } from './model.js';

/** Texts between two checkpoints, half a minute: what is lost at most. */
const EACH = 1024;
/** Texts that a checkpoint holds, at most: 150 MB of a small encoder. */
const MOST = 32_768;
/** Bytes that stand for a text. */
const DIGEST = 16;

export interface Encoding extends Pick<TrainOptions, 'signal' | 'checkpoint' | 'from'> {
  /** @param done texts whose numbers are known */
  onProgress?(done: number): void;
}

/**
 * Has the encoder ready for these texts, each of them there once.
 * @throws the signal's reason if aborted; what was done so far is in the checkpoint then
 */
export async function encodeAll(encoder: Encoder, texts: readonly string[], options: Encoding): Promise<void> {
  const { signal, checkpoint, from, onProgress } = options;
  if (from) recall(encoder, texts, from);
  const missing = texts.filter((text) => !encoder.known(text));
  const before = texts.length - missing.length;
  if (before > 0) onProgress?.(before);
  for (let begin = 0; begin < missing.length; begin += EACH) {
    const part = missing.slice(begin, begin + EACH);
    try {
      await encoder.prepare(part, {
        ...(signal && { signal }),
        onProgress: (done) => onProgress?.(before + begin + done),
      });
    } finally {
      const kept = texts.filter((text) => encoder.known(text)).slice(0, MOST);
      if (kept.length > 0) checkpoint?.(saved(encoder, kept));
    }
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, DIGEST);

function saved(encoder: Encoder, kept: readonly string[]): Weights {
  const width = encoder.parts * encoder.hidden;
  const means = new Float32Array(kept.length * width);
  const digests = new Uint8Array(kept.length * DIGEST);
  kept.forEach((text, k) => {
    means.set(encoder.encode(text), k * width);
    digests.set(digestOf(text), k * DIGEST);
  });
  return {
    tensors: {
      texts: { shape: [kept.length, DIGEST / 4], values: new Int32Array(digests.buffer) },
      means: { shape: [kept.length, width], values: means },
    },
    settings: { encoder: encoder.sha256 },
  };
}

/**
 * Of these texts the encoder knows from now on what a checkpoint has of them.
 * @throws Error if it is another encoder's, or no checkpoint of this
 */
function recall(encoder: Encoder, texts: readonly string[], from: Weights): void {
  const { encoder: sha256 } = from.settings;
  if (sha256 !== encoder.sha256)
    throw new Error(
      `what was interrupted read prompts with the encoder whose model.safetensors has the SHA-256 ${sha256}, that of SERVEGYM_ENCODER has ${encoder.sha256}: go on with that one, or start anew`,
    );
  const width = encoder.parts * encoder.hidden;
  const means = valuesOf(from, 'means', [-1, width]);
  const { texts: told } = from.tensors;
  if (!told) throw new Error('this is not the state of a training: expected what a checkpoint was given');
  const digests = Buffer.from(told.values.buffer, told.values.byteOffset, told.values.byteLength);
  const places = new Map<string, number>();
  for (let k = 0; (k + 1) * DIGEST <= digests.length; k++)
    places.set(digests.toString('latin1', k * DIGEST, (k + 1) * DIGEST), k * width);
  for (const text of texts) {
    const at = places.get(digestOf(text).toString('latin1'));
    if (at !== undefined) encoder.remember(text, means.slice(at, at + width));
  }
}
