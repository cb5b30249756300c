/**
 * A belief about total output tokens, read from its 19 quantiles.
 *
 * Between two levels the logarithm of the length is linear in the level; below the lowest and above the highest it goes on by the normal
 * quantile (as a log-normal does), the slope being that of the two outermost levels, up to 1/4000 at either end. So every answer is a
 * closed form of few terms, and nothing is allocated. A quantile function is any array of `LEVELS.length` ascending numbers ≥ 1 at `at`.
 *
 * Two things happen to a belief on its way: it is cut at max_tokens, since no answer is longer, and while the request decodes it is
 * conditioned on having come so far: the share of answers that long is gone, and the rest is stretched over all levels
 * (the hazard update). What is left is never below what has been generated.
 */
import { normalQuantile } from '../../env/distributions.js';
import { LEVELS } from './model.js';

type Numbers = Float64Array | readonly number[];

const COUNT = LEVELS.length;
const [LOWEST, HIGHEST] = [LEVELS[0], LEVELS[COUNT - 1]];
const STEP = LEVELS[1] - LEVELS[0];
/** Furthest level from 0 and 1 that is told apart. */
const END = 1 / 4000;
/** Slopes of the tails: distance of the two outermost levels on the normal scale. */
const TAIL_STEP = normalQuantile(HIGHEST) - normalQuantile(LEVELS[COUNT - 2]);
const Z_HIGHEST = normalQuantile(HIGHEST);

/** Levels that stand for equal shares in `meanOf` and `spreadOf`. */
const NODES = 64;
const NODE_LEVELS = Float64Array.from({ length: NODES }, (_, k) => (k + 0.5) / NODES);

/** Level in [0, 1] → tokens ≥ 1. */
export function quantileAt(quantiles: Numbers, level: number, at = 0): number {
  const u = Math.min(1 - END, Math.max(END, level));
  if (u < LOWEST) {
    const first = quantiles[at];
    const slope = Math.log(quantiles[at + 1] / first) / TAIL_STEP;
    return Math.max(1, first * Math.exp(slope * (normalQuantile(u) + Z_HIGHEST)));
  }
  if (u >= HIGHEST) {
    const last = quantiles[at + COUNT - 1];
    const slope = Math.log(last / quantiles[at + COUNT - 2]) / TAIL_STEP;
    return last * Math.exp(slope * (normalQuantile(u) - Z_HIGHEST));
  }
  const k = Math.min(COUNT - 2, Math.floor((u - LOWEST) / STEP + 1e-9));
  const share = Math.min(1, Math.max(0, (u - LEVELS[k]) / STEP));
  const below = quantiles[at + k];
  return share === 0 ? below : below * (quantiles[at + k + 1] / below) ** share;
}

/** Share of answers of at most so many tokens: `quantileAt` the other way round, in [0, 1]. */
export function shareUpTo(quantiles: Numbers, tokens: number, at = 0): number {
  // By bisection, since the tails have no inverse of their own; 30 halvings are exact to 1e-9.
  if (tokens < quantileAt(quantiles, 0, at)) return 0;
  if (tokens >= quantileAt(quantiles, 1, at)) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (quantileAt(quantiles, middle, at) <= tokens) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The tokens at a level, given that it has come so far: quantile at s + level·(1 − s), s = share of answers of at most `generated`.
 * At least generated + 1 (it is not finished), at most `most`.
 */
export function quantileGiven(quantiles: Numbers, level: number, generated: number, most: number, at = 0): number {
  const gone = generated > 0 ? shareUpTo(quantiles, generated, at) : 0;
  return given(quantiles, level, gone, generated, most, at);
}

function given(quantiles: Numbers, level: number, gone: number, generated: number, most: number, at: number): number {
  const tokens = quantileAt(quantiles, gone + level * (1 - gone), at);
  return Math.min(most, Math.max(generated + 1, tokens));
}

/** Mean and standard deviation of what is believed. */
export interface Moments {
  mean: number;
  spread: number;
}

/** Writes mean and standard deviation of the total tokens, given that it has come so far, to `out`; all within generated + 1 … most. */
export function momentsGiven(quantiles: Numbers, generated: number, most: number, out: Moments, at = 0): void {
  const gone = generated > 0 ? shareUpTo(quantiles, generated, at) : 0;
  let sum = 0;
  let squares = 0;
  const centre = given(quantiles, 0.5, gone, generated, most, at);
  for (let k = 0; k < NODES; k++) {
    const off = given(quantiles, NODE_LEVELS[k], gone, generated, most, at) - centre;
    sum += off;
    squares += off * off;
  }
  out.mean = centre + sum / NODES;
  out.spread = Math.sqrt(Math.max(0, squares / NODES - (sum / NODES) ** 2));
}

/** Makes quantiles ascending and at least 1, in place. */
export function ascending(quantiles: Float64Array, at = 0): void {
  let least = 1;
  for (let k = at; k < at + COUNT; k++) {
    if (!(quantiles[k] >= least)) quantiles[k] = least;
    least = quantiles[k];
  }
}
