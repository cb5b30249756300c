/** Learning to rank, the example of its introduction: three requests, the longest first in line. */
import { fcfs } from '../../../env/serving/policy.js';
import { oracle } from '../../../predictors/oracle.js';
import { resolveScheduler } from '../../catalogue.js';
import { exact, near, type Paper } from '../paper.js';
import { finishTimes, jobsOf, STEP } from '../queue.js';

const OUTPUTS = [10, 2, 1];

/** Mean time per output token, in steps: the normalised latency. */
function perToken(scheduler: Parameters<typeof finishTimes>[1]): number {
  const jobs = jobsOf(
    'toy',
    OUTPUTS.map(() => 0),
    OUTPUTS,
  );
  const finished = finishTimes(jobs, scheduler, oracle, 0);
  return OUTPUTS.reduce((sum, tokens, r) => sum + finished[r] / STEP / tokens, 0) / OUTPUTS.length;
}

export const ltrToy: Paper<{ fcfs: number; shortest: number }> = {
  title: 'Learning to rank (LTR), its example',
  source: "Fu et al., NeurIPS 2024, arXiv 2408.15792, and the authors' article",
  claim:
    'Three requests of 10, 2 and 1 tokens at one second a token take 6.67 s/token in order of arrival and 1.27 s/token shortest first.',
  setting:
    'One request at a time, constant steps, all three there at once; shortest first is `sjf` with exact lengths.',
  seeds: { full: 1, quick: 1 },
  open: async () => () => ({ fcfs: perToken(fcfs), shortest: perToken(resolveScheduler('sjf').make) }),
  conclude: ([sample]) => ({
    figures: [
      {
        what: 'first come, first served, s/token',
        unit: '',
        expected: near(20 / 3, 1e-9),
        measured: exact(sample.fcfs),
      },
      { what: 'shortest first, s/token', unit: '', expected: near(19 / 15, 1e-9), measured: exact(sample.shortest) },
    ],
  }),
};
