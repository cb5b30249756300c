/** A published claim as an experiment: what was said, on what we try it, and what we see. */
import type { TopLevelSpec } from 'vega-lite';
import type { Interval } from '../bootstrap.js';

/** What a source says of a figure: it lies in low … high, tolerance included. A claim of order has one end only. */
export interface Expected {
  readonly low: number;
  readonly high: number;
  /** The figure if there were no effect: on the claimed side of it the direction at least is right [there is no direction]. */
  readonly neutral?: number;
}

export interface Figure {
  readonly what: string;
  /** `%`: a difference as a share, shown with its sign; `share`: a share, without; `×`: a ratio; `s`: seconds; empty: a plain number. */
  readonly unit: '%' | 'share' | '×' | 's' | '';
  /** null: shown, not judged. */
  readonly expected: Expected | null;
  /** Over seeds; of a figure without luck both ends equal the value. */
  readonly measured: Interval;
}

/** What comes of all seeds together. */
export interface Findings {
  readonly figures: readonly Figure[];
  /** Why it comes out as it does, from what was measured: shown unless it is reproduced. */
  readonly reason?: string;
  /** What else a reader must know, a sentence each. */
  readonly notes?: readonly string[];
  /** [the figures with what was expected of them] */
  readonly picture?: TopLevelSpec;
}

/** A claim: a file each under `claims/`, and a line in the catalogue. */
export interface Paper<Sample = unknown> {
  /** What it is about, in a few words. */
  readonly title: string;
  /** Authors, venue, identifier; where the expected figures come from if not from there. */
  readonly source: string;
  /** In a sentence. */
  readonly claim: string;
  /** Requests, engine, arms and what is measured, in a sentence or two. */
  readonly setting: string;
  /** How many a run takes unless it is told. */
  readonly seeds: { readonly full: number; readonly quick: number };
  /** What stands in the way of running it here, e.g. a file that does not come with the package [nothing]. */
  missing?(): string | undefined;
  /**
   * Prepares what all seeds share; the function it gives runs one seed: every arm on the same luck.
   * A sample is plain data (it is kept as JSON) and depends on `quick` and the seed alone.
   * @param quick fewer requests or arms: a look, not a verdict to cite
   */
  open(quick: boolean): Promise<(seed: number) => Sample>;
  /** From samples to figures. All randomness is in the samples. */
  conclude(samples: readonly Sample[]): Findings;
}

/** A published figure and how far from it we may be. */
export const near = (value: number, tolerance: number, neutral?: number): Expected =>
  between(value - tolerance, value + tolerance, neutral);

/** A published range. */
export const between = (low: number, high: number, neutral?: number): Expected => ({
  low,
  high,
  ...(neutral !== undefined && { neutral }),
});

/** A claim of order: less than the limit, more than it. */
export const below = (limit: number): Expected => ({ low: -Infinity, high: limit, neutral: limit });
export const above = (limit: number): Expected => ({ low: limit, high: Infinity, neutral: limit });

/** A figure without luck. */
export const exact = (value: number): Interval => ({ value, low: value, high: value });
