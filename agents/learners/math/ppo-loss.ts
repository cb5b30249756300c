/**
 * Losses of proximal policy optimisation (Schulman et al. 2017) over a minibatch, and their gradients by log-probability,
 * entropy and value. With ratio ρ = e^(log p − log p_old):
 *
 *     policy = −mean min(A·ρ, A·clamp(ρ, 1 − clip, 1 + clip)),   total = policy + c_v·value − c_e·mean H
 */
import type { Reals } from './reals.js';

/** Columns of a minibatch; their first `rows` entries count. */
export interface PpoBatch {
  readonly rows: number;
  readonly logProb: Float64Array;
  readonly oldLogProb: Float64Array;
  readonly entropy: Float64Array;
  /** Normalised, where that is wanted. */
  readonly advantage: Float64Array;
  readonly value: Reals;
  readonly oldValue: Float64Array;
  readonly returns: Float64Array;
}

export interface PpoCoefficients {
  /** Largest change of a ratio that pays. */
  readonly clip: number;
  /** Largest change of a value that pays; null = any. */
  readonly valueClip: number | null;
  /** `squares`: mean (V_clipped − G)² (Stable-Baselines3); `halved-larger`: ½ mean max of clipped and unclipped (CleanRL). */
  readonly valueLoss: 'squares' | 'halved-larger';
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
}

export interface PpoLosses {
  policy: number;
  value: number;
  /** Mean of the policy. */
  entropy: number;
  total: number;
  /** Share of ratios beyond the clip. */
  clipFraction: number;
  /** mean(ρ − 1 − log ρ): KL(old ‖ new), estimated with little variance (Schulman 2020). */
  kl: number;
  /** −mean log ρ: the same, without bias. */
  plainKl: number;
}

export const noLosses = (): PpoLosses => ({
  policy: 0,
  value: 0,
  entropy: 0,
  total: 0,
  clipFraction: 0,
  kl: 0,
  plainKl: 0,
});

/**
 * Writes losses to `into`, ∂total/∂log p and ∂total/∂V to the rows of the two arrays. ∂total/∂H of each row is
 * −entropyCoefficient / rows.
 */
export function ppoLosses(
  batch: PpoBatch,
  coefficients: PpoCoefficients,
  byLogProb: Float64Array,
  byValue: Reals,
  into: PpoLosses,
): void {
  const { rows, logProb, oldLogProb, entropy, advantage } = batch;
  const { clip, valueCoefficient, entropyCoefficient } = coefficients;
  let [policy, entropies, clipped, kl, plain] = [0, 0, 0, 0, 0];
  for (let k = 0; k < rows; k++) {
    const logRatio = logProb[k] - oldLogProb[k];
    const ratio = Math.exp(logRatio);
    const gain = advantage[k] * ratio;
    const bounded = advantage[k] * Math.min(1 + clip, Math.max(1 - clip, ratio));
    policy -= Math.min(gain, bounded);
    byLogProb[k] = gain <= bounded ? -gain / rows : 0;
    if (Math.abs(ratio - 1) > clip) clipped++;
    entropies += entropy[k];
    kl += ratio - 1 - logRatio;
    plain -= logRatio;
  }
  into.policy = policy / rows;
  into.value = valueLoss(batch, coefficients, byValue);
  into.entropy = entropies / rows;
  into.total = into.policy + valueCoefficient * into.value - entropyCoefficient * into.entropy;
  into.clipFraction = clipped / rows;
  into.kl = kl / rows;
  into.plainKl = plain / rows;
}

function valueLoss(batch: PpoBatch, coefficients: PpoCoefficients, byValue: Reals): number {
  const { rows, value, oldValue, returns } = batch;
  const { valueCoefficient, valueLoss } = coefficients;
  const reach = coefficients.valueClip ?? Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let k = 0; k < rows; k++) {
    const change = value[k] - oldValue[k];
    const free = value[k] - returns[k];
    const bounded = oldValue[k] + Math.min(reach, Math.max(-reach, change)) - returns[k];
    const slope = Math.abs(change) <= reach ? bounded : 0;
    if (valueLoss === 'squares') {
      sum += bounded * bounded;
      byValue[k] = (valueCoefficient * 2 * slope) / rows;
    } else {
      sum += 0.5 * Math.max(free * free, bounded * bounded);
      byValue[k] = (valueCoefficient * (free * free >= bounded * bounded ? free : slope)) / rows;
    }
  }
  return sum / rows;
}
