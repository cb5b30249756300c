/** A link to the host or back from it: one transfer after another. */
import type { Micros } from '../time.js';
import { copyIds, createIds, type IdList, pushId, removeIdAt } from './ids.js';

/** Transfers of one direction, in their order. */
export interface Link {
  readonly queue: IdList;
  /** When each of them ends. */
  ends: Float64Array;
  /** GPU blocks that come free with each of them: an estimate, where others share some. */
  frees: Int32Array;
  /** The link is busy until then. */
  until: Micros;
}

export const createLink = (): Link => ({
  queue: createIds(16),
  ends: new Float64Array(16),
  frees: new Int32Array(16),
  until: 0,
});

/** A transfer joins its link. */
export function send(link: Link, now: Micros, r: number, length: Micros, frees: number): void {
  reserveLink(link, link.queue.n + 1);
  link.until = Math.max(link.until, now) + Math.ceil(length);
  link.ends[link.queue.n] = link.until;
  link.frees[link.queue.n] = frees;
  pushId(link.queue, r);
}

function reserveLink(link: Link, n: number): void {
  if (n <= link.ends.length) return;
  const { ends, frees } = link;
  link.ends = new Float64Array(2 * n);
  link.frees = new Int32Array(2 * n);
  link.ends.set(ends);
  link.frees.set(frees);
}

/** Takes the entry at `at` out; the others keep their times. Returns who it was. */
export function takeOff(link: Link, at: number): number {
  const r = link.queue.ids[at];
  link.ends.copyWithin(at, at + 1, link.queue.n);
  link.frees.copyWithin(at, at + 1, link.queue.n);
  removeIdAt(link.queue, at);
  return r;
}

export function copyLink(from: Link, to: Link): void {
  copyIds(from.queue, to.queue);
  reserveLink(to, from.queue.n);
  for (let k = 0; k < from.queue.n; k++) {
    to.ends[k] = from.ends[k];
    to.frees[k] = from.frees[k];
  }
  to.until = from.until;
}
