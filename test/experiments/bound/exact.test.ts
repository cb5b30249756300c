/** Where the bound is exact: one machine with constant steps (LB-1), one request (LB-2). */
import { describe, expect, it } from 'vitest';
import { srpt } from '../../../agents/schedulers/srpt.js';
import { affineCost, constantStep } from '../../../env/serving/cost/affine.js';
import type { CostModel } from '../../../env/serving/cost/cost.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { loadGpu, loadModel } from '../../../env/serving/hardware.js';
import { preset } from '../../../env/serving/presets.js';
import type { Rules } from '../../../env/serving/rules.js';
import { replayedAcceptance } from '../../../env/workloads/acceptance/replayed.js';
import { createWorkload, type Workload } from '../../../env/workloads/workload.js';
import { type Bound, boundOf } from '../../../experiments/bound.js';
import { oracle } from '../../../predictors/oracle.js';
import { LONGER, seededDraw } from '../../laws/generators.js';
import { STEP, serialWorkload } from '../../laws/serial.js';
import { meanJctOf } from './mean-jct.js';

function proven(workload: Workload, rules: Rules, cost: CostModel): Bound {
  const bound = boundOf(workload, rules, cost);
  if (!bound.proven) throw new Error(bound.because);
  return bound;
}

/** Mean JCT of a run with true lengths. */
function served(workload: Workload, rules: Rules, cost: CostModel): number {
  const engine = createEngine({ workload, rules, cost, scheduler: srpt, predictor: oracle });
  expect(run(engine)).toBe('drained');
  return meanJctOf(engine);
}

describe('one request at a time, constant steps, preemption for nothing', () => {
  it('both theorems are what SRPT attains', () => {
    for (let seed = 0; seed < 40 * LONGER; seed++) {
      const d = seededDraw(`serial ${seed}`);
      const steps = Array.from({ length: d.int(1, 40) }, () => d.int(1, 30));
      let arrival = 0;
      const arrivals = steps.map(() => {
        arrival += d.int(0, 25) * STEP;
        return arrival;
      });
      const workload = serialWorkload('serial', arrivals, steps);
      const rules = preset('serial');
      const best = served(workload, rules, constantStep(STEP)) * steps.length;
      const { theorems, requests } = proven(workload, rules, constantStep(STEP));
      expect(requests).toBe(steps.length);
      for (const theorem of theorems) expect(theorem / best, `seed ${seed}`).toBeCloseTo(1, 9);
    }
  });
});

describe('one request', () => {
  const one = (prompt: number, output: number, accepts?: readonly number[]): Workload =>
    createWorkload({
      name: 'one',
      arrival: [500],
      promptTokens: [prompt],
      outputTokens: [output],
      declared: [output],
      ...(accepts && { acceptance: replayedAcceptance(() => accepts.map((n) => n + 1)) }),
    });
  const affine = affineCost({ base: 900, perPrefillToken: 20, perDecodeToken: 9, perContextToken: 1 });
  // This cost reads no KV in prefills: with a cache, computing two tokens again would be cheaper than a decode.
  const rules = preset('vllm-v1', { maxDrafts: 0, prefixCaching: false });

  it('takes as long as alone on the engine, in whole prompts and in chunks', () => {
    for (const [prompt, output] of [
      [1, 1],
      [40, 1],
      [1, 60],
      [300, 200],
      [2048, 7],
      [5000, 30],
    ]) {
      const workload = one(prompt, output);
      expect(proven(workload, rules, affine).meanJct).toBe(served(workload, rules, affine));
    }
  });

  it('on a GPU within a rounded microsecond a step', () => {
    const cost = rooflineCost(loadGpu('a100'), loadModel('llama-3-8b'), { cpu: { a0: 130, a1: 4.4 } });
    const own = preset('vllm-v1', { maxDrafts: 0, prefixCaching: false });
    const whole = one(700, 120);
    expect(proven(whole, own, cost).meanJct).toBe(served(whole, own, cost));
    const chunked = one(5000, 40);
    const ratio = served(chunked, own, cost) / proven(chunked, own, cost).meanJct;
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThan(1.03);
  });

  it('with drafts is the best choice of their length at every step, not one length for all', () => {
    const cost = affineCost({
      base: 900,
      perDecodeToken: 60,
      perPrefillToken: 200,
      draft: { perDepth: 100, perToken: 5 },
    });
    const accepts = [0, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0];
    const bound = proven(one(20, 12, accepts), preset('vllm-v1', { maxDrafts: 4 }), cost).meanJct;
    const fixed = [0, 1, 2, 3, 4].map((drafts) =>
      served(one(20, 12, accepts), preset('vllm-v1', { drafts, maxDrafts: 4 }), cost),
    );
    // The prompt and 5 steps: 3 drafts behind token 1 and 3 behind token 6, none elsewhere.
    const step = 960;
    const withDrafts = 3 * (60 + 100 + 5);
    expect(bound).toBe(900 + 20 * 200 + 5 * step + 2 * withDrafts);
    expect(Math.min(...fixed)).toBeGreaterThan(bound);
  });
});
