/** An encoder that knows which words a text has, and nothing else: fast, and the same everywhere. */
import { luck } from '../../../env/random.js';
import type { Encoder } from '../../../predictors/encoder/encoder.js';

const [PARTS, HIDDEN] = [2, 24];

export function bagOfWords(): Encoder {
  const draw = luck(1, 'test/bag-of-words');
  const numberOf = (word: string): number => Array.from(word).reduce((sum, c) => (31 * sum + c.charCodeAt(0)) | 0, 7);
  return {
    sha256: 'bag',
    parts: PARTS,
    hidden: HIDDEN,
    encode(text) {
      const words = text.toLowerCase().split(/\W+/);
      return Float32Array.from({ length: PARTS * HIDDEN }, (_, k) =>
        words.reduce((sum, word) => sum + draw(numberOf(word), k) - 0.5, 0),
      );
    },
    async prepare(_texts, { signal } = {}) {
      signal?.throwIfAborted();
    },
  };
}
