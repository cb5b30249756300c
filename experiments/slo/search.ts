/**
 * The highest rate that is feasible, on a grid of rates a few per cent apart: strides that double until feasible and not
 * feasible are found, then bisection (the capacity search of Sarathi-Serve, arXiv 2403.02310), then neighbours, since whether
 * a promise is kept need not be monotone in the rate.
 */

export interface Found {
  /** The highest feasible step, where bisection crossed; null: not even the lowest is. */
  readonly step: number | null;
  /** The step above it was tried, and is not feasible. */
  readonly closed: boolean;
  readonly probes: number;
}

export interface SearchOptions {
  /** Where to begin. */
  readonly start: number;
  /** Ends of the grid, both included. */
  readonly least: number;
  readonly most: number;
  /** Most probes. */
  readonly probes: number;
}

const FIRST_STRIDE = 4;
const NEIGHBOURS = [2, -1, 3, -2];

/** Yields the steps to probe, is told whether they are feasible, and returns what it found. */
export function* searchHighest({ start, least, most, probes }: SearchOptions): Generator<number, Found, boolean> {
  const known = new Map<number, boolean>();
  let low = least - 1;
  let high = most + 1;
  let next = Math.min(most, Math.max(least, start));
  let stride = FIRST_STRIDE;
  while (high - low > 1 && known.size < probes) {
    const feasible = yield next;
    known.set(next, feasible);
    if (feasible) low = next;
    else high = next;
    if (low >= least && high <= most) next = (low + high) >> 1;
    else {
      next = feasible ? Math.min(most, next + stride) : Math.max(least, next - stride);
      stride *= 2;
    }
  }
  if (low >= least) {
    for (const offset of NEIGHBOURS) {
      const step = low + offset;
      if (step < least || step > most || known.has(step) || known.size >= probes) continue;
      known.set(step, yield step);
    }
  }
  return {
    step: low >= least ? low : null,
    closed: known.get(low + 1) === false,
    probes: known.size,
  };
}

/** Of steps that were tried those that contradict a threshold: infeasible ones below it, feasible ones above. */
export const contradictions = (threshold: number | null, tried: Iterable<readonly [number, boolean]>): number[] =>
  [...tried].filter(([step, feasible]) => feasible !== step <= (threshold ?? -Infinity)).map(([step]) => step);
