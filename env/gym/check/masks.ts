/** Masks of actions: one byte each, flat, and the form in which `sample` takes them. */
import { isDiscrete } from '../spaces/discrete.js';
import { isMultiDiscrete } from '../spaces/multi-discrete.js';
import type { Space } from '../spaces/space.js';

/** Bytes in a mask of a space; null where masks have no fixed form. A MultiDiscrete has those of its choices one after the other. */
export function maskSize(space: Space): number | null {
  if (isDiscrete(space)) return space.n;
  return isMultiDiscrete(space) ? space.nvec.reduce((sum, n) => sum + n, 0) : null;
}

/** A flat mask cut into one for each choice that an action makes. */
export function choicesOf(space: Space, mask: Uint8Array): Uint8Array[] {
  if (!isMultiDiscrete(space)) return [mask];
  let end = 0;
  return Array.from(space.nvec, (n) => {
    end += n;
    return mask.subarray(end - n, end);
  });
}

/** A flat mask in the form that `space.sample({ mask })` takes. */
export const sampleMask = (space: Space, mask: unknown): unknown =>
  isMultiDiscrete(space) && ArrayBuffer.isView(mask) ? choicesOf(space, mask as Uint8Array) : mask;
