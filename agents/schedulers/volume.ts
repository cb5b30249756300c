/**
 * Least volume first: who still needs the least memory for the least time.
 *
 *     volume = remaining · (known + (remaining + 1)/2)^exponent
 *
 * With exponent 1 it is the KV tokens it will hold, summed over the iterations it still needs; the second factor is their mean.
 * Exponent 0 is srpt, above 1 memory counts for more than time. `prefill` adds the tokens that must be computed before it can
 * go on, as so much of a generated token each: then who lost its blocks is larger by what it has to make up for. By time the
 * first factor is the verifications that remain, remaining/(1 + γ·A): γ is the engine's draft length, A the believed acceptance.
 *
 * Source: Smith's rule for a machine that is shared by memory; the tuned exponent after our own studies. Information: believed
 * length; by time believed acceptance. Ours: one token at least is believed to remain; known tokens stand for memory held, for an evicted request would
 * count as free and displace who displaced it.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface VolumeOptions {
  /** Of the memory, ≥ 0 [1]. */
  readonly exponent?: number;
  /** What a token still to be computed counts for, in generated ones, ≥ 0 [0]. */
  readonly prefill?: number;
  /** What remains is counted in ['tokens']. */
  readonly unit?: 'tokens' | 'time';
}

export const volume = ({ exponent = 1, prefill = 0, unit = 'tokens' }: VolumeOptions = {}): Scheduler => {
  let drafts = 0;
  return {
    name: 'volume',
    reset({ rules }) {
      drafts = unit === 'time' ? rules.drafts : 0;
    },
    decide({ changed, requests, beliefs }, { rank }) {
      const { ids, n } = changed;
      const { generated, known, computed } = requests;
      const { length, acceptance } = beliefs;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const remaining = Math.max(1, length[r] - generated[r]);
        const work = remaining / (1 + drafts * acceptance[r]) + prefill * Math.max(0, known[r] - computed[r] - 1);
        rank[r] = work * (known[r] + (remaining + 1) / 2) ** exponent;
      }
    },
  };
};
