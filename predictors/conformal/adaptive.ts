/**
 * Upper bounds that keep their promise when the world drifts (adaptive conformal inference: Gibbs and Candès 2021).
 *
 * The margin is a quantile of the last scores, and the level asked of them moves with every outcome:
 *
 *     level ← level + rate·(confidence − 1{score ≤ margin})
 *
 * so over T outcomes the share of bounds kept differs from the promise by at most (max(level₀, 1 − level₀) + rate)/(rate·T), whatever
 * the scores do. A level above 1 gives no bound (Infinity), one below 0 the least possible (−Infinity).
 *
 * State is cells of a Float64Array, so that it is copied with an episode that forks: `adaptiveCells(window)` of them, zeroed at first.
 */
import { kthOf, slide } from '../sorted-window.js';

export interface AdaptiveOptions {
  /** Promised share of bounds kept, in (0, 1). */
  readonly confidence: number;
  /** Step of the level, > 0 [.02]. */
  readonly rate?: number;
  /** Last scores that count [512]. */
  readonly window?: number;
}

/** Cells: scores seen, of them kept, how far the level is from the confidence; then the window in order of arrival, and sorted. */
const Cell = { seen: 0, kept: 1, shift: 2, window: 3 } as const;

const WINDOW = 512;
export const adaptiveCells = (window = WINDOW): number => Cell.window + 2 * window;

/** log(bound/predicted) for the next request; Infinity until there are scores enough for the level. */
export function adaptiveMargin(cells: Float64Array, { confidence, window = WINDOW }: AdaptiveOptions): number {
  const level = confidence + cells[Cell.shift];
  if (level >= 1) return Infinity;
  if (level <= 0) return -Infinity;
  const n = Math.min(window, cells[Cell.seen]);
  const rank = Math.ceil((n + 1) * level - 1e-9);
  return rank > n ? Infinity : kthOf(cells, Cell.window, window, rank - 1);
}

/**
 * An outcome is known: moves the level and puts the score into the window.
 * @param margin what was promised for it, as `adaptiveMargin` said then
 */
export function adapt(cells: Float64Array, score: number, margin: number, options: AdaptiveOptions): void {
  const { confidence, rate = 0.02, window = WINDOW } = options;
  const kept = score <= margin ? 1 : 0;
  const seen = cells[Cell.seen]++;
  cells[Cell.kept] += kept;
  cells[Cell.shift] += rate * (confidence - kept);
  slide(cells, Cell.window, window, seen, score);
}

/** Share of bounds kept so far; NaN before the first. */
export const coverageSoFar = (cells: Float64Array): number => cells[Cell.kept] / cells[Cell.seen];
