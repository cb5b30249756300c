/** A fixed budget bounds the tokens of every iteration, and is the engine's rule where that is as small. */
import { expect, it } from 'vitest';
import { fixedBudget } from '../../agents/combine/fixed-budget.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { createEngine, createMetrics, loadGpu, loadModel, preset, rooflineCost, run } from '../../env/index.js';
import { chatSource } from '../../env/workloads/chat.js';
import { oracle } from '../../predictors/index.js';

const cost = rooflineCost(loadGpu('a100'), loadModel('llama-3-8b'));
const workload = chatSource({ requests: 60, rate: 8, arrivals: 'on-off' }).sample('budget');

function played(scheduler: typeof srpt, tokenBudget: number) {
  const metrics = createMetrics();
  let most = 0;
  const rules = preset('vllm-v1', { blocks: 1200, tokenBudget });
  const tokens = {
    ending(_s: unknown, { shape }: { shape: { tokens: number } }): void {
      most = Math.max(most, shape.tokens);
    },
  };
  run(createEngine({ workload, rules, cost, scheduler, predictor: oracle, recorders: [metrics, tokens] }));
  return { most, jct: metrics.summary().jct.mean };
}

it('bounds every iteration, as the same rule of the engine does', () => {
  const free = played(srpt, 4096);
  const fixed = played(fixedBudget(srpt, { tokens: 384 }), 4096);
  expect(free.most).toBeGreaterThan(1000);
  expect(fixed.most).toBe(384);
  expect(fixed.jct).toBe(played(srpt, 384).jct);
  expect(fixed.jct).not.toBe(free.jct);
});

it('grants no more than the engine', () => {
  expect(played(fixedBudget(srpt, { tokens: 10_000 }), 512)).toEqual(played(srpt, 512));
});
