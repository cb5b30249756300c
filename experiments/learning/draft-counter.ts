/** How long drafts are, by the size of the batch: who decodes, iteration by iteration, and the drafts that are verified for them. */
import type { Recorder } from '../../env/serving/recorder.js';

/** Largest batch of each class but the last, which has no end. */
const BATCH_ENDS = [2, 4, 8, 16, 32] as const;

/** `1–2`, `3–4` … */
export const batchNames: readonly string[] = [...BATCH_ENDS, Infinity].map((end, k) => {
  const from = k === 0 ? 1 : BATCH_ENDS[k - 1] + 1;
  return end === Infinity ? `${from} and more` : `${from}–${end}`;
});

/** By class of batch size: requests that decoded, summed over iterations, and drafts that were verified for them. */
export interface DraftCounts {
  readonly decodes: readonly number[];
  readonly drafts: readonly number[];
}

interface DraftCounter {
  readonly recorder: Recorder;
  counts(): DraftCounts;
}

export function createDraftCounter(): DraftCounter {
  const decodes = batchNames.map(() => 0);
  const drafts = batchNames.map(() => 0);
  const classOf = (batch: number): number => {
    const at = BATCH_ENDS.findIndex((end) => batch <= end);
    return at < 0 ? BATCH_ENDS.length : at;
  };
  return {
    recorder: {
      ending(_s, { shape }) {
        if (shape.decodes === 0) return;
        const at = classOf(shape.decodes);
        decodes[at] += shape.decodes;
        drafts[at] += shape.decodeTokens - shape.decodes;
      },
      repeated({ running }, iterations) {
        decodes[classOf(running.n)] += iterations * running.n; // only batches without drafts are repeated
      },
    },
    counts: () => ({ decodes: [...decodes], drafts: [...drafts] }),
  };
}

/** γ in the mean over all who decoded; by class where one is given. NaN where nobody did. */
export function meanGamma(all: readonly DraftCounts[], at?: number): number {
  const sum = (of: (counts: DraftCounts) => readonly number[]): number =>
    all.reduce((total, counts) => total + (at === undefined ? sumOf(of(counts)) : of(counts)[at]), 0);
  return sum(({ drafts }) => drafts) / sum(({ decodes }) => decodes);
}

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
