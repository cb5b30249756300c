/** LAPS-SD against orders that know lengths, one request at a time. */
import { type Comparison, latencyPaper } from '../size-arms.js';

const against = (pool: Comparison['pool'], reference: Comparison['reference'], share: number): Comparison => ({
  pool,
  load: 0.8,
  arm: 'LAPS-SD',
  reference,
  expected: { share, within: 0.02 },
});

export const laps2 = latencyPaper(
  {
    title: 'LAPS-SD against orders that know lengths, batch 1',
    source:
      'Li, Chen and Li, IJCAI 2025, arXiv 2505.17074, compares with state-of-the-art schedulers; expected figures from another simulator on the same recorded requests',
    claim:
      'Against SJF the margin is small, and SRPT with exact lengths, blind to acceptance, is 5 % better than LAPS-SD.',
    setting:
      'SpecDecode-Bench requests (EAGLE, answers up to 4,096 tokens) with recorded acceptance, 3 drafts a step; one request at a time, steps of 9.2 ms, free preemption, Poisson arrivals at load .8, exact lengths. SJF does not preempt; SRPT(L) goes by remaining tokens.',
    seeds: { full: 10, quick: 4 },
  },
  [
    against('ShareGPT + GSM8K', 'SJF', -0.14),
    against('ShareGPT + GSM8K', 'SRPT(L)', 0.05),
    against('ShareGPT', 'SJF', -0.06),
    against('ShareGPT', 'SRPT(L)', 0.05),
  ],
  { full: 10_000, quick: 1_000 },
);
