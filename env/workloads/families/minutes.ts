/** Chat at the recorded rate of the Azure conversations, minute by minute. */
import { depthAcceptance } from '../acceptance/depth.js';
import { azureMinuteArrivals } from '../arrivals.js';
import { chatClasses } from './chat.js';
import type { Family } from './family.js';

export const minutes: Family<'longShare'> = {
  name: 'minutes',
  summary: 'chat at the recorded rate per minute of the Azure conversations',
  parameters: {
    longShare: { doc: 'share of long prompts', train: [0, 0.15], validation: [0, 0.2], test: [0, 0.4] },
  },
  recipe: ({ longShare }, { requests, rate }) => ({
    name: 'azure minutes',
    requests,
    arrivals: azureMinuteArrivals(rate),
    classes: chatClasses(longShare),
    acceptance: (workload, seed) => depthAcceptance(workload, seed),
  }),
};
