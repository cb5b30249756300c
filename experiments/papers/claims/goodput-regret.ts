/** The goodput rule for draft lengths against every fixed draft length, at every load. */
import { goodputGamma } from '../../../agents/drafting/goodput-gamma.js';
import { fcfs } from '../../../env/serving/policy.js';
import { bootstrap, type Interval } from '../../bootstrap.js';
import { type RecordedSet, rateUnder, requestsAtOnce } from '../../speculation-by-load.js';
import { above, between, type Figure, type Paper } from '../paper.js';

const MOST = 8;
const FIXED = [0, 1, 2, 3, 4, 5, 6, 8];
const BATCHES = [1, 8, 32, 64, 128, 256];
const SETS: readonly RecordedSet[] = ['sharegpt', 'gsm8k'];

/** Output tokens a µs of one set and batch: at every fixed γ, by the rule, and by the rule without a head start for no drafts. */
interface Cell {
  readonly fixed: readonly number[];
  readonly rule: number;
  readonly fair: number;
}
/** By set and batch. */
type Sample = readonly (readonly Cell[])[];

export const goodputRegret: Paper<Sample> = {
  title: 'The goodput rule at every load',
  source:
    'SmartSpec, arXiv 2406.14066, and AdaSpec, arXiv 2503.05096: γ that commits most tokens per time; the limit of 3 % regret is ours',
  claim:
    'One running acceptance and a latency model suffice to draft nearly as well as the best fixed γ at every load, and never clearly worse than no drafts.',
  setting:
    'Always full batches on `vllm-v1` with the published times of Llama-3.1-8B with EAGLE on one H100, prompts free; requests by the statistics of SpecDecode-Bench. The rule believes the true times and measures acceptance; its regret is to the best of γ 0 … 8.',
  seeds: { full: 12, quick: 2 },
  open: async () => (seed) =>
    SETS.map((set) =>
      BATCHES.map((batch): Cell => {
        const workload = requestsAtOnce(set, Math.max(64, 4 * batch), seed);
        const ruled = (advantage: number): number =>
          rateUnder(workload, batch, 3, goodputGamma(fcfs, { most: MOST, advantage }), MOST);
        return {
          fixed: FIXED.map((gamma) => rateUnder(workload, batch, gamma, fcfs)),
          rule: ruled(1.1),
          fair: ruled(1),
        };
      }),
    ),
  conclude(samples) {
    const figures = SETS.flatMap((set, s) =>
      BATCHES.flatMap((batch, b): Figure[] => {
        const cells = samples.map((sample) => sample[s][b]);
        const sum = (units: Int32Array, of: (cell: Cell) => number): number =>
          units.reduce((total, unit) => total + of(cells[unit]), 0);
        const best = (units: Int32Array): number =>
          Math.max(...FIXED.map((_, k) => sum(units, ({ fixed }) => fixed[k])));
        const regret = (of: (cell: Cell) => number): Interval =>
          bootstrap(cells.length, (units) => 1 - sum(units, of) / best(units));
        const where = `${set}, batch ${batch}`;
        return [
          {
            what: `${where}: regret to the best fixed γ`,
            unit: '%',
            expected: between(-0.03, 0.03),
            measured: regret(({ rule }) => rule),
          },
          {
            what: `${where}: the same without the factor 1.1`,
            unit: '%',
            expected: null,
            measured: regret(({ fair }) => fair),
          },
          {
            what: `${where}: against no drafts`,
            unit: '%',
            expected: above(-0.01),
            measured: bootstrap(
              cells.length,
              (units) => sum(units, ({ rule }) => rule) / sum(units, ({ fixed }) => fixed[0]) - 1,
            ),
          },
        ];
      }),
    );
    return {
      figures,
      reason: 'goodput without drafts is multiplied by 1.1, so a gain below a tenth is passed over',
      notes: ['This is tokens per time while the batch stays as it is. What it does to a queue is `headroom-gamma`.'],
    };
  },
};
