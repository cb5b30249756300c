/** A first study of ours: the knobs of the engine are worth more than the order of service. */
import { namedSetting } from '../../../env/settings/catalogue.js';
import { openSetting } from '../../../env/settings/setting.js';
import type { Interval } from '../../bootstrap.js';
import { type ArmResults, difference, meanOf, runArms } from '../arms.js';
import { type Figure, near, type Paper } from '../paper.js';

const BELIEF = 'noisy';
const ORDER = 'gamma-by-load(reserve(non-preemptive(volume)):share=0.27)';
const SKIP = { misfit: 'skip' } as const;
const CHUNK = { tokenBudget: 362 } as const;
const ARMS = {
  fcfs: { scheduler: 'fixed-gamma(fcfs):gamma=3' },
  reserve: { scheduler: 'fixed-gamma(reserve(fcfs):share=0.27):gamma=3', belief: BELIEF },
  skip: { scheduler: 'fixed-gamma(fcfs):gamma=3', rules: SKIP },
  reserveSkip: { scheduler: 'fixed-gamma(reserve(fcfs):share=0.27):gamma=3', belief: BELIEF, rules: SKIP },
  byLoad: { scheduler: 'gamma-by-load(fcfs)' },
  chunk: { scheduler: 'fixed-gamma(fcfs):gamma=3', rules: CHUNK },
  unchunked: { scheduler: 'gamma-by-load(reserve(fcfs):share=0.27)', belief: BELIEF, rules: SKIP },
  knobs: { scheduler: 'gamma-by-load(reserve(fcfs):share=0.27)', belief: BELIEF, rules: { ...SKIP, ...CHUNK } },
  volume: { scheduler: ORDER, belief: BELIEF, rules: SKIP },
  clairvoyant: { scheduler: ORDER, belief: 'oracle', rules: SKIP },
} as const;
type Results = ArmResults<keyof typeof ARMS>;

export const headroomKnobs: Paper<Results> = {
  title: 'Engine knobs against the order of service',
  source:
    'a first study of ours with another simulator: 16.7 s → 9.9 → 8.8 by knobs, → 6.85 by order, 7.0 with exact lengths',
  claim:
    'Under FCFS, reserving predicted growth, passing over who does not fit, γ by load and smaller chunks take 40 … 50 % off the mean JCT; on top of them knowing lengths exactly moves it by less than 5 %.',
  setting:
    'Setting `wide-acceptance` (chat with 25 % long prompts in bursts, load .95, memory for 24 requests, EAGLE drafts) on `vllm-v1`; differences are to FCFS with γ 3, beliefs with σ .5. Tolerances: 10 points; exact lengths 5 points.',
  seeds: { full: 20, quick: 3 },
  async open(quick) {
    const { source, rules, cost } = openSetting(namedSetting('wide-acceptance'), quick ? { requests: 300 } : {});
    return (seed) => runArms(ARMS, { workload: source.sample(seed), rules, cost, seed });
  },
  conclude(samples) {
    const against = (arm: keyof Results): Interval => difference(samples, arm, 'fcfs');
    const judged = (what: string, expected: number, measured: Interval): Figure => ({
      what: `mean JCT, ${what}`,
      unit: '%',
      expected: near(expected, 0.1, 0),
      measured,
    });
    const shown = (what: string, measured: Interval): Figure => ({ what, unit: '%', expected: null, measured });
    const evictions = meanOf(samples, 'fcfs', (result) => result.evictions).value;
    return {
      figures: [
        judged('reserve + skip-ahead', 9.9 / 16.7 - 1, against('reserveSkip')),
        judged('reserve + skip-ahead + γ by load + chunks of 362', 8.8 / 16.7 - 1, against('knobs')),
        judged(
          'volume against FCFS, both with the knobs but chunks',
          6.85 / 8.8 - 1,
          difference(samples, 'volume', 'unchunked'),
        ),
        {
          what: 'mean JCT, exact lengths against predicted ones',
          unit: '%',
          expected: near(0, 0.05),
          measured: difference(samples, 'clairvoyant', 'volume'),
        },
        shown('reserve alone', against('reserve')),
        shown('skip-ahead alone', against('skip')),
        shown('γ by load alone', against('byLoad')),
        shown('chunks of 362 alone', against('chunk')),
        shown('reserve + skip-ahead + γ by load', against('unchunked')),
        shown('all but chunks, and the order by volume', against('volume')),
      ],
      reason: `FCFS evicts ${Math.round(evictions)} times an episode here and 236 times there, so a reserve has less to save`,
    };
  },
};
