/** Two service classes in one queue: people who wait for the first word, and work that only has to be done in time. */
import { depthAcceptance } from '../acceptance/depth.js';
import { lengthSampler, lengthSets } from '../lengths.js';
import { oneOf } from '../max-tokens.js';
import { bursts } from './bursts.js';
import type { Family } from './family.js';

/** Class 0 is interactive (chat), class 1 batch (papers to summarise). Their limits are the setting's. */
export const twoClasses: Family<'interactive' | 'high'> = {
  name: 'two-classes',
  summary: 'interactive chat and batch summaries, each with its own limits',
  parameters: {
    interactive: {
      doc: 'share of interactive requests',
      train: [0.5, 0.65],
      validation: [0.5, 0.7],
      test: [0.55, 0.8],
    },
    high: { doc: 'busy rate ÷ mean rate', train: [1.3, 1.7], validation: [1.3, 1.75], test: [1.5, 1.9] },
  },
  recipe: ({ interactive, high }, { requests, rate }) => ({
    name: `${Math.round(100 * interactive)} % interactive`,
    requests,
    arrivals: bursts(rate, high, 200),
    classes: [
      {
        share: interactive,
        lengths: lengthSampler(lengthSets.azure()),
        maxTokens: oneOf([512, 1024, 2048]),
        slo: 0,
      },
      { share: 1 - interactive, lengths: lengthSampler(lengthSets.arxiv()), maxTokens: oneOf([1024, 4096]), slo: 1 },
    ],
    acceptance: (workload, seed) => depthAcceptance(workload, seed),
  }),
};
