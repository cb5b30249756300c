/** The random stream that belongs to a space. */
import { type Seed, type Stream, stream } from '../../random.js';
import type { SampleOptions } from './space.js';

export interface OwnStream {
  seed(seed: Seed): void;
  /** Where a draw comes from: the stream of the options, else the space's own. */
  of(options: SampleOptions): Stream;
}

/** Streams that were never seeded. They are numbered as they first draw, so that no two spaces draw the same and every run does. */
let unseeded = 0;

export function ownStream(): OwnStream {
  let own: Stream | undefined;
  return {
    seed(seed) {
      own = stream(seed, 'space');
    },
    of({ random }) {
      if (random) return random;
      own ??= stream(unseeded++, 'unseeded space');
      return own;
    },
  };
}

/** A whole number in low … high. */
export const drawWhole = (random: Stream, low: number, high: number): number =>
  low + Math.floor(random.next() * (high - low + 1));
