/**
 * Upper bounds with a promised probability, from what predictions were off by before (split conformal prediction: Papadopoulos et al.
 * 2002; Lei et al. 2018; by group "Mondrian": Vovk et al. 2005).
 *
 * A score is log(length) − log(predicted) of a request that the prediction was not trained on. Of n such, exchangeable with the next,
 *
 *     P(score ≤ the ⌈(n + 1)·confidence⌉-th smallest) ≥ confidence, and at most 1/(n + 1) above it
 *
 * (predicted: a median, or the predictor's own quantile at that level, which the margin then corrects: Romano et al. 2019),
 * so exp(log predicted + margin) is an upper bound of the length at that confidence, whatever the predictor. Too few scores for the
 * promise give no bound: Infinity. A cut answer's score is one from below: it counts as infinitely large, which keeps the promise.
 */

/** Calibration scores of every group, and of all. */
export interface Calibration {
  /** Ascending, group after group, the last one being all of them. */
  readonly scores: Float64Array;
  /** Group g holds scores start[g] … start[g + 1]. */
  readonly start: Int32Array;
}

/** Scores that a group needs to speak for itself. */
const FEWEST = 30;

/**
 * @param groups a number 0 … count − 1 for every score
 * @param censored those known to be at least so large
 */
export function calibrate(
  scores: ArrayLike<number>,
  groups: ArrayLike<number> = new Int32Array(scores.length),
  count = 1,
  censored: ArrayLike<number | boolean> = new Uint8Array(scores.length),
): Calibration {
  const start = new Int32Array(count + 2);
  const all = new Float64Array(2 * scores.length);
  for (let k = 0; k < scores.length; k++) start[groups[k] + 1]++;
  for (let group = 0; group < count; group++) start[group + 1] += start[group];
  start[count + 1] = all.length;
  const next = start.slice();
  for (let k = 0; k < scores.length; k++) {
    const score = censored[k] ? Infinity : scores[k];
    if (Number.isNaN(score)) throw new Error(`score ${k + 1} is NaN, expected a number`);
    all[next[groups[k]]++] = score;
    all[scores.length + k] = score;
  }
  for (let group = 0; group <= count; group++) all.subarray(start[group], start[group + 1]).sort();
  return { scores: all, start };
}

/** The margin of a group; of all, if the group has fewer than 30 scores or is none of them (−1). */
export function marginOf({ scores, start }: Calibration, confidence: number, group = 0): number {
  const all = start.length - 2;
  const known = group >= 0 && group < all && start[group + 1] - start[group] >= FEWEST;
  const from = known ? start[group] : start[all];
  const n = (known ? start[group + 1] : start[all + 1]) - from;
  const rank = Math.ceil((n + 1) * confidence - 1e-9);
  return rank > n ? Infinity : rank < 1 ? -Infinity : scores[from + rank - 1];
}
