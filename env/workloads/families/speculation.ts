/** Requests whose drafts are accepted very differently: one is served in a few steps, another token by token. */
import { betaAcceptance } from '../acceptance/beta.js';
import { bursts } from './bursts.js';
import { chatClasses } from './chat.js';
import type { Family } from './family.js';

export const speculation: Family<'mean' | 'spread' | 'high'> = {
  name: 'speculation',
  summary: 'acceptance of drafts that differs widely between requests',
  parameters: {
    mean: { doc: 'mean acceptance of a draft token', train: [0.5, 0.7], validation: [0.5, 0.72], test: [0.55, 0.8] },
    spread: {
      doc: 'its standard deviation over requests',
      train: [0.1, 0.26],
      validation: [0.1, 0.28],
      test: [0.2, 0.32],
    },
    high: { doc: 'busy rate ÷ mean rate', train: [1.3, 1.7], validation: [1.3, 1.75], test: [1.5, 1.9] },
  },
  recipe: ({ mean, spread, high }, { requests, rate }) => ({
    name: 'wide acceptance',
    requests,
    arrivals: bursts(rate, high, 200),
    classes: chatClasses(0.25),
    acceptance: ({ key }, seed) => betaAcceptance({ mean, spread }, key, seed),
  }),
};
