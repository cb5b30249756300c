/** Papers to summarise: prompts fill the memory, so few requests run at once. */
import { depthAcceptance } from '../acceptance/depth.js';
import { lengthSampler, lengthSets } from '../lengths.js';
import { oneOf } from '../max-tokens.js';
import { bursts } from './bursts.js';
import type { Family } from './family.js';

export const longPrompts: Family<'scale' | 'high'> = {
  name: 'long-prompts',
  summary: 'papers to summarise: few requests fill the memory',
  parameters: {
    scale: { doc: 'prompt tokens ÷ those of the papers', train: [0.7, 1.1], validation: [0.7, 1.2], test: [0.9, 1.6] },
    high: { doc: 'busy rate ÷ mean rate', train: [1.3, 1.7], validation: [1.3, 1.75], test: [1.5, 1.9] },
  },
  recipe({ scale, high }, { requests, rate }) {
    const papers = lengthSampler(lengthSets.arxiv());
    return {
      name: 'long prompts',
      requests,
      arrivals: bursts(rate, high, 200),
      classes: [
        {
          share: 1,
          lengths(cell, u, v) {
            const { prompt, output } = papers(cell, u, v);
            return { prompt: Math.max(1, Math.round(scale * prompt)), output };
          },
          maxTokens: oneOf([512, 1024, 2048, 4096]),
        },
      ],
      acceptance: (workload, seed) => depthAcceptance(workload, seed),
    };
  },
};
