/** Chat in bursts, some of it with long prompts. */
import { depthAcceptance } from '../acceptance/depth.js';
import { lengthSampler, lengthSets } from '../lengths.js';
import { oneOf } from '../max-tokens.js';
import type { RequestClass } from '../request-class.js';
import { bursts } from './bursts.js';
import type { Family } from './family.js';

/** Azure chat requests, and a share of papers to summarise; clients declare round numbers. */
export function chatClasses(longShare: number): RequestClass[] {
  const maxTokens = oneOf([512, 1024, 2048, 4096]);
  return [
    { share: longShare, lengths: lengthSampler(lengthSets.arxiv()), maxTokens },
    { share: 1 - longShare, lengths: lengthSampler(lengthSets.azure()), maxTokens },
  ];
}

export const chat: Family<'longShare' | 'high' | 'phase'> = {
  name: 'chat',
  summary: 'chat in bursts, a share of it with long prompts',
  parameters: {
    longShare: { doc: 'share of long prompts', train: [0.1, 0.3], validation: [0.1, 0.35], test: [0.2, 0.45] },
    high: { doc: 'busy rate ÷ mean rate', train: [1.3, 1.7], validation: [1.3, 1.75], test: [1.5, 1.9] },
    phase: {
      doc: 'length of a phase, requests at the mean rate',
      train: [100, 220],
      validation: [100, 260],
      test: [160, 400],
    },
  },
  recipe: ({ longShare, high, phase }, { requests, rate }) => ({
    name: `chat + ${Math.round(100 * longShare)} % long`,
    requests,
    arrivals: bursts(rate, high, phase),
    classes: chatClasses(longShare),
    acceptance: (workload, seed) => depthAcceptance(workload, seed),
  }),
};
