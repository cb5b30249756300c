/** Verifying drafts is free while the GPU waits for memory: the best draft length falls as the batch grows. */
import { meanInterval } from '../../bootstrap.js';
import { type RecordedSet, speculationByLoad } from '../../speculation-by-load.js';
import { type Figure, near, type Paper } from '../paper.js';

const DRAFTS = [1, 3, 5];

/** Speed-up at 1, 3 and 5 drafts by batch, and the tolerance as a share of it. */
interface Table {
  readonly within: number;
  readonly speedUp: Readonly<Record<string, readonly number[]>>;
}
const TABLES: Readonly<Record<RecordedSet, Table>> = {
  gsm8k: {
    within: 0.03,
    speedUp: {
      1: [1.3, 1.82, 2.02],
      16: [1.27, 1.67, 1.75],
      32: [1.25, 1.55, 1.55],
      64: [1.21, 1.39, 1.31],
      128: [1.16, 1.2, 1.06],
      256: [1.1, 1.02, 0.85],
    },
  },
  sharegpt: {
    within: 0.06,
    speedUp: {
      1: [1.28, 1.76, 1.94],
      16: [1.27, 1.64, 1.72],
      64: [1.24, 1.44, 1.37],
      256: [1.2, 1.21, 1.05],
    },
  },
};
const SETS = Object.keys(TABLES) as RecordedSet[];

/** By set and batch, in the order of the tables. */
type Sample = Readonly<Record<RecordedSet, readonly (readonly number[])[]>>;

export const gammaByLoad: Paper<Sample> = {
  title: 'The best draft length falls with load',
  source:
    'SpecDecode-Bench, arXiv 2601.11580: latency fit and recorded acceptance of Llama-3.1-8B with EAGLE on one H100; the table follows from both by averages',
  claim:
    'Drafts speed decoding up 2.0 times alone and at most 1.1 to 1.2 times in a batch of 256; the best of 1, 3 and 5 drafts falls from 5 to 3 to 1.',
  setting:
    'Always full batches on `vllm-v1` with the published times, prompts free; lengths and acceptance from the statistics of the recorded requests. Tolerance 3 % on GSM8K; 6 % on ShareGPT, whose contexts differ and move cells that far.',
  seeds: { full: 12, quick: 2 },
  open: async () => (seed) => {
    const rates = (set: RecordedSet): number[][] =>
      speculationByLoad(Object.keys(TABLES[set].speedUp).map(Number), DRAFTS, { set, seed, rounds: 8 }).map(
        ({ speedUp }) => [...speedUp],
      );
    return { gsm8k: rates('gsm8k'), sharegpt: rates('sharegpt') };
  },
  conclude(samples) {
    const mean = (set: RecordedSet, b: number, k: number) => meanInterval(samples.map((sample) => sample[set][b][k]));
    const figures = SETS.flatMap((set) =>
      Object.entries(TABLES[set].speedUp).flatMap(([batch, row], b) =>
        DRAFTS.map(
          (drafts, k): Figure => ({
            what: `${set}, batch ${batch}: speed-up at γ ${drafts}`,
            unit: '×',
            expected: near(row[k], TABLES[set].within * row[k], 1),
            measured: mean(set, b, k),
          }),
        ),
      ),
    );
    const best = SETS.map((set) => {
      const batches = Object.keys(TABLES[set].speedUp);
      const chosen = batches.map((batch, b) => {
        const values = DRAFTS.map((_, k) => mean(set, b, k).value);
        return `${DRAFTS[values.indexOf(Math.max(...values))]} at ${batch}`;
      });
      return `Best γ on ${set}: ${chosen.join(', ')}.`;
    });
    return { figures, notes: best };
  },
};
