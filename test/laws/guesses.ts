/** Sizes and what is believed of them before service, both in whole steps: a joint distribution g(x, y). */
import { exponential } from '../../env/distributions.js';
import type { Sizes } from './sizes.js';

export interface Guesses {
  readonly name: string;
  readonly sizes: Sizes;
  /** The longest belief. */
  readonly longest: number;
  /** What is believed of a size, from one uniform draw. */
  draw(size: number, u: number): number;
  /** Calls `visit` with every belief y in ascending order: P(X = x and Y = y) at index x, 0 outside least … most. The column is used again. */
  forEach(visit: (belief: number, column: Float64Array, least: number, most: number) => void): void;
}

/** Sizes less likely than this are left out: they hold a few millionths of the second moment. */
const NEGLIGIBLE = 1e-12;

/** Every size is known. */
export const perfectGuesses = (sizes: Sizes): Guesses => ({
  name: 'perfect',
  sizes,
  longest: sizes.probability.length - 1,
  draw: (size) => size,
  forEach(visit) {
    const { probability } = sizes;
    for (let x = 1; x < probability.length; x++) if (probability[x] > NEGLIGIBLE) visit(x, probability, x, x);
  },
});

/**
 * Exponential with the true size as its mean, rounded up (Mitzenmacher 2019, arXiv 1902.00732): the belief says little.
 * @param longest the longest belief; what is beyond counts as that
 */
export const exponentialGuesses = (sizes: Sizes, longest: number): Guesses => ({
  name: 'exponential',
  sizes,
  longest,
  draw: (size, u) => Math.min(longest, Math.max(1, Math.ceil(size * exponential(u)))),
  forEach(visit) {
    const { probability } = sizes;
    let most = probability.length - 1;
    while (probability[most] < NEGLIGIBLE) most--;
    const beyond = probability.slice(); // P(X = x, Y > y)
    const stays = Float64Array.from(beyond, (_, x) => Math.exp(-1 / x));
    const column = new Float64Array(beyond.length);
    for (let y = 1; y < longest; y++) {
      for (let x = 1; x <= most; x++) {
        const left = beyond[x] * stays[x];
        column[x] = beyond[x] - left;
        beyond[x] = left;
      }
      visit(y, column, 1, most);
    }
    visit(longest, beyond, 1, most);
  },
});
