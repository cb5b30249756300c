/** Requests that follow others: rounds of a conversation, users who ask again when they have their answer, steps of an agent. */
import type { Micros } from '../time.js';

/** Who follows whom, by row. A follower has no time of its own: it arrives `think` µs after the one it follows left, whichever way. */
export interface Rounds {
  /** The request that this one follows; −1 = it comes at its own time. */
  readonly follows: Int32Array;
  /** µs between the end of the one it follows and its arrival. */
  readonly think: Float64Array;
  /** The first of those who follow this one; −1 = nobody. */
  readonly first: Int32Array;
  /** The next of those who follow the same one; −1 = no more. */
  readonly next: Int32Array;
}

/**
 * Links followers.
 * @param follows by row: the row it follows, −1 = none
 * @throws RangeError naming the first row that follows no request, or others in a circle
 */
export function linkRounds(name: string, follows: Int32Array, think: Float64Array): Rounds {
  const count = follows.length;
  const first = new Int32Array(count).fill(-1);
  const next = new Int32Array(count).fill(-1);
  for (let row = count - 1; row >= 0; row--) {
    const before = follows[row];
    if (before < -1 || before >= count) {
      throw new RangeError(`${name}: row ${row} follows row ${before}, expected −1 or a row in 0 … ${count - 1}`);
    }
    if (before < 0) continue;
    next[row] = first[before];
    first[before] = row;
  }
  const reached = reach(follows, first, next);
  const lost = reached.indexOf(0);
  if (lost >= 0) {
    throw new RangeError(
      `${name}: row ${lost} follows row ${follows[lost]} in a circle, expected a request with a time of its own before it`,
    );
  }
  return { follows, think, first, next };
}

/** 1 for every row that comes at its own time or follows one that is reached. */
function reach(follows: Int32Array, first: Int32Array, next: Int32Array): Uint8Array {
  const reached = new Uint8Array(follows.length);
  const open: number[] = [];
  for (let row = 0; row < follows.length; row++) if (follows[row] < 0) open.push(row);
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    reached[row] = 1;
    for (let after = first[row]; after >= 0; after = next[after]) open.push(after);
  }
  return reached;
}

/** Requests that come at their own times; they are the first rows of a workload. */
export const ownTimes = ({ rounds, count }: { readonly rounds?: Rounds; readonly count: number }): number => {
  if (!rounds) return count;
  const follower = rounds.follows.findIndex((row) => row >= 0);
  return follower < 0 ? count : follower;
};

/** When row `row` is due, or its client gives up: counted from time 0, those of a follower from its arrival. */
export const fromArrival = (rounds: Rounds | undefined, row: number, arrival: Micros): Micros =>
  rounds && rounds.follows[row] >= 0 ? arrival : 0;
