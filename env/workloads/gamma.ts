/** The Gamma function and Gamma-distributed draws. */
import { normal } from '../distributions.js';
import type { Stream } from '../random.js';

/** From here on four terms of Stirling's series are exact to 14 digits. */
const LARGE = 12;

/** ln Γ(x) for x > 0: Stirling's series, reached from small x by Γ(x + 1) = x Γ(x). */
export function logGamma(x: number): number {
  let shift = 1;
  let z = x;
  for (; z < LARGE; z++) shift *= z;
  const s = 1 / (z * z);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift);
}

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
