/**
 * Acceptance as that of the population, moved by what the request itself showed, as far as that can be trusted:
 *
 *     level = Σ(accepted − E)/(κ + Σ dE/dlevel)
 *
 * the first step of Newton to the most likely level under a normal prior of precision κ. κ is fitted to how well the *future*
 * is foretold, so it also holds for what a level has of its own drift. State: a track.
 */
import type { Estimator } from './estimator.js';
import type { Ladder } from './ladder.js';
import { byLevel, Track, trackOn } from './level.js';

export interface Shrinkage {
  /** κ: information at which what was seen counts as much as the population, > 0. */
  readonly stiffness: number;
  /** Standard deviation of levels around the curve before anything was seen. */
  readonly off: number;
}

export const shrunk = (state: Float64Array, stiffness: number): number =>
  state[Track.residual] / (stiffness + state[Track.information]);

/** What is left of a standard deviation when so much was seen. */
export const leftOff = (state: Float64Array, { stiffness, off }: Shrinkage): number =>
  off * Math.sqrt(stiffness / (stiffness + state[Track.information]));

export const shrinkage = (ladder: Ladder, given: Shrinkage): Estimator =>
  byLevel(ladder, {
    name: 'shrinkage',
    width: Track.width,
    see: trackOn(ladder),
    level: (state) => shrunk(state, given.stiffness),
    off: (state) => leftOff(state, given),
  });
