/** The parameters of when an agent is asked, as tasks declare them. */
import { choice, number, type ValuesOf } from '../parameters.js';
import type { AskingOptions } from './asking.js';

export const askingParameters = {
  every: choice(
    ['event', 'iteration', 'period'],
    'when the agent is asked: somebody came, left or ran short; in every iteration; only after longestS',
  ),
  longestS: number(1, 1e-6, 1e9, 'longest time between two questions while someone is here, s'),
} as const;

export const askingOf = ({ every, longestS }: ValuesOf<typeof askingParameters>): Required<AskingOptions> => ({
  every,
  longest: longestS * 1e6,
});
