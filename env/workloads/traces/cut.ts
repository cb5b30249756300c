/** Which rows of a trace are wanted, on which clock, and how long their prompts and outputs may be. */
import { fromSeconds, type Micros } from '../../time.js';
import type { ReadOptions } from './reader.js';
import type { TraceRow } from './row.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface Cut {
  /**
   * Puts a row on the window's clock and cuts its lengths, in place.
   * @returns whether it is wanted: inside, before the window, or behind it
   */
  apply(row: Writable<TraceRow>): 'inside' | 'before' | 'behind';
  /** Prompts and outputs that were cut. */
  readonly clipped: { prompts: number; outputs: number };
  /** µs from the trace's time 0 to the latest row so far. */
  readonly last: Micros;
}

/** @param calendar times are dates: the first one is time 0 */
export function createCut({ window = {}, clip = {} }: ReadOptions, calendar: boolean): Cut {
  const start = fromSeconds(window.from ?? 0);
  const end = fromSeconds(window.to ?? Infinity);
  const { prompt: longestPrompt = Infinity, output: longestOutput = Infinity } = clip;
  const clipped = { prompts: 0, outputs: 0 };
  let origin: Micros | undefined = calendar ? undefined : 0;
  let last = 0;

  return {
    clipped,
    get last() {
      return last;
    },
    apply(row) {
      if (row.arrival !== undefined && row.follows === undefined) {
        origin ??= row.arrival;
        last = row.arrival - origin;
        if (last < start) return 'before';
        if (last >= end) return 'behind';
        const zero = origin + start;
        row.arrival -= zero;
        if (row.deadline !== undefined) row.deadline -= zero;
        if (row.abortAt !== undefined) row.abortAt -= zero;
      }
      if (row.promptTokens > longestPrompt) {
        clipped.prompts++;
        row.promptTokens = longestPrompt;
        if (row.segments) row.segments = shortened(row.segments, longestPrompt);
      }
      if (row.outputTokens > longestOutput) {
        clipped.outputs++;
        row.outputTokens = longestOutput;
      }
      return 'inside';
    },
  };
}

/** The first `tokens` tokens of a prompt. */
function shortened(segments: NonNullable<TraceRow['segments']>, tokens: number): NonNullable<TraceRow['segments']> {
  let left = tokens;
  return segments.map(([name, n]) => {
    const kept = Math.min(left, n);
    left -= kept;
    return [name, kept] as const;
  });
}
