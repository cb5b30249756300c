/** Prompt and output lengths drawn jointly from a two-dimensional histogram. */
import { weightedIndex } from '../../distributions.js';
import type { LengthSampler, Lengths } from './sampler.js';

/** Requests by cell of prompt and output length. Bin k holds the whole numbers from edge k up to, not including, edge k + 1. */
export interface LengthHistogram {
  /** Ascending whole numbers ≥ 1, one more than there are bins. */
  readonly promptEdges: readonly number[];
  readonly outputEdges: readonly number[];
  /** counts[a][b]: requests with a prompt in bin a and an output in bin b. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * A cell is drawn in proportion to its count; inside it all whole numbers are equally likely.
 * @throws RangeError naming what is wrong with the histogram
 */
export function histogramLengths(histogram: LengthHistogram): LengthSampler {
  const { promptEdges, outputEdges, counts } = histogram;
  checkEdges('promptEdges', promptEdges);
  checkEdges('outputEdges', outputEdges);
  const columns = outputEdges.length - 1;
  const found = counts.map((row) => row.length);
  if (found.length !== promptEdges.length - 1 || !found.every((n) => n === columns)) {
    throw new RangeError(
      `lengths: counts has rows of ${found.join(', ') || 'nothing'}, expected ${promptEdges.length - 1} rows of ${columns}`,
    );
  }
  const choose = weightedIndex(counts.flat());
  const within = (edges: readonly number[], bin: number, u: number): number =>
    edges[bin] + Math.floor(u * (edges[bin + 1] - edges[bin]));
  return (choice, u, v) => {
    const cell = choose(choice);
    return {
      prompt: within(promptEdges, Math.floor(cell / columns), u),
      output: within(outputEdges, cell % columns, v),
    };
  };
}

function checkEdges(name: string, edges: readonly number[]): void {
  if (edges.length < 2) throw new RangeError(`lengths: ${name} has ${edges.length} numbers, expected at least 2`);
  edges.forEach((edge, k) => {
    const least = k === 0 ? 1 : edges[k - 1] + 1;
    if (!(Number.isInteger(edge) && edge >= least))
      throw new RangeError(`lengths: number ${k + 1} of ${name} is ${edge}, expected a whole number ≥ ${least}`);
  });
}

/**
 * The histogram of some requests. Edges are quantiles of each length, so that bins hold equally many requests; a length that
 * fills a bin of its own keeps it. The last bin is halved again and again: few requests reach far, and would else fill all of the way.
 * @param bins so many for each of the two lengths, before the last one is halved
 */
export function histogramOf(requests: readonly Lengths[], bins = 24): LengthHistogram {
  if (requests.length === 0) throw new RangeError('lengths: a histogram of no requests, expected at least 1');
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new RangeError(`lengths: bins is ${bins}, expected a whole number ≥ 1`);
  const promptEdges = edgesOf(Float64Array.from(requests, ({ prompt }) => prompt).sort(), bins);
  const outputEdges = edgesOf(Float64Array.from(requests, ({ output }) => output).sort(), bins);
  const counts = promptEdges.slice(1).map(() => outputEdges.slice(1).map(() => 0));
  for (const { prompt, output } of requests) counts[binOf(promptEdges, prompt)][binOf(outputEdges, output)]++;
  return { promptEdges, outputEdges, counts };
}

/** Edges that cut ascending values into bins; those that a frequent value makes equal become one. */
function edgesOf(ascending: Float64Array, bins: number): number[] {
  const edges = new Set<number>();
  for (let bin = 0; bin < bins; bin++) edges.add(ascending[Math.floor((bin * ascending.length) / bins)]);
  for (let rest = ascending.length / bins / 2; rest >= 1; rest /= 2) {
    edges.add(ascending[ascending.length - Math.floor(rest)]);
  }
  return [...edges, ascending[ascending.length - 1] + 1];
}

/** Last bin that begins at or below `value`. */
function binOf(edges: readonly number[], value: number): number {
  let bin = 0;
  while (bin + 2 < edges.length && edges[bin + 1] <= value) bin++;
  return bin;
}
