/** How bursty arrivals are at several time scales: variance / mean of the counts in windows (1 = Poisson; the index of dispersion). */
import { fromSeconds, type Micros } from '../../env/time.js';
import { createMoments, observe, varianceOf } from './moments.js';

/** Lengths of the windows in seconds. */
const WINDOWS = [1, 5, 10, 30, 60, 300] as const;

export interface Dispersion {
  /** Seconds. */
  readonly window: number;
  /** Whole windows between the first and the last arrival. */
  readonly windows: number;
  /** Variance / mean of their counts; NaN if there are fewer than two. */
  readonly ratio: number;
}

/** Whole windows below which a variance says nothing. */
const ENOUGH = 5;

/** Those with enough windows, and something in them. */
export const telling = (all: readonly Dispersion[]): Dispersion[] =>
  all.filter(({ windows, ratio }) => windows >= ENOUGH && ratio > 0);

export interface DispersionCounter {
  /** @param time µs since the first arrival, never before the last one */
  add(time: Micros): void;
  /** The last window, which is not over, is left out. */
  result(): Dispersion[];
}

export function createDispersion(): DispersionCounter {
  const all = WINDOWS.map((window) => ({
    window,
    length: fromSeconds(window),
    counts: createMoments(),
    index: 0,
    here: 0,
  }));
  return {
    add(time) {
      for (const each of all) {
        const index = Math.floor(time / each.length);
        if (index > each.index) {
          observe(each.counts, each.here);
          observe(each.counts, 0, index - each.index - 1);
          each.index = index;
          each.here = 0;
        }
        each.here++;
      }
    },
    result: () =>
      all.map(({ window, counts }) => ({ window, windows: counts.count, ratio: varianceOf(counts) / counts.mean })),
  };
}
