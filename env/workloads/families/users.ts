/** A closed loop: so many users, each of whom asks again only after the answer. */
import { depthAcceptance } from '../acceptance/depth.js';
import { lognormalDuration } from '../durations.js';
import { lengthSampler, lengthSets } from '../lengths.js';
import { guessFromPrompt } from '../max-tokens.js';
import type { Family } from './family.js';

export const users: Family<'users' | 'think'> = {
  name: 'users',
  summary: 'a closed loop of users who ask, wait and think',
  parameters: {
    users: { doc: 'users at the same time', whole: true, train: [30, 80], validation: [30, 90], test: [60, 160] },
    think: { doc: 'median time to think, s', train: [3, 8], validation: [3, 9], test: [2, 6] },
  },
  recipe: ({ users, think }, { requests }) => ({
    name: `${users} users`,
    requests,
    arrivals: { users, think: lognormalDuration(think, 1) },
    classes: [{ share: 1, lengths: lengthSampler(lengthSets.azure()), maxTokens: guessFromPrompt() }],
    acceptance: (workload, seed) => depthAcceptance(workload, seed),
  }),
};
