/** Which requests an agent is shown, and in which slot: a table of fixed size over a queue of any length. */
import { Cause, type Episode, type ReplicaView } from '../serving/policy.js';

/** No request: the slot is empty. */
export const EMPTY = -1;

/** Who is here, oldest first, and who stood in which slot of every remembered observation. */
export interface Slots {
  readonly count: number;
  /** Everyone who is here in order of arrival: the first `present.n` entries. Valid after `follow`. */
  readonly present: { readonly ids: Int32Array; readonly n: number };
  /** Keeps up with who came and left; to be called once in every turn. */
  follow(view: ReplicaView): void;
  /** Fills the slots of a frame with the oldest ones. */
  show(frame: number): void;
  /** Fills the slots of a frame with those whom `choose` writes; it says how many. */
  put(frame: number, choose: (into: Int32Array) => number): void;
  /** Slots of a frame in which somebody stands: the first ones. */
  filled(frame: number): number;
  /** All slots of a frame, a view: `EMPTY` beyond `filled`. */
  of(frame: number): Int32Array;
}

/**
 * @param count slots
 * @param frames observations that are remembered
 */
export function createSlots({ cells, requests }: Episode, count: number, frames: number): Slots {
  const shown = cells(Int32Array, count * frames);
  shown.fill(EMPTY);
  const rows = Array.from({ length: frames }, (_, frame) => shown.subarray(frame * count, (frame + 1) * count));
  const filled = cells(Int32Array, frames);
  const room = requests.arrival.length;
  const ids = cells(Int32Array, room);
  const tally = cells(Int32Array, 3);
  const [HERE, NEXT, MOVES] = [0, 1, 2]; // how many are here; the largest id so far + 1; how often somebody came or left
  const shownAt = cells(Int32Array, frames); // by frame: moves + 1 when it was filled; 0 = not with the oldest
  const present = {
    ids,
    get n() {
      return tally[HERE];
    },
  };

  function rebuild({ live }: ReplicaView): void {
    for (let k = 0; k < live.n; k++) ids[k] = live.ids[k];
    ids.subarray(0, live.n).sort();
    tally[HERE] = live.n;
    tally[NEXT] = live.n > 0 ? ids[live.n - 1] + 1 : tally[NEXT];
    tally[MOVES]++;
  }

  return {
    count,
    present,
    follow(view) {
      if ((view.cause & Cause.first) !== 0) return rebuild(view);
      if (view.ended.n > 0) drop(view);
      const came = (view.cause & Cause.arrival) !== 0;
      if (came || tally[HERE] !== view.live.n) welcome(view);
      if (tally[HERE] !== view.live.n) rebuild(view);
    },
    show(frame) {
      if (shownAt[frame] === tally[MOVES] + 1) return;
      const n = Math.min(count, tally[HERE]);
      // What a closure holds is looked up anew at every use: in loops it is a local.
      const row = rows[frame];
      const who = ids;
      for (let k = 0; k < n; k++) row[k] = who[k];
      close(frame, n);
      shownAt[frame] = tally[MOVES] + 1;
    },
    put(frame, choose) {
      close(frame, choose(rows[frame]));
      shownAt[frame] = 0;
    },
    filled: (frame) => filled[frame],
    of: (frame) => rows[frame],
  };

  /** Somebody stands in the first n slots of a frame, in the others nobody. */
  function close(frame: number, n: number): void {
    const row = rows[frame];
    const before = filled[frame];
    for (let k = n; k < before; k++) row[k] = EMPTY;
    filled[frame] = n;
  }

  function drop({ ended }: ReplicaView): void {
    const here = ids;
    const { ids: gone, n } = ended;
    let count = tally[HERE];
    for (let e = 0; e < n; e++) {
      const r = gone[e];
      let at = 0;
      while (at < count && here[at] !== r) at++;
      if (at === count) continue;
      count--;
      for (; at < count; at++) here[at] = here[at + 1];
    }
    tally[HERE] = count;
    tally[MOVES]++;
  }

  /** Newcomers have larger ids than all before; they come in any order. */
  function welcome({ changed }: ReplicaView): void {
    const here = ids;
    const { ids: news, n } = changed;
    const before = tally[NEXT];
    for (let k = 0; k < n; k++) {
      const r = news[k];
      if (r < before) continue;
      let at = tally[HERE]++;
      while (at > 0 && here[at - 1] > r) {
        here[at] = here[at - 1];
        at--;
      }
      here[at] = r;
      if (r >= tally[NEXT]) tally[NEXT] = r + 1;
    }
    tally[MOVES]++;
  }
}
