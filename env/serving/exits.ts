/** Who leaves unserved and when: a heap of ids by time, from which those who left otherwise are dropped when they surface. */
import { exitAt } from './commit.js';
import { type IdList, pushId } from './ids.js';
import type { Replica } from './replica.js';
import { State } from './requests.js';

function earlier(s: Replica, a: number, b: number): boolean {
  const ta = exitAt(s, a);
  const tb = exitAt(s, b);
  return ta !== tb ? ta < tb : a < b;
}

/** Notes when r will leave if nothing else happens. */
export function expectExit(s: Replica, r: number): void {
  if (exitAt(s, r) === Infinity) return;
  const heap = s.leavers;
  pushId(heap, r);
  let at = heap.n - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!earlier(s, r, heap.ids[parent])) break;
    heap.ids[at] = heap.ids[parent];
    at = parent;
  }
  heap.ids[at] = r;
  refreshNextExit(s);
}

/** Forgets what was expected and asks everyone who is here. */
export function expectExits(s: Replica): void {
  s.leavers.n = 0;
  s.nextExit = Infinity;
  if (s.exits) for (let k = 0; k < s.live.n; k++) expectExit(s, s.live.ids[k]);
}

/** Takes the first one who is still here; −1 = nobody leaves by now. */
export function popExit(s: Replica): number {
  refreshNextExit(s);
  if (s.nextExit > s.now) return -1;
  const r = s.leavers.ids[0];
  popTop(s, s.leavers);
  return r;
}

/** The time of the first one who is still here. */
export function refreshNextExit(s: Replica): void {
  const heap = s.leavers;
  while (heap.n > 0 && s.requests.state[heap.ids[0]] >= State.finished) popTop(s, heap);
  s.nextExit = heap.n > 0 ? exitAt(s, heap.ids[0]) : Infinity;
}

function popTop(s: Replica, heap: IdList): void {
  const last = heap.ids[--heap.n];
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.n) break;
    if (child + 1 < heap.n && earlier(s, heap.ids[child + 1], heap.ids[child])) child++;
    if (!earlier(s, heap.ids[child], last)) break;
    heap.ids[at] = heap.ids[child];
    at = child;
  }
  heap.ids[at] = last;
}
