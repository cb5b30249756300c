/** Nothing can hang: whatever the rules, the requests and the policy, somebody generates a token before long. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../env/serving/cost/affine.js';
import { act, createEngine, type Engine, toTurn } from '../../env/serving/engine.js';
import { type PresetName, preset as presetOf } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { resolveScheduler } from '../../experiments/catalogue.js';
import { oracle } from '../../predictors/oracle.js';
import { LONGER, PRESETS, randomEpisode, seededDraw } from './generators.js';
import { hostile } from './hostile.js';
import { indexPolicies, restless } from './policies.js';

const CASES = 40 * LONGER;
/** Turns without a token after which nobody will ever get one: prompts of these episodes are at most a few hundred tokens. */
const PATIENCE = 20_000;

/** Plays to the end. @throws Error if nobody gets on */
function play(engine: Engine): Engine {
  const { totals } = engine.replica;
  let [tokens, since] = [0, 0];
  while (toTurn(engine)) {
    act(engine);
    if (totals.generatedTokens > tokens) [tokens, since] = [totals.generatedTokens, 0];
    else if (++since > PATIENCE) throw new Error(`nobody gets on at ${engine.replica.now} µs, ${tokens} tokens`);
  }
  return engine;
}

function episode(preset: PresetName, seed: number, name = 'hunt') {
  const d = seededDraw(`${name} ${preset} ${seed}`);
  const extras = { exits: seed % 2 === 1, followers: seed % 3 === 1, horizon: false };
  return { ...randomEpisode(d, { preset, ...extras, rules: { unfit: 'reject' } }), predictor: oracle };
}

describe.each(PRESETS)('on %s', (preset) => {
  it('somebody gets on', { timeout: 3_600_000 }, () => {
    for (let seed = 0; seed < CASES; seed++) {
      const policies = { ...indexPolicies, restless: restless(seed), hostile: hostile(seed, 7) };
      for (const scheduler of Object.values(policies))
        expect(play(createEngine({ ...episode(preset, seed), scheduler })).outcome).toBe('drained');
    }
  });
});

/** Found by chance, one in a thousand. */
const CIRCLES = [
  ['vllm-v1@0.19', 2061, 'sjf'],
  ['vllm-v1+rank', 15, 'las'],
  ['vllm-v1+rank', 3275, 'lcfs'],
  ['vllm-v1+rank', 3670, 'fcfs'],
  ['vllm-v1+rank', 3767, 'las'],
] as const;

it.each(CIRCLES)('a circle on %s, seed %i, under %s comes to an end', (preset, seed, policy) => {
  const engine = createEngine({ ...episode(preset, seed), scheduler: indexPolicies[policy] });
  expect(play(engine).outcome).toBe('drained');
});

it.each([
  [11, 'skip-join-mlfq:quantumMs=1,starvationS=0.02,every=4'],
  [208, 'nested-wait:segment=4,threshold=2,ratio=1'],
] as const)('a circle of a published scheduler, seed %i, %s, comes to an end', (seed, spec) => {
  const setup = episode('vllm-v1+rank', seed, 'hunt2');
  const engine = createEngine({ ...setup, scheduler: resolveScheduler(spec).make });
  expect(play(engine).outcome).toBe('drained');
});

it('who evicts itself again and again gets the blocks of somebody behind it', () => {
  // The first one has 16 tokens in its block and wants a second; it has the longest rest, so it loses its blocks, and takes the budget to compute them again.
  const workload = createWorkload({
    name: 'by hand',
    arrival: [0, 0],
    promptTokens: [12, 40],
    outputTokens: [20, 6],
    declared: [20, 6],
  });
  const rules = presetOf('vllm-v1+rank', {
    prefixCaching: false,
    blocks: 4,
    tokenBudget: 4,
    maxModelLen: 64,
    admissionReserve: 'chunk',
    maxDrafts: 0,
    victim: 'most-slack',
    afterSelfEviction: 'stop',
    watermarkShare: 0,
    watermarkBlocks: 0,
  });
  const engine = play(createEngine({ workload, rules, cost: affineCost({ base: 100 }), predictor: oracle }));
  expect(engine.outcome).toBe('drained');
  const { evictions } = engine.replica.requests;
  expect(evictions[0]).toBeGreaterThan(64);
  expect(evictions[1]).toBeGreaterThan(0);
});
