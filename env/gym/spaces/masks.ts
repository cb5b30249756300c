/** Which values `sample` may give: masks and probabilities, checked. */
import type { Stream } from '../../random.js';
import { kindOf } from './kind-of.js';
import { drawWhole } from './own-stream.js';
import type { SampleOptions } from './space.js';

/** What a message names, worked out only if there is one. */
type Named = { toString(): string };

/** The one of the two that was given, in the form of its space. */
export interface Bias {
  readonly by: 'mask' | 'probability';
  readonly value: unknown;
}

/** @throws Error if both are given */
export function biasOf({ mask, probability }: SampleOptions, space: string): Bias | null {
  const masked = mask !== undefined && mask !== null;
  const weighed = probability !== undefined && probability !== null;
  if (masked && weighed) throw new Error(`${space}: sample takes a mask or a probability, got both`);
  if (masked) return { by: 'mask', value: mask };
  return weighed ? { by: 'probability', value: probability } : null;
}

/** What a part of a space is sampled with. */
export const partOptions = (bias: Bias | null, value: unknown, random: Stream): SampleOptions =>
  bias ? { [bias.by]: value, random } : { random };

/** A list with a mask or probability for each part. @throws Error if it has another form or length */
export function biasList({ by, value }: Bias, length: number, what: Named): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== length)
    throw new Error(`${what}: expected a list of ${length}, a ${by} for each part, got ${kindOf(value)}`);
  return value;
}

type Mask = Int8Array | Uint8Array;

/** @throws Error unless it has `length` whole numbers of 0 … highest */
export function checkMask(mask: unknown, length: number, what: Named, highest = 1): Mask {
  if (!(mask instanceof Int8Array || mask instanceof Uint8Array) || mask.length !== length)
    throw new Error(`${what}: expected a mask that is an Int8Array or Uint8Array of ${length}, got ${kindOf(mask)}`);
  for (let k = 0; k < length; k++)
    if (!(mask[k] >= 0 && mask[k] <= highest))
      throw new Error(`${what}: number ${k} of the mask is ${mask[k]}, expected 0 to ${highest}`);
  return mask;
}

/** @throws Error unless it has `length` numbers in [0, 1] */
export function checkShares(shares: unknown, length: number, what: Named): Float64Array {
  if (!(shares instanceof Float64Array) || shares.length !== length)
    throw new Error(`${what}: expected a probability that is a Float64Array of ${length}, got ${kindOf(shares)}`);
  const wrong = shares.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0)
    throw new Error(`${what}: number ${wrong} of the probability is ${shares[wrong]}, expected a number in [0, 1]`);
  return shares;
}

/** How far a sum of probabilities may be from 1: numpy's √ε. */
const TOLERANCE = Math.sqrt(Number.EPSILON);

function checkDistribution(shares: unknown, length: number, what: Named): Float64Array {
  const checked = checkShares(shares, length, what);
  const sum = checked.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > TOLERANCE) throw new Error(`${what}: the probability sums to ${sum}, expected 1`);
  return checked;
}

/** A choice of n, as the bias allows. A mask without a 1 allows nothing and gives 0, as in Gymnasium. */
export function drawIndex(random: Stream, n: number, bias: Bias | null, what: Named): number {
  if (bias === null) return drawWhole(random, 0, n - 1);
  if (bias.by === 'mask') return drawAllowed(random, checkMask(bias.value, n, what));
  return drawShare(random, checkDistribution(bias.value, n, what));
}

function drawAllowed(random: Stream, mask: Mask): number {
  let allowed = 0;
  for (let k = 0; k < mask.length; k++) allowed += mask[k];
  if (allowed === 0) return 0;
  let skip = drawWhole(random, 0, allowed - 1);
  let k = 0;
  while (mask[k] === 0 || skip-- > 0) k++;
  return k;
}

function drawShare(random: Stream, shares: Float64Array): number {
  let left = random.next();
  let last = 0;
  for (let k = 0; k < shares.length; k++) {
    if (shares[k] === 0) continue;
    last = k;
    left -= shares[k];
    if (left < 0) break;
  }
  return last;
}
