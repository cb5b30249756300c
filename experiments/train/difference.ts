/** How much dearer one policy is than another on the same seeds. */
import { bootstrap, type Interval } from '../bootstrap.js';
import type { Played } from './episodes.js';

/**
 * Difference of summed costs as a share of the others' sum, whatever its sign: below 0 is better. Where the others cost next to nothing, it
 * is in the reward's own unit.
 */
const shareOf = (own: number, theirs: number): number => (own - theirs) / Math.max(1, Math.abs(theirs));

const sum = (played: readonly Played[]): number => played.reduce((total, { cost }) => total + cost, 0);

export const costDifference = (own: readonly Played[], theirs: readonly Played[]): number =>
  shareOf(sum(own), sum(theirs));

/** The same with its 95 % interval over seeds. */
export const costInterval = (own: readonly Played[], theirs: readonly Played[]): Interval =>
  bootstrap(own.length, (units) => {
    let [a, b] = [0, 0];
    for (const unit of units) {
      a += own[unit].cost;
      b += theirs[unit].cost;
    }
    return shareOf(a, b);
  });
