/**
 * One regression tree of a fixed depth, grown level by level on histograms (as LightGBM does, Ke et al. 2017; ours goes level by level).
 *
 * A node with sum G and count n of targets is worth G²/(n + ridge); a split is taken where the two halves are worth most, if that is more
 * than the whole. Entries that are 0 are not visited: their bin is what the others leave of the node.
 */
import { FEATURES } from '../features.js';
import type { Binned } from './bins.js';

export interface GrowOptions {
  /** Levels of splits. */
  readonly depth: number;
  /** Rows a leaf needs. */
  readonly leafRows: number;
  /** Added to the count of a leaf: shrinks its value. */
  readonly ridge: number;
}

/** A complete binary tree: node k has children 2k + 1 (at most the threshold) and 2k + 2. A node that is not split sends all to the left. */
export interface Tree {
  /** [2^depth − 1] columns; −1 = not split. */
  readonly columns: Int32Array;
  readonly thresholds: Float32Array;
  /** [2^depth] mean of the targets in each leaf, shrunk. */
  readonly leaves: Float32Array;
}

interface Best {
  gain: number;
  column: number;
  bin: number;
}

/**
 * @param rows those that count, of `data`
 * @param targets by row of `data`
 * @param allowed by column: 1 = may be split on
 * @param leafOf gets the leaf of every row of `data`
 */
export function grow(
  data: Binned,
  rows: Int32Array,
  targets: Float64Array,
  allowed: Uint8Array,
  options: GrowOptions,
  leafOf: Int32Array,
): Tree {
  const { depth, leafRows, ridge } = options;
  const columns = new Int32Array(2 ** depth - 1).fill(-1);
  const splitBins = new Int32Array(columns.length);
  const thresholds = new Float32Array(columns.length);
  const { offset, size } = places(data, allowed);
  const nodes = leafOf.fill(0); // by row: its node within the level
  const sums = new Float64Array(2 ** depth);
  const counts = new Float64Array(2 ** depth);
  const value = (sum: number, count: number): number => (sum * sum) / (count + ridge);

  for (let level = 0; level < depth; level++) {
    const width = 2 ** level;
    total(width);
    const histogram = histogramOf(width);
    for (let node = 0; node < width; node++) {
      const best = bestSplit(histogram, node);
      if (best.column < 0) continue;
      const at = width - 1 + node;
      columns[at] = best.column;
      splitBins[at] = best.bin;
      thresholds[at] = data.edges[best.column][best.bin];
    }
    descend(width);
  }
  total(2 ** depth);
  const leaves = Float32Array.from(sums, (sum, leaf) => sum / (counts[leaf] + ridge));
  return { columns, thresholds, leaves };

  function total(width: number): void {
    sums.fill(0, 0, width);
    counts.fill(0, 0, width);
    for (const row of rows) {
      sums[nodes[row]] += targets[row];
      counts[nodes[row]]++;
    }
  }

  /** Sum and count of every bin of every column of every node, those of zeros aside. */
  function histogramOf(width: number): Float64Array {
    const histogram = new Float64Array(2 * width * size);
    for (const row of rows) {
      const base = nodes[row] * size;
      const target = targets[row];
      for (let k = data.start[row]; k < data.start[row + 1]; k++) {
        const place = offset[data.columns[k]];
        if (place < 0) continue;
        const at = 2 * (base + place + data.bins[k]);
        histogram[at] += target;
        histogram[at + 1]++;
      }
    }
    return histogram;
  }

  function bestSplit(histogram: Float64Array, node: number): Best {
    const best: Best = { gain: 1e-9, column: -1, bin: 0 };
    const [sum, count] = [sums[node], counts[node]];
    if (count < 2 * leafRows) return best;
    const whole = value(sum, count);
    for (let column = 0; column < FEATURES; column++) {
      if (offset[column] < 0) continue;
      const bins = data.edges[column].length + 1;
      const at = 2 * (node * size + offset[column]);
      let [zeroSum, zeroCount] = [sum, count];
      for (let bin = 0; bin < bins; bin++) {
        zeroSum -= histogram[at + 2 * bin];
        zeroCount -= histogram[at + 2 * bin + 1];
      }
      let [left, leftCount] = [0, 0];
      for (let bin = 0; bin < bins - 1; bin++) {
        left += histogram[at + 2 * bin];
        leftCount += histogram[at + 2 * bin + 1];
        if (bin === data.zero[column]) {
          left += zeroSum;
          leftCount += zeroCount;
        }
        if (leftCount < leafRows || count - leftCount < leafRows) continue;
        const gain = value(left, leftCount) + value(sum - left, count - leftCount) - whole;
        if (gain > best.gain) {
          best.gain = gain;
          best.column = column;
          best.bin = bin;
        }
      }
    }
    return best;
  }

  /** Every row to its node of the next level. */
  function descend(width: number): void {
    for (let row = 0; row < data.rows; row++) {
      const at = width - 1 + nodes[row];
      const column = columns[at];
      let right = 0;
      if (column >= 0) {
        let bin = data.zero[column];
        // Columns of a row ascend.
        let [low, high] = [data.start[row], data.start[row + 1] - 1];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (data.columns[middle] < column) low = middle + 1;
          else high = middle;
        }
        if (low === high && data.columns[low] === column) bin = data.bins[low];
        right = bin > splitBins[at] ? 1 : 0;
      }
      nodes[row] = 2 * nodes[row] + right;
    }
  }
}

/** Where the bins of each column begin in a node's histogram; −1 = it may not be split on, or has one value only. */
function places({ edges }: Binned, allowed: Uint8Array): { offset: Int32Array; size: number } {
  const offset = new Int32Array(FEATURES).fill(-1);
  let size = 0;
  for (let column = 0; column < FEATURES; column++) {
    if (allowed[column] === 0 || edges[column].length === 0) continue;
    offset[column] = size;
    size += edges[column].length + 1;
  }
  return { offset, size };
}
