/** How well the acceptance seen so far predicts the time that is left. */
import { openPool, originNote, type Pool, type PoolName } from '../drafted-pool.js';
import { exact, type Figure, near, type Paper } from '../paper.js';

const STEPS = [8, 16, 32];
/** Mean error and bias of the remaining steps after 8, 16 and 32 steps; median share of steps until A stays within .05 and .1. */
interface Facts {
  readonly error: readonly number[];
  readonly bias: readonly number[];
  readonly settled: readonly [within05: number, within10: number];
}
const EXPECTED: Readonly<Partial<Record<PoolName, Facts>>> = {
  GSM8K: { error: [0.21, 0.18, 0.15], bias: [0.16, 0.14, 0.12], settled: [0.61, 0.27] },
  'ShareGPT, all lengths': { error: [0.3, 0.22, 0.18], bias: [0.24, 0.18, 0.14], settled: [0.5, 0.17] },
};
const POOLS = Object.keys(EXPECTED) as PoolName[];
const WITHIN = 0.03;

/** Steps that begin at the first token, and at the second: in an engine the prompt's iteration gives the first. */
type Sample = Readonly<Partial<Record<PoolName, { readonly first: Facts; readonly second: Facts }>>>;

export const prefixMean: Paper<Sample> = {
  title: 'Acceptance so far is biased low',
  source:
    'LAPS-SD, arXiv 2505.17074, estimates remaining time with an error of 6.84 %; expected figures by another program on the same recorded requests',
  claim:
    'Acceptance drifts upwards within an answer, so the mean so far over-estimates the steps that are left by 12 to 24 %, even with exact lengths; it settles only after half of the answer.',
  setting:
    'Every recorded request of SpecDecode-Bench (EAGLE, 3 drafts a step, the first from the first token on), steps that are left after 8, 16 and 32 steps by remaining tokens/(3·A + 1) against the recorded ones; no luck involved.',
  seeds: { full: 1, quick: 1 },
  open: async () => {
    const pools = await Promise.all(POOLS.map(async (name) => [name, await openPool(name)] as const));
    return () =>
      Object.fromEntries(pools.map(([name, pool]) => [name, { first: factsOf(pool, 0), second: factsOf(pool, 1) }]));
  },
  conclude: ([sample]) => ({
    figures: POOLS.flatMap((name): Figure[] => {
      const [own, expected] = [sample[name], EXPECTED[name]];
      if (!own || !expected) return [];
      const after = (what: 'error' | 'bias', label: string): Figure[] =>
        STEPS.map((steps, k) => ({
          what: `${name}: ${label} after ${steps} steps`,
          unit: '%',
          expected: near(expected[what][k], WITHIN, 0),
          measured: exact(own.first[what][k]),
        }));
      return [
        ...after('error', 'mean error'),
        ...after('bias', 'bias'),
        ...['.05', '.1'].map(
          (width, k): Figure => ({
            what: `${name}: share of the steps until A stays within ${width}, median`,
            unit: '',
            expected: near(expected.settled[k], WITHIN),
            measured: exact(own.first.settled[k]),
          }),
        ),
      ];
    }),
    notes: [
      originNote(),
      'In an engine the iteration of the prompt gives the first token and drafting begins at the second: the first one is hard to draft for, so the early bias is smaller there.',
    ],
  }),
};

/** Accepted/proposed drafts after every step of one answer, and the tokens then generated. */
interface Run {
  readonly shares: readonly number[];
  readonly places: readonly number[];
}

function runOf(commits: Uint8Array, drafts: number, from: number): Run {
  const shares: number[] = [];
  const places: number[] = [];
  let accepted = 0;
  for (let i = from; i < commits.length; ) {
    accepted += Math.min(drafts, commits[i] - 1);
    i = Math.min(commits.length, i + Math.min(drafts + 1, commits[i]));
    places.push(i);
    shares.push(accepted / (drafts * places.length));
  }
  return { shares, places };
}

/** @param from generated tokens at the first step */
function factsOf({ commits, drafts }: Pool, from: number): Facts {
  const runs = commits.map((list) => runOf(list, drafts, from));
  const errors = STEPS.map((steps) =>
    runs.flatMap(({ shares, places }, k) => {
      const left = shares.length - steps;
      if (left <= 0) return [];
      const tokens = commits[k].length - places[steps - 1];
      return [tokens / (drafts * shares[steps - 1] + 1) / left - 1];
    }),
  );
  return {
    error: errors.map((each) => mean(each.map(Math.abs))),
    bias: errors.map(mean),
    settled: [settles(runs, 0.05), settles(runs, 0.1)],
  };
}

/** Median share of a request's steps until A stays within `width` of its final value. */
function settles(runs: readonly Run[], width: number): number {
  const shares = runs
    .filter((run) => run.shares.length > 0)
    .map((run) => {
      const final = run.shares[run.shares.length - 1];
      let last = run.shares.length;
      while (last > 0 && Math.abs(run.shares[last - 1] - final) <= width) last--;
      return last / run.shares.length;
    })
    .sort((a, b) => a - b);
  return shares[shares.length >> 1];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
