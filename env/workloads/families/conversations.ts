/** Chat over several rounds: every prompt repeats what was said, so that a prefix cache finds it again. */
import { depthAcceptance } from '../acceptance/depth.js';
import { poissonArrivals } from '../arrivals.js';
import { lognormalDuration } from '../durations.js';
import { lengthSampler, lengthSets } from '../lengths.js';
import { oneOf } from '../max-tokens.js';
import { geometricRounds } from '../sessions.js';
import type { Family } from './family.js';

/** Multi-round ShareGPT has 5.5 rounds in the mean (as used by FastSwitch, arXiv 2411.18424). */
export const conversations: Family<'rounds' | 'think'> = {
  name: 'conversations',
  summary: 'chat over several rounds with time to think',
  parameters: {
    rounds: { doc: 'mean number of rounds', train: [3, 6], validation: [3, 7], test: [4, 9] },
    think: { doc: 'median time to think, s', train: [8, 25], validation: [8, 30], test: [15, 60] },
  },
  recipe: ({ rounds, think }, { requests, rate }) => ({
    name: 'conversations',
    requests,
    arrivals: poissonArrivals(rate / rounds),
    classes: [{ share: 1, lengths: lengthSampler(lengthSets.sharegpt()), maxTokens: oneOf([512, 1024, 2048]) }],
    longestPrompt: 4096,
    conversation: { rounds: geometricRounds(rounds), think: lognormalDuration(think, 1), context: 8192 },
    acceptance: (workload, seed) => depthAcceptance(workload, seed),
  }),
};
