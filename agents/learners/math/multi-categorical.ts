/** Several categorical choices at once, independent given the logits: `sizes` says how many choices each part of a row has. */
import { addCategoricalGradient, categoricalEntropy, logSoftmax } from './categorical.js';
import type { Reals } from './reals.js';

/** Writes the log-probabilities of each part of a row. @throws Error if a part has nothing legal */
export function multiLogSoftmax(
  logits: Reals,
  mask: Uint8Array | null,
  at: number,
  sizes: ArrayLike<number>,
  out: Float64Array,
): void {
  for (let part = 0, from = at; part < sizes.length; from += sizes[part++])
    logSoftmax(logits, mask, from, sizes[part], out);
}

/** Log-probability of the actions from `first` on, one a part. */
export function multiLogProb(
  logProbs: Float64Array,
  at: number,
  sizes: ArrayLike<number>,
  actions: ArrayLike<number>,
  first: number,
): number {
  let sum = 0;
  for (let part = 0, from = at; part < sizes.length; from += sizes[part++])
    sum += logProbs[from + actions[first + part]];
  return sum;
}

export function multiEntropy(
  logProbs: Float64Array,
  shares: Float64Array,
  at: number,
  sizes: ArrayLike<number>,
): number {
  let sum = 0;
  for (let part = 0, from = at; part < sizes.length; from += sizes[part++])
    sum += categoricalEntropy(logProbs, shares, from, sizes[part]);
  return sum;
}

/** Adds `byLogProb`·∂log p/∂z + `byEntropy`·∂H/∂z to a row of gradients. */
export function addMultiGradient(
  logProbs: Float64Array,
  shares: Float64Array,
  at: number,
  sizes: ArrayLike<number>,
  chosen: { actions: ArrayLike<number>; first: number; byLogProb: number; byEntropy: number },
  into: Reals,
): void {
  const { actions, first, byLogProb, byEntropy } = chosen;
  for (let part = 0, from = at; part < sizes.length; from += sizes[part++])
    addCategoricalGradient(
      logProbs,
      shares,
      from,
      sizes[part],
      { action: actions[first + part], byLogProb, byEntropy },
      into,
    );
}
