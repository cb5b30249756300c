/**
 * Mean response time of M/G/1 under five policies, exactly as an engine of constant steps serves it: sizes are whole
 * steps, a better request waits for the step under way to end, equals go by arrival. Times are in steps.
 *
 * The continuous formulas (Pollaczek and Khinchine; Cobham; Schrage and Miller 1966; Kleinrock 1976) change in three places.
 * - Equal sizes happen. What was there before counts up to and including one's own size, what comes later below it only:
 *   (1 − ρ_x)² becomes (1 − ρ(≤ x))(1 − ρ(< x)).
 * - With preemption an arrival may find a step of someone worse under way. It then waits half a step in the mean, and the
 *   probability is that part of the load which is never better than it.
 * - Who arrives during the last step of a request does not delay it.
 * As steps become short the formulas become the continuous ones; the tests hold them against a table of those.
 */
import type { Sizes } from './sizes.js';

export type Discipline = 'fcfs' | 'sjf' | 'psjf' | 'srpt' | 'las';

/** What a size x sees of all sizes: loads and second moments, times the arrival rate per step. */
interface Loads {
  /** All of it. */
  readonly rho: number;
  readonly half: number;
  /** λ E[X; X ≤ x] and λ E[X; X < x]. */
  readonly upTo: number;
  readonly below: number;
  /** λ E[X²; X ≤ x]. */
  readonly second: number;
  /** λ P(X > x) and λ P(X ≥ x). */
  readonly longer: number;
  readonly notShorter: number;
  /** Σ over i < x of 1/(1 − ρ(< i)). */
  readonly stretched: number;
}

const responses: Record<Discipline, (x: number, loads: Loads) => number> = {
  fcfs: (x, { half, rho }) => x + half / (1 - rho),

  /** Shortest first without preemption (Cobham 1954). */
  sjf: (x, { half, upTo, below }) => x + half / ((1 - upTo) * (1 - below)),

  /** Preemptive by original size. */
  psjf: (x, { second, rho, upTo, below }) =>
    (second / 2 + (rho - upTo) / 2) / ((1 - upTo) * (1 - below)) + (x - 1) / (1 - below) + 1,

  /**
   * Of a longer request the last x + 1 steps are in the way: at remaining x it is an equal that came before, and the step that
   * brings it there is not interrupted.
   */
  srpt: (x, { second, rho, upTo, below, longer, stretched }) => {
    const tail = longer * (x + 1);
    return (second / 2 + (tail * (x + 1)) / 2 + (rho - upTo - tail) / 2) / ((1 - upTo) * (1 - below)) + stretched;
  },

  /** Least attained service: everyone before counts with at most x steps, everyone later with at most x − 1. */
  las: (x, { second, rho, upTo, below, longer, notShorter }) => {
    const before = upTo + longer * x;
    const later = below + notShorter * (x - 1);
    return (
      (second / 2 + (longer * x * x) / 2 + (rho - before) / 2) / ((1 - before) * (1 - later)) +
      (x - 1) / (1 - later) +
      1
    );
  },
};

/** E[T] in steps at load rho. */
export function meanResponse(discipline: Discipline, { probability, mean, second }: Sizes, rho: number): number {
  const rate = rho / mean;
  const response = responses[discipline];
  let [upTo, below, squares, cumulative, stretched, sum] = [0, 0, 0, 0, 0, 0];
  for (let x = 1; x < probability.length; x++) {
    const p = probability[x];
    stretched += 1 / (1 - below); // the step after which x − 1 are left
    below = upTo;
    const notShorter = rate * (1 - cumulative);
    upTo += rate * p * x;
    squares += rate * p * x * x;
    cumulative += p;
    if (p === 0) continue;
    const longer = rate * Math.max(0, 1 - cumulative);
    sum +=
      p * response(x, { rho, half: (rate * second) / 2, upTo, below, second: squares, longer, notShorter, stretched });
  }
  return sum;
}

/** E[W] in steps: the unfinished work that an arrival finds, under any work-conserving policy (Pollaczek and Khinchine). */
export const meanWork = ({ mean, second }: Sizes, rho: number): number => ((rho / mean) * second) / (2 * (1 - rho));
