/** Batches of a given shape. */
import { type BatchShape, createShape } from '../../../env/serving/cost/cost.js';

/** A batch of one prefill of q tokens behind c computed ones, and B decodes at context C each. */
export function shapeOf({ q = 0, c = 0, decodes = 0, context = 0 }): BatchShape {
  return {
    ...createShape(),
    sequences: (q > 0 ? 1 : 0) + decodes,
    tokens: q + decodes,
    prefillTokens: q,
    prefills: q > 0 ? 1 : 0,
    prefillWork: q * c + (q * q) / 2,
    prefillReads: q > 0 ? c + q : 0,
    decodeTokens: decodes,
    decodes,
    context: decodes * context,
  };
}
