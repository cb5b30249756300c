/** When requests come: their rate, the gaps between them, and the counts in windows. */
import { type Micros, toSeconds } from '../../env/time.js';
import { createDispersion, type Dispersion } from './dispersion.js';
import { addPair, correlationOf, createMoments, createPairs, cvOf, observe } from './moments.js';

export interface ArrivalSummary {
  /** Requests with a time of their own. */
  readonly count: number;
  /** Seconds from the first to the last. */
  readonly span: number;
  /** Requests/s: one less than their number, by the span; NaN if all come at once. */
  readonly rate: number;
  readonly gaps: {
    /** Seconds. */
    readonly mean: number;
    /** Standard deviation / mean (1 = Poisson). */
    readonly cv: number;
    /** Correlation of a gap with the next one (0 = independent). */
    readonly lag1: number;
  };
  readonly dispersion: readonly Dispersion[];
}

export interface ArrivalCounter {
  /** Arrivals in order. Returns µs since the first one. */
  add(time: Micros): Micros;
  /** Undefined if nothing came. */
  summary(): ArrivalSummary | undefined;
}

export function createArrivals(): ArrivalCounter {
  const gaps = createMoments();
  const neighbours = createPairs();
  const dispersion = createDispersion();
  let count = 0;
  let first: Micros = 0;
  let last: Micros = 0;
  let before: Micros | undefined;

  function gap(length: Micros): void {
    observe(gaps, length);
    if (before !== undefined) addPair(neighbours, before, length);
    before = length;
  }

  return {
    add(time) {
      if (count === 0) first = time;
      else gap(time - last);
      count++;
      last = time;
      dispersion.add(time - first);
      return time - first;
    },
    summary() {
      if (count === 0) return undefined;
      const span = toSeconds(last - first);
      return {
        count,
        span,
        rate: span > 0 ? (count - 1) / span : Number.NaN,
        gaps: { mean: toSeconds(gaps.mean), cv: cvOf(gaps), lag1: correlationOf(neighbours) },
        dispersion: dispersion.result(),
      };
    },
  };
}
