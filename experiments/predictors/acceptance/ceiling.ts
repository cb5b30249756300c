/** What nobody can know: the luck of the steps to come. */
import { stream } from '../../../env/random.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import { acceptedAhead, type Moment } from './judge.js';

/** Steps that are drawn together, so that good and bad stretches stay. */
const BLOCK = 8;
const DRAWS = 40;

/**
 * Error of the remaining steps for one who knows the request's own mean from now on: its remaining steps are drawn anew from
 * themselves, in blocks of 8 (moving block bootstrap, Künsch 1989), until they cover the remaining tokens. Mean of |drawn/came − 1|
 * for each request. A predictor does not know that mean, so it stays above this.
 */
export function luckFloor(requests: readonly RecordedRequest[], moment: Moment, seed: number): number[] {
  const { next } = stream(seed, 'luck of the rest');
  return requests.map((request) => {
    const ahead = acceptedAhead(request, moment);
    const tokens = ahead.reduce((sum, right) => sum + 1 + right, 0);
    let error = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      let covered = 0;
      let steps = 0;
      while (covered < tokens) {
        const start = Math.floor(next() * ahead.length); // around the end to the start: every step is drawn as often
        for (let k = 0; k < BLOCK && covered < tokens; k++) {
          const commit = 1 + ahead[(start + k) % ahead.length];
          steps += Math.min(1, (tokens - covered) / commit);
          covered += commit;
        }
      }
      error += Math.abs(steps / ahead.length - 1) / DRAWS;
    }
    return error;
  });
}
