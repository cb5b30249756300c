/** An encoder that knows which words a text has, and nothing else: fast, and the same everywhere. */
import { luck } from '../../../env/random.js';
import type { Encoder } from '../../../predictors/encoder/encoder.js';

const [PARTS, HIDDEN] = [2, 24];

/** @param asked gets every text whose numbers are computed */
export function bagOfWords(asked: string[] = []): Encoder {
  const draw = luck(1, 'test/bag-of-words');
  const numberOf = (word: string): number => Array.from(word).reduce((sum, c) => (31 * sum + c.charCodeAt(0)) | 0, 7);
  const kept = new Map<string, Float32Array>();
  function encode(text: string): Float32Array {
    const before = kept.get(text);
    if (before) return before;
    asked.push(text);
    const words = text.toLowerCase().split(/\W+/);
    const means = Float32Array.from({ length: PARTS * HIDDEN }, (_, k) =>
      words.reduce((sum, word) => sum + draw(numberOf(word), k) - 0.5, 0),
    );
    kept.set(text, means);
    return means;
  }
  return {
    sha256: 'bag',
    parts: PARTS,
    hidden: HIDDEN,
    encode,
    known: (text) => kept.has(text),
    remember: (text, means) => void kept.set(text, means),
    async prepare(texts, { signal, onProgress } = {}) {
      for (const [done, text] of texts.entries()) {
        signal?.throwIfAborted();
        encode(text);
        onProgress?.(done + 1, texts.length);
      }
    },
  };
}
