/** LAPS-SD against orders that know no sizes, one request at a time. */
import { type Comparison, latencyPaper } from '../size-arms.js';

const against = (pool: Comparison['pool'], reference: Comparison['reference'], share: number): Comparison => ({
  pool,
  load: 0.8,
  arm: 'LAPS-SD',
  reference,
  expected: { share, within: 0.03 },
});

export const laps1 = latencyPaper(
  {
    title: 'LAPS-SD against size-blind orders, batch 1',
    source:
      'Li, Chen and Li, IJCAI 2025, arXiv 2505.17074: about 39 % lower mean latency than baselines whose names we did not find; expected figures from another simulator on the same recorded requests',
    claim:
      'Knowing lengths, and acceptance once it has settled, LAPS-SD has half the mean latency of FCFS, MLFQ and LAS; 39 % less is plausible against these.',
    setting:
      'SpecDecode-Bench requests (EAGLE, answers up to 4,096 tokens) with recorded acceptance, 3 drafts a step; one request at a time, steps of 9.2 ms, free preemption, Poisson arrivals at load .8, exact lengths. FCFS in the long run is exact (Pollaczek and Khinchine); FCFS on the same jobs is the control.',
    seeds: { full: 20, quick: 4 },
  },
  [
    against('ShareGPT + GSM8K', 'FCFS', -0.5),
    against('ShareGPT + GSM8K', 'MLFQ', -0.48),
    against('ShareGPT + GSM8K', 'LAS', -0.49),
    against('ShareGPT', 'FCFS', -0.35),
    against('ShareGPT', 'MLFQ', -0.52),
    against('ShareGPT', 'LAS', -0.53),
  ],
  { full: 10_000, quick: 1_000 },
);
