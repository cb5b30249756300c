/** Independent bits by logits z: p(1) = 1/(1 + e^−z). n of them from `at` on. */
import type { Reals } from './reals.js';

/** log p of a bit that is 1; of one that is 0 it is that of −z. */
const logSigmoid = (z: number): number => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));

export function bitsLogProb(logits: Reals, at: number, n: number, bits: ArrayLike<number>): number {
  let sum = 0;
  for (let k = at; k < at + n; k++) sum += logSigmoid(bits[k] !== 0 ? logits[k] : -logits[k]);
  return sum;
}

export function bitsEntropy(logits: Reals, at: number, n: number): number {
  let sum = 0;
  for (let k = at; k < at + n; k++) {
    const [one, zero] = [logSigmoid(logits[k]), logSigmoid(-logits[k])];
    sum -= Math.exp(one) * one + Math.exp(zero) * zero;
  }
  return sum;
}
