/**
 * Quantiles of values some of which are only known to be "at least so much" (Kaplan and Meier 1958).
 *
 *     S(x) = Π over values v ≤ x of (1 − ended at v / still there at v)        quantile(p) = least x with 1 − S(x) ≥ p
 *
 * If the largest are cut, the upper levels are not reached: they go on along the normal line through the highest
 * level that was and one about half as high.
 */
import { normalQuantile } from '../../env/distributions.js';

/**
 * Writes the quantiles at `levels`, ascending, to out[at …].
 * @param values in any order, at least one of them not censored
 * @param only rows that count; all unless given
 */
export function survivalQuantiles(
  values: ArrayLike<number>,
  censored: ArrayLike<number | boolean>,
  levels: readonly number[],
  out: Float64Array,
  at = 0,
  only: ArrayLike<number> = Array.from(values, (_, k) => k),
): void {
  // Those that ended come before those that were cut at the same value.
  const order = Array.from(only).sort(
    (a, b) => values[a] - values[b] || Number(censored[a]) - Number(censored[b]) || a - b,
  );
  let survive = 1;
  let level = 0;
  let last = Number.NaN;
  for (let k = 0; k < order.length && level < levels.length; k++) {
    if (censored[order[k]]) continue;
    survive *= 1 - 1 / (order.length - k);
    last = values[order[k]];
    while (level < levels.length && 1 - survive >= levels[level] - 1e-12) out[at + level++] = last;
  }
  if (Number.isNaN(last)) throw new Error(`${order.length} values, all of them cut: expected some that ended`);
  if (level < levels.length) extend(levels, out, at, level, last, 1 - survive);
}

/** Fills levels from `reached` on. */
function extend(
  levels: readonly number[],
  out: Float64Array,
  at: number,
  reached: number,
  last: number,
  share: number,
): void {
  const from = reached >> 1;
  const [z0, q0] = reached === 0 ? [normalQuantile(0.01), last] : [normalQuantile(levels[from]), out[at + from]];
  const z1 = normalQuantile(Math.min(0.99, Math.max(share, 0.02)));
  const slope = z1 > z0 ? Math.max(0, (last - q0) / (z1 - z0)) : 0;
  for (let k = reached; k < levels.length; k++)
    out[at + k] = Math.max(last, last + slope * (normalQuantile(levels[k]) - z1));
}
