/** LB-3: on tiny instances every schedule is tried, and none is below the bound: chunks, evictions, drafts, shared prefixes, p-norm costs. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { type CostModel, costModel } from '../../../env/serving/cost/cost.js';
import { preset } from '../../../env/serving/presets.js';
import { replayedAcceptance } from '../../../env/workloads/acceptance/replayed.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { boundOf } from '../../../experiments/bound.js';
import { type Draw, LONGER, seededDraw } from '../../laws/generators.js';
import { type Job, type Machine, optimum } from './exhaustive.js';

/** Compute and memory rooflines of a batch of n tokens, joined by a 4-norm, as those of GPUs are; a unit of KV on top. */
const pNorm = (d: Draw): CostModel => {
  const compute = d.int(4, 20);
  const memory = d.int(15, 60);
  const read = d.int(0, 3);
  return costModel('p-norm', {
    fixed: (s) => ((compute * s.tokens) ** 4 + (memory + s.tokens) ** 4) ** 0.25 + read * s.prefillReads,
    perContext: read,
  });
};

const affine = (d: Draw): CostModel =>
  affineCost({
    base: d.int(5, 60),
    perSequence: d.int(0, 4),
    perPrefillToken: d.int(1, 9),
    perDecodeToken: d.int(1, 9),
    perContextToken: d.int(0, 2),
    draft: { perDepth: 0, perToken: d.int(0, 3) },
  });

interface Wishes {
  readonly cost?: (d: Draw) => CostModel;
  readonly drafts?: number;
  readonly shared?: boolean;
  /** Tokens of the pool beyond the largest request. */
  readonly spare?: number;
  readonly prompts?: number;
  readonly budget?: number;
}

function instance(
  d: Draw,
  { cost = affine, drafts = 0, shared = false, spare = 20, prompts = 2, budget = 12 }: Wishes,
) {
  const count = prompts + drafts > 2 ? 2 : d.int(2, 3);
  const blockSize = d.int(1, 2);
  const prefix = shared ? blockSize * d.int(1, 2) : 0;
  const gap = d.pick([0, 15, 60]);
  let arrival = 0;
  const jobs: Job[] = Array.from({ length: count }, (_, k) => {
    if (k > 0) arrival += d.int(0, gap);
    const end = d.int(1, count > 2 ? 2 : 3);
    const accepts = Array.from({ length: end }, () => d.int(0, drafts));
    return { arrival, prompt: prefix + d.int(1, prompts), end, accepts, sharedPrefix: prefix };
  });
  const largest = Math.max(...jobs.map(({ prompt, end }) => prompt + end));
  const machine: Machine = {
    cost: cost(d),
    seats: d.int(1, 3),
    budget: Math.max(drafts + 2, d.int(Math.min(2, budget), budget)),
    blocks: Math.ceil(largest / blockSize) + d.int(0, spare),
    blockSize,
    drafts,
  };
  const rules = preset('vllm-v1+rank', {
    blockSize,
    blocks: machine.blocks,
    maxModelLen: 64,
    tokenBudget: machine.budget,
    maxBatch: machine.seats,
    prefixCaching: shared,
    drafts: 0,
    maxDrafts: drafts,
  });
  const workload = createWorkload({
    name: 'tiny',
    arrival: jobs.map((job) => job.arrival),
    promptTokens: jobs.map(({ prompt }) => prompt),
    outputTokens: jobs.map(({ end }) => end),
    declared: jobs.map(({ end }) => end),
    ...(drafts > 0 && { acceptance: replayedAcceptance((row) => jobs[row].accepts.map((n) => n + 1)) }),
    ...(shared && {
      content: jobs.map(({ prompt }, k) => ({
        segments: [
          ['system', prefix],
          [`user ${k}`, prompt - prefix],
        ],
        answer: `answer ${k}`,
      })),
    }),
  });
  return { jobs, machine, rules, workload };
}

const KINDS: Record<string, Wishes> = {
  'seats and release dates': {},
  'a p-norm cost': { cost: pNorm },
  'chunked prefill': { prompts: 5, budget: 3 },
  'chunked prefill at a p-norm cost': { cost: pNorm, prompts: 5, budget: 3 },
  'eviction: hardly more memory than one needs': { spare: 1 },
  'drafts of any length': { drafts: 2 },
  'drafts, little memory': { drafts: 2, spare: 1, cost: pNorm },
  'a shared prefix': { shared: true },
  'a shared prefix, little memory': { shared: true, spare: 1, cost: pNorm },
};

describe.each(Object.entries(KINDS))('%s', (name, wishes) => {
  it('no schedule is below the bound, and the bound is near', { timeout: 3_600_000 }, () => {
    const ratios: number[] = [];
    for (let seed = 0; seed < 12 * LONGER; seed++) {
      const { jobs, machine, rules, workload } = instance(seededDraw(`tiny ${name} ${seed}`), wishes);
      const bound = boundOf(workload, rules, machine.cost);
      if (!bound.proven) throw new Error(`seed ${seed}: ${bound.because}`);
      expect(bound.requests).toBe(jobs.length);
      const best = optimum(jobs, machine);
      const least = bound.meanJct * bound.requests;
      expect(best, `seed ${seed}`).toBeGreaterThanOrEqual(least - 1e-6);
      ratios.push(best / least);
    }
    ratios.sort((a, b) => a - b);
    const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
    if (process.env.SERVEGYM_LONG)
      console.log(
        `${name}: optimum ÷ bound mean ${mean.toFixed(3)}, median ${ratios[ratios.length >> 1].toFixed(3)}, p90 ${ratios[Math.floor(0.9 * ratios.length)].toFixed(3)}, max ${ratios.at(-1)?.toFixed(3)} of ${ratios.length}`,
      );
    expect(mean).toBeLessThan(1.6);
    expect(ratios[0]).toBeLessThan(1.2);
  });
});
