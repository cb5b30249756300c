/** TRAIL: how much a worse predictor costs. */
import { type ArmResults, difference } from '../arms.js';
import { below, type Figure, type Paper } from '../paper.js';
import { openTrailBench, TRAIL_BENCH } from '../trail-bench.js';

/** Mean absolute errors of a look at what remains, tokens; the guess at arrival errs by 1.36 times as much, as released. */
const ERRORS = [0, 10, 20, 34, 46, 80] as const;
const RATE = 30;

const armOf = (mae: number) => `mae${mae}`;
const ARMS = Object.fromEntries([
  ['fcfs', { scheduler: 'fcfs' }],
  ...ERRORS.map((mae) => [
    armOf(mae),
    { scheduler: 'trail', belief: mae === 0 ? 'oracle' : `trail:mae=${mae},promptMae=${(1.36 * mae).toFixed(1)}` },
  ]),
]);

export const trailNoise: Paper<ArmResults<string>> = {
  title: 'TRAIL: the price of an error',
  source: 'sensitivity test TR-3 of TRAIL (Shahout et al., ICLR 2025, arXiv 2410.01035)',
  claim: 'Mean latency grows with the mean absolute error of the predictor, without inversions.',
  setting: `${TRAIL_BENCH}; 1,000 requests at ${RATE}/s, mean absolute errors of ${ERRORS.join(', ')} tokens.`,
  seeds: { full: 20, quick: 4 },
  async open(quick) {
    const bench = openTrailBench(ARMS, [RATE], { requests: quick ? 400 : 1000 });
    return (seed) => bench(seed)[0];
  },
  conclude: (samples) => ({
    figures: [
      ...ERRORS.slice(1).map(
        (mae, k): Figure => ({
          what: `mean latency, error ${ERRORS[k]} against ${mae}`,
          unit: '%',
          expected: below(0),
          measured: difference(samples, armOf(ERRORS[k]), armOf(mae)),
        }),
      ),
      ...ERRORS.map(
        (mae): Figure => ({
          what: `mean latency, error ${mae} against FCFS`,
          unit: '%',
          expected: null,
          measured: difference(samples, armOf(mae), 'fcfs'),
        }),
      ),
    ],
  }),
};
