/** TRAIL in a batch engine: refined lengths and limited preemption against first come, first served. */
import { type ArmResults, difference, meanOf, ratio } from '../arms.js';
import { above, between, type Figure, type Paper } from '../paper.js';
import { openTrailBench, TRAIL_BENCH } from '../trail-bench.js';

/** Requests/s of the released benchmark. */
const RATES = [10, 20, 30];

const ARMS = {
  fcfs: { scheduler: 'fcfs' },
  guess: { scheduler: 'sjf', belief: 'trail' },
  trail: { scheduler: 'trail', belief: 'trail' },
  kept: { scheduler: 'trail:share=0', belief: 'trail' },
  oracle: { scheduler: 'trail', belief: 'oracle' },
};
type Results = ArmResults<keyof typeof ARMS>;
const NAMES = {
  guess: 'SJF by the guess at arrival',
  trail: 'TRAIL',
  kept: 'TRAIL with C = 0 (no preemption)',
  oracle: 'TRAIL with exact lengths',
};

export const trailServing: Paper<readonly Results[]> = {
  title: 'TRAIL: mean latency and TTFT',
  source: "Shahout et al., ICLR 2025, arXiv 2410.01035; the benchmark is that of the authors' release",
  claim:
    'Against FCFS mean latency is 1.66 … 2.01 times lower and mean TTFT 1.76 … 24.07 times, with lengths refined while decoding and preemption up to the age C·L₀.',
  setting: `${TRAIL_BENCH}; 1,000 requests at 10, 20 and 30/s. Tolerance of the ratios: 30 %.`,
  seeds: { full: 20, quick: 3 },
  open: async (quick) => openTrailBench(ARMS, RATES, { requests: quick ? 400 : 1000 }),
  conclude(samples) {
    const at = RATES.map((_, k) => samples.map((sample) => sample[k]));
    const figures = RATES.flatMap((rate, k): Figure[] => {
      const queued = k > 0; // at 10 requests/s all have a seat
      const latency = ratio(at[k], 'fcfs', 'trail');
      const ttft = ratio(at[k], 'fcfs', 'trail', (result) => result.ttft);
      return [
        {
          what: `FCFS ÷ TRAIL, mean latency, ${rate}/s`,
          unit: '×',
          expected: queued ? between(1.66 * 0.7, 2.01 * 1.3, 1) : null,
          measured: latency,
        },
        {
          what: `FCFS ÷ TRAIL, mean TTFT, ${rate}/s`,
          unit: '×',
          expected: queued ? between(1.76 * 0.7, 24.07 * 1.3, 1) : null,
          measured: ttft,
        },
      ];
    });
    const last = at[RATES.length - 1];
    for (const arm of ['guess', 'kept', 'oracle'] as const) {
      figures.push({
        what: `FCFS ÷ ${NAMES[arm]}, mean latency, ${RATES.at(-1)}/s`,
        unit: '×',
        expected: arm === 'oracle' ? above(1) : null,
        measured: ratio(last, 'fcfs', arm),
      });
    }
    figures.push({
      what: `mean latency, TRAIL against C = 0, ${RATES.at(-1)}/s`,
      unit: '%',
      expected: null,
      measured: difference(last, 'trail', 'kept'),
    });
    const waiting = RATES.map(
      (rate, k) => `${Math.round(100 * meanOf(at[k], 'fcfs', (result) => result.waitingShare).value)} % at ${rate}/s`,
    );
    return {
      figures,
      reason: `FCFS waits for ${waiting.join(', ')} of the JCT here, and the published engine and its seats are not known`,
      notes: [
        `Share of the JCT that FCFS waits: ${waiting.join(', ')}. Where nobody waits no order matters, so 10/s is not judged.`,
      ],
    };
  },
};
