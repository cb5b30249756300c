/** A first study of ours: the draft length that is best for the next iteration is not best for the queue. */
import { namedSetting } from '../../../env/settings/catalogue.js';
import { openSetting } from '../../../env/settings/setting.js';
import { type ArmResults, difference, runArms } from '../arms.js';
import { above, below, type Paper } from '../paper.js';
import { shownInterval } from '../verdict.js';

const INNER = 'reserve(non-preemptive(srpt)):share=0.27';
const arm = (rule: string) => ({ scheduler: `${rule}`, belief: 'noisy+posterior', rules: { misfit: 'skip' } }) as const;
const ARMS = {
  goodput: arm(`goodput-gamma(${INNER})`),
  one: arm(`fixed-gamma(${INNER}):gamma=1`),
  two: arm(`fixed-gamma(${INNER}):gamma=2`),
  byLoad: arm(`gamma-by-load(${INNER})`),
} as const;
type Results = ArmResults<keyof typeof ARMS>;

export const headroomGamma: Paper<Results> = {
  title: 'The goodput rule for draft lengths',
  source:
    'a first study of ours with another simulator: 8.5 s by the goodput rule, 7.8 s at γ 1, 7.6 s at γ 2 and by load',
  claim:
    'The γ that commits most tokens per time of the next iteration (SmartSpec) gives a longer mean JCT than a fixed γ of 1; γ by load is at least as good as γ 1.',
  setting:
    'Setting `wide-acceptance` (chat with 25 % long prompts in bursts, load .95, memory for 24 requests, EAGLE drafts) on `vllm-v1`; SRPT without preemption, reserve by predicted growth, skip-ahead; beliefs with σ .5 and the posterior mean of acceptance.',
  seeds: { full: 20, quick: 3 },
  async open(quick) {
    const { source, rules, cost } = openSetting(namedSetting('wide-acceptance'), quick ? { requests: 300 } : {});
    return (seed) => runArms(ARMS, { workload: source.sample(seed), rules, cost, seed });
  },
  conclude(samples) {
    const two = difference(samples, 'two', 'one');
    return {
      figures: [
        {
          what: 'mean JCT, goodput rule against γ 1',
          unit: '%',
          expected: above(0),
          measured: difference(samples, 'goodput', 'one'),
        },
        {
          what: 'mean JCT, γ by load against γ 1',
          unit: '%',
          expected: below(0.01),
          measured: difference(samples, 'byLoad', 'one'),
        },
        { what: 'mean JCT, γ 2 against γ 1', unit: '%', expected: null, measured: two },
        {
          what: 'mean JCT, goodput rule against γ by load',
          unit: '%',
          expected: null,
          measured: difference(samples, 'goodput', 'byLoad'),
        },
      ],
      reason: `a second draft still pays in these batches (γ 2 against γ 1: ${shownInterval({ measured: two, unit: '%' })}), so a rule that drafts more is not punished`,
    };
  },
};
