/** A first study of ours: LAPS-SD thrashes where memory is short and nothing tames it. */
import { namedSetting } from '../../../env/settings/catalogue.js';
import { openSetting } from '../../../env/settings/setting.js';
import { type ArmResults, difference, meanOf, ratio, runArms } from '../arms.js';
import { above, below, type Paper } from '../paper.js';

const SETTING = {
  ...namedSetting('wide-acceptance'),
  deployment: { ...namedSetting('wide-acceptance').deployment, engine: 'vllm-v1+rank' as const },
};
const ARMS = {
  fcfs: { scheduler: 'fcfs' },
  srpt: { scheduler: 'srpt', belief: 'noisy' },
  laps: { scheduler: 'laps-sd', belief: 'noisy' },
  kept: { scheduler: 'non-preemptive(laps-sd)', belief: 'noisy' },
};
type Results = ArmResults<keyof typeof ARMS>;

export const headroomLapsSd: Paper<Results> = {
  title: 'LAPS-SD under memory pressure',
  source:
    'a first study of ours with another simulator: 48 s against 13.5 s without preemption and 16.7 s for FCFS; 1,137 evictions against 236',
  claim:
    'Preemptive LAPS-SD without hysteresis thrashes in a batch engine short of memory: several times the mean JCT of FCFS, and more evictions than SRPT; without preemption it does not.',
  setting:
    'Setting `wide-acceptance` (chat with 25 % long prompts in bursts, load .95, memory for 24 requests, EAGLE drafts) on `vllm-v1+rank`, lengths believed with σ .5.',
  seeds: { full: 10, quick: 2 },
  async open(quick) {
    const { source, rules, cost } = openSetting(SETTING, quick ? { requests: 300 } : {});
    return (seed) => runArms(ARMS, { workload: source.sample(seed), rules, cost, seed });
  },
  conclude: (samples) => ({
    figures: [
      { what: 'mean JCT, LAPS-SD ÷ FCFS', unit: '×', expected: above(2), measured: ratio(samples, 'laps', 'fcfs') },
      {
        what: 'evictions, LAPS-SD ÷ SRPT',
        unit: '×',
        expected: above(1),
        measured: ratio(samples, 'laps', 'srpt', ({ evictions }) => evictions),
      },
      {
        what: 'mean JCT, without preemption against with it',
        unit: '%',
        expected: below(0),
        measured: difference(samples, 'kept', 'laps'),
      },
      {
        what: 'mean JCT, without preemption against FCFS',
        unit: '%',
        expected: null,
        measured: difference(samples, 'kept', 'fcfs'),
      },
      {
        what: 'prompt tokens computed again by LAPS-SD',
        unit: 'share',
        expected: null,
        measured: meanOf(samples, 'laps', ({ recomputed }) => recomputed),
      },
    ],
  }),
};
