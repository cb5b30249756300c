/**
 * Least volume first: who still needs the least memory for the least time.
 *
 *     volume = remaining · (known + (remaining + 1)/2)^exponent
 *
 * With exponent 1 it is the KV tokens it will hold, summed over the iterations it still needs; the second factor is their mean.
 * Exponent 0 is srpt, above 1 memory counts for more than time. `prefill` adds the tokens that must be computed before it can
 * go on, as so much of a generated token each: then who lost its blocks is larger by what it has to make up for.
 *
 * Source: Smith's rule for a machine that is shared by memory; the tuned exponent after our own studies. Information: believed
 * length. Ours: one token at least is believed to remain; known tokens stand for memory held, for an evicted request would
 * count as free and displace who displaced it.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface VolumeOptions {
  /** Of the memory, ≥ 0 [1]. */
  readonly exponent?: number;
  /** What a token still to be computed counts for, in generated ones, ≥ 0 [0]. */
  readonly prefill?: number;
}

export const volume = ({ exponent = 1, prefill = 0 }: VolumeOptions = {}): Scheduler => ({
  name: 'volume',
  decide({ changed, requests, beliefs }, { rank }) {
    const { ids, n } = changed;
    const { generated, known, computed } = requests;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const remaining = Math.max(1, beliefs.length[r] - generated[r]);
      const work = remaining + prefill * Math.max(0, known[r] - computed[r] - 1);
      rank[r] = work * (known[r] + (remaining + 1) / 2) ** exponent;
    }
  },
});
