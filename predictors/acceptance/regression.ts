/**
 * Drift-aware regression: the level from now on, linear in what the first steps showed and in what lies ahead.
 *
 *     level = b0 + b1·own + b2·(recent − own) + b3·log2(position) + b4·ln(tokens ahead) + b5·ln(prompt tokens)
 *
 * own: the shrunk level so far; recent: the same with a memory of ten verifications. Long prompts are accepted better where
 * an answer copies from them; and answers that go on for long drift further. Coefficients have the least mean error of the
 * remaining steps. Where prompts have nothing to do with answers, as in generated workloads, `shrinkage` is the better choice.
 */
import type { Estimator, Standing } from './estimator.js';
import type { Ladder } from './ladder.js';
import { byLevel, Track, trackOn } from './level.js';
import { leftOff, type Shrinkage, shrunk } from './shrinkage.js';

export interface Regression extends Shrinkage {
  /** b0 … b5. */
  readonly coefficients: readonly number[];
  /** What each cue was at least and at most in nearly all that it was fitted to: beyond, it counts as that. */
  readonly least: readonly number[];
  readonly most: readonly number[];
}

export const CUES = 6;

/** Writes what the coefficients belong to, 1 first. */
export function writeCues(state: Float64Array, standing: Standing, stiffness: number, out: Float64Array): void {
  const { generated, length, promptTokens } = standing;
  const own = shrunk(state, stiffness);
  const recent = state[Track.recentResidual] / (stiffness + state[Track.recentInformation]);
  out[0] = 1;
  out[1] = own;
  out[2] = recent - own;
  out[3] = Math.log2(Math.max(1, generated));
  out[4] = Math.log(Math.max(1, length - generated));
  out[5] = Math.log(promptTokens);
}

export function regression(ladder: Ladder, given: Regression): Estimator {
  const { stiffness, coefficients, least, most } = given;
  const cues = new Float64Array(CUES);
  return byLevel(ladder, {
    name: 'regression',
    width: Track.width,
    see: trackOn(ladder),
    level(state, standing) {
      writeCues(state, standing, stiffness, cues);
      let level = 0;
      for (let k = 0; k < CUES; k++) level += coefficients[k] * Math.max(least[k], Math.min(most[k], cues[k]));
      return level;
    },
    off: (state) => leftOff(state, given),
  });
}
