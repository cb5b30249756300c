/** Which requests an agent is shown, and in which slot: a table of fixed size over a queue of any length. */
import { Cause, type Episode, type ReplicaView, type RequestId } from '../serving/policy.js';

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
  /** Puts r, or `EMPTY`, into a slot of a frame. */
  put(frame: number, slot: number, r: RequestId): void;
  /** Who stands in a slot of a frame. */
  at(frame: number, slot: number): RequestId;
  /** All slots of a frame, a view. */
  of(frame: number): Int32Array;
}

/**
 * @param count slots
 * @param frames observations that are remembered
 */
export function createSlots({ cells, requests }: Episode, count: number, frames: number): Slots {
  const shown = cells(Int32Array, count * frames);
  shown.fill(EMPTY);
  const room = requests.arrival.length;
  const ids = cells(Int32Array, room);
  const size = cells(Int32Array, 2); // how many are here; the largest id so far, plus 1
  const present = {
    ids,
    get n() {
      return size[0];
    },
  };

  function rebuild({ live }: ReplicaView): void {
    for (let k = 0; k < live.n; k++) ids[k] = live.ids[k];
    ids.subarray(0, live.n).sort();
    size[0] = live.n;
    size[1] = live.n > 0 ? ids[live.n - 1] + 1 : size[1];
  }

  return {
    count,
    present,
    follow(view) {
      if ((view.cause & Cause.first) !== 0) return rebuild(view);
      if (view.ended.n > 0) drop(view);
      const came = (view.cause & Cause.arrival) !== 0;
      if (came || size[0] !== view.live.n) welcome(view);
      if (size[0] !== view.live.n) rebuild(view);
    },
    show(frame) {
      const from = frame * count;
      const n = Math.min(count, size[0]);
      for (let k = 0; k < n; k++) shown[from + k] = ids[k];
      for (let k = n; k < count; k++) shown[from + k] = EMPTY;
    },
    put(frame, slot, r) {
      shown[frame * count + slot] = r;
    },
    at: (frame, slot) => shown[frame * count + slot],
    of: (frame) => shown.subarray(frame * count, (frame + 1) * count),
  };

  function drop({ ended }: ReplicaView): void {
    let kept = 0;
    for (let k = 0; k < size[0]; k++) {
      const r = ids[k];
      let left = false;
      for (let e = 0; e < ended.n && !left; e++) left = ended.ids[e] === r;
      if (!left) ids[kept++] = r;
    }
    size[0] = kept;
  }

  /** Newcomers have larger ids than all before; they come in any order. */
  function welcome({ changed }: ReplicaView): void {
    const before = size[1];
    for (let k = 0; k < changed.n; k++) {
      const r = changed.ids[k];
      if (r < before) continue;
      let at = size[0]++;
      while (at > 0 && ids[at - 1] > r) {
        ids[at] = ids[at - 1];
        at--;
      }
      ids[at] = r;
      if (r >= size[1]) size[1] = r + 1;
    }
  }
}
