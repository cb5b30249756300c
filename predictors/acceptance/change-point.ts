/**
 * Acceptance since it last changed: the mean of accepted/proposed since the last alarm of a Page–Hinkley test in both directions.
 *
 *     m ← mean of shares x since the last change
 *     up ← max(0, up + x − m − tolerance),   down ← max(0, down − x + m − tolerance)
 *     alarm when up or down passes `threshold`: what was seen before is forgotten
 *
 * Source: Page 1954, Hinkley 1971; sums in units of A, a verification each. The prior counts for `weight` verifications, so that
 * the mean does not jump to the first share behind a change. The spread is the standard error of that mean. State: verifications
 * since the change, sums of shares and squares, the two test statistics.
 */
import type { Estimator, Seen, StabilityRule } from './estimator.js';

export interface PageHinkleyOptions {
  /** Change of A that is let pass, ≥ 0 [0.1]. */
  readonly tolerance?: number;
  /** [4: three independent drafts that do not change give an alarm in about 1,200 verifications] */
  readonly threshold?: number;
}

const Cell = { count: 0, sum: 1, squares: 2, up: 3, down: 4 } as const;
const WIDTH = 5;

/** One more look; true on an alarm, which leaves the state empty. */
function watch(state: Float64Array, seen: Seen, { tolerance = 0.1, threshold = 4 }: PageHinkleyOptions): boolean {
  const n = seen.verifications;
  const share = seen.accepted / seen.proposed;
  state[Cell.count] += n;
  state[Cell.sum] += n * share;
  state[Cell.squares] += n * share * share;
  const error = share - state[Cell.sum] / state[Cell.count];
  state[Cell.up] = Math.max(0, state[Cell.up] + n * (error - tolerance));
  state[Cell.down] = Math.max(0, state[Cell.down] - n * (error + tolerance));
  if (Math.max(state[Cell.up], state[Cell.down]) <= threshold) return false;
  state.fill(0, 0, WIDTH);
  return true;
}

export interface ChangePointOptions extends PageHinkleyOptions {
  /** A believed before anything was seen, in 0 … 1 [0.43]. */
  readonly prior?: number;
  /** Verifications that the prior counts for, > 0 [4]. After a change the mean until then takes its place. */
  readonly weight?: number;
}

export const changePoint = ({ prior = 0.43, weight = 4, ...test }: ChangePointOptions = {}): Estimator => {
  const ANCHOR = WIDTH; // what is believed where little was seen: the prior, later the mean before the change
  return {
    name: 'change-point',
    width: WIDTH + 1,
    begin(state) {
      state[ANCHOR] = prior;
    },
    see(state, seen) {
      const until = (weight * state[ANCHOR] + state[Cell.sum]) / (weight + state[Cell.count]);
      if (watch(state, seen, test)) state[ANCHOR] = until;
    },
    believe(state, _standing, out) {
      const size = weight + state[Cell.count];
      const mean = (weight * state[ANCHOR] + state[Cell.sum]) / size;
      const squares = (weight * state[ANCHOR] ** 2 + state[Cell.squares]) / size;
      out.share = mean;
      out.spread = Math.sqrt(Math.max(0, squares - mean * mean) / size);
    },
  };
};

/** Stable: so many verifications since the last change, `settled` [16]. */
export const settledSinceChange = ({
  settled = 16,
  ...test
}: PageHinkleyOptions & { readonly settled?: number } = {}): StabilityRule => ({
  width: WIDTH,
  see(state, seen) {
    watch(state, seen, test);
  },
  stable: (state) => state[Cell.count] >= settled,
});
