/** Answers with a heavy tail: most are short, a few take as long as all others together. */
import { depthAcceptance } from '../acceptance/depth.js';
import { independentLengths, lognormalLength } from '../lengths.js';
import { oneOf } from '../max-tokens.js';
import { bursts } from './bursts.js';
import type { Family } from './family.js';

export const heavyTail: Family<'sigma' | 'high'> = {
  name: 'heavy-tail',
  summary: 'lognormal answers with a heavy tail, of one mean',
  parameters: {
    sigma: {
      doc: 'standard deviation of the logarithm of the answer',
      train: [0.9, 1.3],
      validation: [0.9, 1.4],
      test: [1.2, 1.8],
    },
    high: { doc: 'busy rate ÷ mean rate', train: [1.3, 1.7], validation: [1.3, 1.75], test: [1.5, 1.9] },
  },
  recipe: ({ sigma, high }, { requests, rate }) => ({
    name: 'heavy tail',
    requests,
    arrivals: bursts(rate, high, 200),
    classes: [
      {
        share: 1,
        lengths: independentLengths(
          lognormalLength({ mean: 500, cv: cvOf(1) }),
          lognormalLength({ mean: 300, cv: cvOf(sigma) }),
        ),
        maxTokens: oneOf([4096]),
      },
    ],
    longestPrompt: 4096,
    acceptance: (workload, seed) => depthAcceptance(workload, seed),
  }),
};

/** Standard deviation ÷ mean of a lognormal. */
const cvOf = (sigma: number): number => Math.sqrt(Math.expm1(sigma * sigma));
