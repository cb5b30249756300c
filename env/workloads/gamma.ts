/** Gamma-distributed draws. */
import { normal } from '../distributions.js';
import type { Stream } from '../random.js';

/**
 * One draw with this shape and scale 1 (Marsaglia and Tsang 2000: a cubed normal, accepted nearly always). Below shape 1
 * it is a draw of shape + 1 times a uniform to the power of 1 / shape.
 */
export function gamma(shape: number, from: Stream): number {
  if (shape < 1) return gamma(shape + 1, from) * (1 - from.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(from.next(), from.next());
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - from.next()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}
