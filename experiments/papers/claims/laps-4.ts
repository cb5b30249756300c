/** What it is worth to know the acceptances to come, on top of the exact length. */
import { type Comparison, latencyPaper } from '../size-arms.js';

const known = (pool: Comparison['pool'], load: number, share: number): Comparison => ({
  pool,
  load,
  arm: 'SRPT(T)',
  reference: 'SRPT(L)',
  expected: { share, within: 0.005 },
});

export const laps4 = latencyPaper(
  {
    title: 'Knowing acceptance when ordering, recorded',
    source:
      'Li, Chen and Li, IJCAI 2025, arXiv 2505.17074: estimates from output length alone are wrong, since time also depends on acceptance; expected figures from another simulator on the same recorded requests',
    claim:
      'SRPT by remaining time, acceptances to come included, is only .7 to 3.3 % better than SRPT by remaining tokens.',
    setting:
      'SpecDecode-Bench requests with recorded acceptance of EAGLE and n-gram drafts, 3 a step; one request at a time, constant steps, free preemption, Poisson arrivals, loads .6, .8, .9.',
    seeds: { full: 30, quick: 3 },
  },
  [
    known('ShareGPT + GSM8K', 0.6, -0.0075),
    known('ShareGPT + GSM8K', 0.8, -0.0161),
    known('ShareGPT + GSM8K', 0.9, -0.0284),
    known('ShareGPT', 0.6, -0.0098),
    known('ShareGPT', 0.8, -0.0197),
    known('ShareGPT', 0.9, -0.0325),
    known('ShareGPT, all lengths', 0.8, -0.0177),
    known('GSM8K', 0.8, -0.007),
    known('n-gram, ShareGPT + GSM8K', 0.8, -0.0205),
    known('n-gram, ShareGPT', 0.8, -0.0259),
  ],
  { full: 10_000, quick: 1_000 },
);
