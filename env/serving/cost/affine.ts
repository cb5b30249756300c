/** Costs that are a sum of counts times coefficients, and the constant step. */
import { type CostModel, type CpuCost, costModel, type DraftCost, type Rounding } from './cost.js';

/** µs each: base + perSequence·B + perPrefillToken·P + perDecodeToken·D + perContextToken·C (C: tokens already computed of the decoding sequences). */
export interface AffineCost {
  readonly base: number;
  readonly perSequence?: number;
  readonly perPrefillToken?: number;
  readonly perDecodeToken?: number;
  readonly perContextToken?: number;
  readonly rounding?: Rounding;
  readonly cpu?: CpuCost;
  readonly draft?: DraftCost;
}

/** An affine iteration time. Verified drafts count as decode tokens; recomputed tokens as prefill tokens. */
export function affineCost(given: AffineCost, name = 'affine'): CostModel {
  const { base, perSequence = 0, perPrefillToken = 0, perDecodeToken = 0, perContextToken = 0 } = given;
  return costModel(
    name,
    {
      fixed: (s) =>
        base + perSequence * s.sequences + perPrefillToken * s.prefillTokens + perDecodeToken * s.decodeTokens,
      perContext: perContextToken,
    },
    given,
  );
}

/** Every iteration lasts `step` µs, whatever is in it; planning lasts as long, so that asynchronous steps do too. */
export function constantStep(step: number): CostModel {
  if (!Number.isInteger(step) || step < 1)
    throw new RangeError(`a constant step is a whole number of µs from 1, got ${step}`);
  const micros = () => step;
  return {
    name: `constant ${step} µs`,
    linear: { lead: micros, perContext: 0 },
    iteration: micros,
    cpu: micros,
    device: micros,
  };
}
