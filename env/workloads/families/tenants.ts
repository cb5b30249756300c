/** Many tenants, few of whom bring most of the load; each has its own sizes, its own max_tokens and its own patience. */
import { depthAcceptance } from '../acceptance/depth.js';
import { lognormalDuration } from '../durations.js';
import { type LengthSampler, lengthSampler, lengthSets } from '../lengths.js';
import { tenantsOwn } from '../max-tokens.js';
import { bursts } from './bursts.js';
import type { Family } from './family.js';

const MAX_TOKENS = [1024, 512, 4096, 2048, 256, 8000];
/** Median patience, s, and answers relative to the chat statistics, tenant by tenant, again from the first when there are more. */
const PATIENCE = [60, 120, 30, 240];
const ANSWERS = [1, 0.4, 2, 0.7, 3];

export const tenants: Family<'tenants' | 'skew'> = {
  name: 'tenants',
  summary: 'tenants of very different weight, sizes and patience',
  parameters: {
    tenants: { doc: 'number of tenants', whole: true, train: [3, 8], validation: [3, 9], test: [6, 16] },
    skew: {
      doc: 'exponent s of the shares, tenant k: 1/(k + 1)^s',
      train: [0.5, 1.2],
      validation: [0.5, 1.3],
      test: [0.9, 1.7],
    },
  },
  recipe({ tenants, skew }, { requests, rate }) {
    const weights = Array.from({ length: tenants }, (_, k) => (k + 1) ** -skew);
    const sum = weights.reduce((a, b) => a + b, 0);
    const chat = lengthSampler(lengthSets.azure());
    return {
      name: `${tenants} tenants`,
      requests,
      arrivals: bursts(rate, 1.7, 200),
      classes: weights.map((weight, tenant) => ({
        share: weight / sum,
        tenant,
        lengths: longer(chat, ANSWERS[tenant % ANSWERS.length]),
        maxTokens: tenantsOwn(MAX_TOKENS),
        timeout: lognormalDuration(PATIENCE[tenant % PATIENCE.length], 0.5),
      })),
      acceptance: (workload, seed) => depthAcceptance(workload, seed),
    };
  },
};

/** The same prompts, answers so many times as long. */
function longer(lengths: LengthSampler, factor: number): LengthSampler {
  return (cell, u, v) => {
    const { prompt, output } = lengths(cell, u, v);
    return { prompt, output: Math.max(1, Math.round(factor * output)) };
  };
}
