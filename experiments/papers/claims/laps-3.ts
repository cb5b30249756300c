/** Where sizes vary little, attained service is a bad guide. */
import { type Comparison, latencyPaper } from '../size-arms.js';

const worse = (arm: Comparison['arm'], expected: Comparison['expected']): Comparison => ({
  pool: 'GSM8K',
  load: 0.8,
  arm,
  reference: 'FCFS',
  expected,
});

export const laps3 = latencyPaper(
  {
    title: 'LAPS-SD where sizes vary little, batch 1',
    source:
      'Li, Chen and Li, IJCAI 2025, arXiv 2505.17074; expected figures from another simulator on the same recorded requests',
    claim:
      'On GSM8K, whose sizes have a squared coefficient of variation of .11, LAPS-SD is 3 % worse than FCFS, MLFQ twice and LAS 2.2 times as bad.',
    setting:
      'SpecDecode-Bench GSM8K (EAGLE) with recorded acceptance, otherwise as in laps-1. Acceptance is stable if its running mean stayed within .05 over the last 8 steps, from step 16 on; shown beside it are other readings of a test that the paper does not give. Tolerance 3 points; of the two ratios 3 % (the source gives them to one digit).',
    seeds: { full: 16, quick: 4 },
    reason:
      'the sign hangs on when acceptance counts as stable, which the paper does not say: where sizes vary little, what counts is how early anybody is perceptible',
  },
  [
    worse('LAPS-SD', { share: 0.03, within: 0.03 }),
    worse('MLFQ', { share: 1.01, within: 0.06 }),
    worse('LAS', { share: 1.18, within: 0.065 }),
    worse('LAPS-SD settled by its ends', null),
    worse('LAPS-SD stable from step 24', null),
    worse('LAPS-SD stable from step 32', null),
  ],
  { full: 10_000, quick: 1_000 },
);
