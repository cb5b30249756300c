/** M/G/1: Poisson arrivals of lognormal sizes for an engine that serves one request at a time in steps of one length. */
import { poissonArrivals } from '../arrivals.js';
import { constantLength, independentLengths, lognormalLength } from '../lengths.js';
import { undeclared } from '../max-tokens.js';
import type { Family } from './family.js';

/** Mean size in steps. */
export const MEAN_STEPS = 200;

export const singleServer: Family<'cv'> = {
  name: 'single-server',
  summary: 'M/G/1 of queueing theory: prompts of one token, sizes in steps',
  parameters: {
    cv: { doc: 'standard deviation ÷ mean of the size', train: [0.5, 1.2], validation: [0.5, 1.3], test: [0.8, 2] },
  },
  recipe: ({ cv }, { requests, rate }) => ({
    name: 'M/G/1',
    requests,
    arrivals: poissonArrivals(rate),
    classes: [
      {
        share: 1,
        lengths: independentLengths(constantLength(1), lognormalLength({ mean: MEAN_STEPS, cv })),
        maxTokens: undeclared,
      },
    ],
  }),
};
