/** The observation that stands for none. */
import { isBox } from '../spaces/box.js';
import { isDict } from '../spaces/dict.js';
import { isDiscrete } from '../spaces/discrete.js';
import { isMultiDiscrete } from '../spaces/multi-discrete.js';
import type { Space } from '../spaces/space.js';
import { isTuple } from '../spaces/tuple.js';

/** A member as near to zero as there is: bounds of a Box that exclude 0, the start of a Discrete. */
export function fillerOf(space: Space): unknown {
  const batch = space.createBatch(1);
  const zero = space.read(batch, 0);
  if (isBox(space)) return space.low.map((low, k) => Math.min(space.high[k], Math.max(low, 0)));
  if (isDiscrete(space)) return space.start;
  if (isMultiDiscrete(space)) return Int32Array.from(space.start);
  if (isDict(space)) return Object.fromEntries(space.keys.map((key) => [key, fillerOf(space.spaces[key])]));
  if (isTuple(space)) return space.spaces.map(fillerOf);
  return zero;
}
