/** The one home of order: running is a list kept sorted by insertion, the queue an indexed heap. */
import { type IdList, indexOfId, pushId, removeIdAt } from './ids.js';
import type { Replica } from './replica.js';
import { Where } from './requests.js';

/** a is served before b: lower rank first, then the tie rule. */
export function before(s: Replica, a: number, b: number): boolean {
  const { urgency, row } = s.hidden;
  const ua = urgency[a];
  const ub = urgency[b];
  if (ua !== ub) return ua < ub;
  if (s.tie) {
    const ta = s.tie[row[a]];
    const tb = s.tie[row[b]];
    if (ta !== tb) return ta < tb;
  }
  return a < b;
}

function rise(s: Replica, at: number, id: number): void {
  const { ids } = s.queue;
  const place = s.hidden.queuePlace;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const other = ids[parent];
    if (!before(s, id, other)) break;
    ids[at] = other;
    place[other] = at;
    at = parent;
  }
  ids[at] = id;
  place[id] = at;
}

function sink(s: Replica, at: number, id: number): void {
  const { ids, n } = s.queue;
  const place = s.hidden.queuePlace;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= n) break;
    if (child + 1 < n && before(s, ids[child + 1], ids[child])) child++;
    const other = ids[child];
    if (!before(s, other, id)) break;
    ids[at] = other;
    place[other] = at;
    at = child;
  }
  ids[at] = id;
  place[id] = at;
}

/** Fills the hole at the head with the last one, which belongs near the bottom: it goes down unasked and rises from there. */
function fall(s: Replica, id: number): void {
  const { ids, n } = s.queue;
  const place = s.hidden.queuePlace;
  let at = 0;
  for (let child = 1; child < n; child = 2 * at + 1) {
    if (child + 1 < n && before(s, ids[child + 1], ids[child])) child++;
    const other = ids[child];
    ids[at] = other;
    place[other] = at;
    at = child;
  }
  rise(s, at, id);
}

/** Puts a live request into the queue. */
export function enqueue(s: Replica, id: number): void {
  s.hidden.where[id] = Where.queue;
  pushId(s.queue, id);
  rise(s, s.queue.n - 1, id);
}

/** Takes a request out of the queue, wherever it stands. */
export function dequeue(s: Replica, id: number): void {
  const at = s.hidden.queuePlace[id];
  const { ids } = s.queue;
  s.hidden.where[id] = Where.nowhere;
  s.queue.n--;
  if (at === s.queue.n) return;
  const last = ids[s.queue.n];
  if (at === 0) {
    fall(s, last);
    return;
  }
  rise(s, at, last);
  if (s.hidden.queuePlace[last] === at) sink(s, at, last);
}

/** Restores order around a queued request whose urgency moved. */
export function requeue(s: Replica, id: number): void {
  const at = s.hidden.queuePlace[id];
  rise(s, at, id);
  if (s.hidden.queuePlace[id] === at) sink(s, at, id);
}

/** Makes the whole queue a heap again after many urgencies moved: linear, no sort. */
export function heapify(s: Replica): void {
  const { ids, n } = s.queue;
  for (let at = (n >> 1) - 1; at >= 0; at--) sink(s, at, ids[at]);
}

/** True if ranks alone put the running list in the order in which it stands. */
export function inOrder(s: Replica): boolean {
  const { ids, n } = s.running;
  const { urgency } = s.hidden;
  let before = -Infinity;
  let id = -1;
  for (let k = 0; k < n; k++) {
    const rank = urgency[ids[k]];
    if (rank < before || (rank === before && (ids[k] < id || s.tie !== null))) return false;
    before = rank;
    id = ids[k];
  }
  return true;
}

/** Sorts the running list by insertion: nearly sorted as it is, one pass. True if anything moved. */
export function sortRunning(s: Replica): boolean {
  if (inOrder(s)) return false;
  const { ids, n } = s.running;
  let moved = false;
  for (let k = 1; k < n; k++) {
    const id = ids[k];
    let at = k;
    while (at > 0 && before(s, id, ids[at - 1])) {
      ids[at] = ids[at - 1];
      at--;
    }
    if (at !== k) {
      ids[at] = id;
      moved = true;
    }
  }
  return moved;
}

/** Puts a request into the running list: at its end, or by rank. */
export function run(s: Replica, id: number): void {
  s.hidden.where[id] = Where.running;
  s.decoding = false;
  pushId(s.running, id);
  if (s.rules.candidates === 'running-first') return;
  const { ids } = s.running;
  let at = s.running.n - 1;
  while (at > 0 && before(s, id, ids[at - 1])) {
    ids[at] = ids[at - 1];
    at--;
  }
  ids[at] = id;
}

/** Takes the entry at `at` out of the running list; a packer that stands behind it moves up. */
export function stopRunning(s: Replica, at: number): void {
  s.hidden.where[s.running.ids[at]] = Where.nowhere;
  removeIdAt(s.running, at);
  if (at < s.cursor) s.cursor--;
}

/** Passes over the head of the queue until `takeBack`. */
export function passOver(s: Replica): void {
  const head = s.queue.ids[0];
  dequeue(s, head);
  pushId(s.aside, head);
}

/** Puts everyone who was passed over back into the queue. */
export function takeBack(s: Replica): void {
  for (let k = 0; k < s.aside.n; k++) enqueue(s, s.aside.ids[k]);
  s.aside.n = 0;
}

/** Puts a live request among the held. */
export function setAside(s: Replica, id: number): void {
  s.hidden.where[id] = Where.held;
  s.hidden.queuePlace[id] = s.held.n;
  pushId(s.held, id);
}

/** Takes a request out of the held. */
export function release(s: Replica, id: number): void {
  swapOut(s.held, s.hidden.queuePlace, id);
  s.hidden.where[id] = Where.nowhere;
}

/** Takes a live request out of the list that it stands in. */
export function leaveLists(s: Replica, id: number): void {
  const where = s.hidden.where[id];
  if (where === Where.running) {
    stopRunning(s, indexOfId(s.running, id));
    s.reshape = true;
  } else if (where === Where.queue) dequeue(s, id);
  else if (where === Where.held) release(s, id);
  s.hidden.where[id] = Where.nowhere;
}

/** Adds to the live list. */
export function enlist(s: Replica, id: number): void {
  s.hidden.livePlace[id] = s.live.n;
  pushId(s.live, id);
}

/** Removes from the live list: the last one takes its place. */
export function delist(s: Replica, id: number): void {
  swapOut(s.live, s.hidden.livePlace, id);
}

function swapOut(list: IdList, place: Int32Array, id: number): void {
  const at = place[id];
  const last = list.ids[--list.n];
  list.ids[at] = last;
  place[last] = at;
}

/** Notes that the columns or beliefs of a live request moved since the last turn. */
export function mark(s: Replica, id: number): void {
  if (s.hidden.marked[id]) return;
  s.hidden.marked[id] = 1;
  pushId(s.changed, id);
}
