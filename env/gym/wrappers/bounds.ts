/** Bounds of Boxes as options give them, and the linear map between two pairs of them. */
import { type BoxSpace, box, isBox } from '../spaces/box.js';
import { arrayOf } from '../spaces/dtype.js';
import type { Numbers, Space } from '../spaces/space.js';

/** One number for all, or one each. */
export type BoundOption = number | readonly number[] | Numbers;

/** @throws Error if the space is no Box */
export function needBox(space: Space, wrapper: string, what: 'action' | 'observation'): BoxSpace {
  if (isBox(space)) return space;
  throw new Error(`${wrapper}: the ${what} space is ${space}, expected a Box`);
}

/** A Box of the same shape and element type with other bounds. */
export function boxLike(space: BoxSpace, low: BoundOption, high: BoundOption): BoxSpace {
  const { shape, dtype, low: numbers } = space;
  const array = arrayOf(dtype);
  const filled = (bound: BoundOption): Numbers => {
    const made = typeof bound === 'number' ? new array(numbers.length).fill(bound) : new array(bound);
    if (made.length !== numbers.length)
      throw new Error(`${made.length} bounds for ${space}, expected one or ${numbers.length}`);
    return made;
  };
  return box(filled(low), filled(high), { shape, dtype });
}

/** x → gradient · x + intercept, rounded to the precision of the Box after each operation. */
export interface LinearMap {
  readonly gradient: Float64Array;
  readonly intercept: Float64Array;
  /** Rounds a number to the precision of the Box. */
  readonly round: (x: number) => number;
}

/**
 * The map that takes the bounds of one Box to those of another: where only one side is bounded it moves, where none is it
 * does nothing.
 * @throws Error if a bound is infinite in one and finite in the other
 */
export function linearMap(from: BoxSpace, to: BoxSpace, wrapper: string): LinearMap {
  const round = from.dtype === 'float32' ? Math.fround : (x: number) => x;
  const gradient = new Float64Array(from.low.length).fill(1);
  const intercept = new Float64Array(from.low.length);
  for (let k = 0; k < gradient.length; k++) {
    const [low, high, newLow, newHigh] = [from.low[k], from.high[k], to.low[k], to.high[k]];
    if (Number.isFinite(low) !== Number.isFinite(newLow) || Number.isFinite(high) !== Number.isFinite(newHigh))
      throw new Error(
        `${wrapper}: from [${low}, ${high}] to [${newLow}, ${newHigh}]; expected infinite bounds to stay what they are`,
      );
    if (Number.isFinite(low) && Number.isFinite(high)) gradient[k] = round(round(newHigh - newLow) / round(high - low));
    if (Number.isFinite(low)) intercept[k] = round(round(gradient[k] * -low) + newLow);
    else if (Number.isFinite(high)) intercept[k] = round(newHigh - high);
  }
  return { gradient, intercept, round };
}
