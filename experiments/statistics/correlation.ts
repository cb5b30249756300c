/** How far two columns agree: linearly, in order, pair by pair. A column without spread agrees with nothing: NaN. */

/** Ranks from 1 on; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, k) => k).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) ranks[order[k]] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** Pearson's correlation. @throws RangeError if the columns differ in length */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = paired(x, y);
  let meanX = 0;
  let meanY = 0;
  for (let k = 0; k < n; k++) {
    meanX += (x[k] - x[0]) / n; // from the first one on, so that equal values have no spread at all
    meanY += (y[k] - y[0]) / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let k = 0; k < n; k++) {
    const dx = x[k] - x[0] - meanX;
    const dy = y[k] - y[0] - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
}

/** Spearman's ρ: Pearson's correlation of average ranks. */
export const spearman = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  pearson(averageRanks(x), averageRanks(y));

/**
 * Kendall's τ-b = (concordant − discordant)/√((pairs − ties in x)(pairs − ties in y)), in O(n log n): discordant pairs are the
 * exchanges of a merge sort of y in the order of x (Knight 1966).
 */
export function kendallTauB(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = paired(x, y);
  const order = Int32Array.from({ length: n }, (_, k) => k).sort((a, b) => x[a] - x[b] || y[a] - y[b]);
  const sortedX = Float64Array.from(order, (k) => x[k]);
  const byX = Float64Array.from(order, (k) => y[k]);
  const tiedX = tiedPairs(n, (a, b) => sortedX[a] === sortedX[b]);
  const tiedBoth = tiedPairs(n, (a, b) => sortedX[a] === sortedX[b] && byX[a] === byX[b]);
  const exchanges = sortCounting(byX);
  const tiedY = tiedPairs(n, (a, b) => byX[a] === byX[b]); // sorted by now
  const pairs = (n * (n - 1)) / 2;
  const scale = Math.sqrt(pairs - tiedX) * Math.sqrt(pairs - tiedY);
  return scale === 0 ? Number.NaN : (pairs - tiedX - tiedY + tiedBoth - 2 * exchanges) / scale;
}

function paired(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) throw new RangeError(`pairs need columns of one length: got ${x.length} and ${y.length}`);
  return x.length;
}

/** Pairs within runs of equal neighbours. */
function tiedPairs(n: number, equal: (a: number, b: number) => boolean): number {
  let pairs = 0;
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && equal(from, to)) to++;
    pairs += ((to - from) * (to - from - 1)) / 2;
  }
  return pairs;
}

/** Sorts in place; how many pairs stood the wrong way round. */
function sortCounting(values: Float64Array): number {
  let exchanges = 0;
  let from: Float64Array = values;
  let into: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let low = 0; low < values.length; low += 2 * width) {
      const middle = Math.min(low + width, values.length);
      const high = Math.min(low + 2 * width, values.length);
      for (let a = low, b = middle, k = low; k < high; k++) {
        if (a < middle && (b >= high || from[a] <= from[b])) into[k] = from[a++];
        else {
          into[k] = from[b++];
          exchanges += middle - a;
        }
      }
    }
    [from, into] = [into, from];
  }
  if (from !== values) values.set(from);
  return exchanges;
}
