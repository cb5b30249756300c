/** TRAIL: what limiting preemption is worth once displaced requests are computed again. */
import { type ArmResults, difference, meanOf } from '../arms.js';
import { below, type Figure, type Paper } from '../paper.js';
import { openTrailBench, TRAIL_BENCH } from '../trail-bench.js';

const SHARES = [0, 0.2, 0.5, 0.8, 1] as const;
const RATE = 30;
/** Of the paper. */
const PAPERS = 0.8;
/** Memory for about 30 of the 48 seats: who is displaced loses its KV. */
const BLOCKS = 400;

const armOf = (share: number) => `C${share}`;
const ARMS = Object.fromEntries(
  SHARES.map((share) => [armOf(share), { scheduler: `trail:share=${share}`, belief: 'trail' }]),
);

export const trailPreemption: Paper<ArmResults<string>> = {
  title: 'TRAIL: the best C when preemption costs',
  source:
    "TR-4: the paper's C = .8 (ICLR 2025, arXiv 2410.01035) against C = 0 in the authors' SGLang release, where they report it best",
  claim:
    'With recomputation charged no preemption (C = 0) is best, as the release reports, and full preemption (C = 1) is worse than C = .8.',
  setting: `${TRAIL_BENCH}; ${BLOCKS} KV blocks, 1,000 requests at ${RATE}/s.`,
  seeds: { full: 20, quick: 4 },
  async open(quick) {
    const bench = openTrailBench(ARMS, [RATE], { requests: quick ? 400 : 1000, blocks: BLOCKS });
    return (seed) => bench(seed)[0];
  },
  conclude(samples) {
    const latency = (share: number): number => meanOf(samples, armOf(share), ({ jct }) => jct).value;
    const best = SHARES.reduce((a, b) => (latency(b) < latency(a) ? b : a));
    const again = meanOf(samples, armOf(PAPERS), ({ recomputed }) => recomputed).value;
    return {
      figures: [
        {
          what: `mean latency, C = 0 against C = ${PAPERS}`,
          unit: '%',
          expected: below(0),
          measured: difference(samples, armOf(0), armOf(PAPERS)),
        },
        {
          what: `mean latency, C = ${PAPERS} against C = 1`,
          unit: '%',
          expected: below(0),
          measured: difference(samples, armOf(PAPERS), armOf(1)),
        },
        ...SHARES.slice(1).flatMap((share): Figure[] => [
          {
            what: `mean latency, C = ${share} against C = 0`,
            unit: '%',
            expected: null,
            measured: difference(samples, armOf(share), armOf(0)),
          },
          {
            what: `tokens computed again ÷ prompt tokens, C = ${share}`,
            unit: '×',
            expected: null,
            measured: meanOf(samples, armOf(share), ({ recomputed }) => recomputed),
          },
        ]),
      ],
      reason: `computing ${again.toFixed(1)} tokens again for each of these short prompts’ tokens is cheaper than letting long answers keep their seats`,
      notes: [`Shortest mean latency of these seeds: C = ${best}.`],
    };
  },
};
