/** The same where acceptance differs between requests as it likes: what knowing it is worth at most. */
import { exponential } from '../../../env/distributions.js';
import { luck, stream } from '../../../env/random.js';
import { type Pool, poolOf } from '../drafted-pool.js';
import { drawJobs } from '../drafted-queue.js';
import { near, type Paper } from '../paper.js';
import { longer, type Responses, respond } from '../size-arms.js';

const LOAD = 0.8;
const DRAFTS = 4;
const LENGTH = 200;

/** Lengths from a uniform, the range of α, and how much better SRPT by time is. */
interface Case {
  readonly name: string;
  readonly length: (u: number) => number;
  readonly alpha: readonly [low: number, high: number];
  readonly expected: number;
}
const spread = (u: number): number => Math.max(1, Math.round(LENGTH * exponential(u)));
const alike = (): number => LENGTH;
const CASES: readonly Case[] = [
  { name: 'exponential lengths, α in .4 … .9', length: spread, alpha: [0.4, 0.9], expected: -0.038 },
  { name: 'exponential lengths, α in .05 … .95', length: spread, alpha: [0.05, 0.95], expected: -0.077 },
  { name: 'all lengths alike, α in .4 … .9', length: alike, alpha: [0.4, 0.9], expected: -0.147 },
  { name: 'all lengths alike, α in .05 … .95', length: alike, alpha: [0.05, 0.95], expected: -0.214 },
];

/** Requests with an α each; whether a draft is accepted belongs to its position. */
function synthetic({ name, length, alpha: [low, high] }: Case, count: number, seed: number): Pool {
  const draws = stream(seed, name);
  const decide = luck(seed, 'acceptance');
  const commits = Array.from({ length: count }, (_, key) => {
    const tokens = length(draws.next());
    const alpha = low + (high - low) * draws.next();
    const list = new Uint8Array(tokens);
    let run = 1;
    for (let i = tokens + DRAFTS - 1; i >= 0; i--) {
      run = decide(key, i) < alpha ? Math.min(DRAFTS + 1, run + 1) : 1;
      if (i < tokens) list[i] = run;
    }
    return list;
  });
  return poolOf(name, commits, DRAFTS);
}

export const laps5: Paper<Readonly<Record<string, Responses>>> = {
  title: 'Knowing acceptance when ordering, synthetic',
  source: 'Li, Chen and Li, IJCAI 2025, arXiv 2505.17074; expected figures from another simulator',
  claim:
    'Acceptance matters to the order only if it varies across requests as much as length does: knowing it is worth 4 to 8 % with exponential lengths, 15 to 21 % where all lengths are alike.',
  setting:
    'Mean length 200, 4 drafts a step, each accepted with a probability α of the request, uniform in .4 … .9 or .05 … .95; one request at a time, load .8. SRPT by remaining time knows the acceptances to come, SRPT by remaining tokens does not.',
  seeds: { full: 16, quick: 3 },
  open: async (quick) => {
    const count = quick ? 1_000 : 20_000;
    return (seed) =>
      Object.fromEntries(
        CASES.map((each) => {
          const jobs = drawJobs(synthetic(each, count, seed), LOAD, count, seed);
          return [each.name, respond(jobs, LOAD, ['SRPT(L)', 'SRPT(T)'])];
        }),
      );
  },
  conclude: (samples) => ({
    figures: CASES.map(({ name, expected }) => ({
      what: `${name}: SRPT(T) against SRPT(L)`,
      unit: '%',
      expected: near(expected, 0.01, 0),
      measured: longer(
        samples.map((sample) => sample[name]),
        'SRPT(T)',
        'SRPT(L)',
      ),
    })),
  }),
};
