/** Time alone by tables and walks against the engine itself with one request. */
import { describe, expect, it } from 'vitest';
import { createAlone } from '../../../env/serving/alone.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { loadGpu, loadModel } from '../../../env/serving/hardware.js';
import { type PresetName, preset } from '../../../env/serving/presets.js';
import type { Rules } from '../../../env/serving/rules.js';
import { noAcceptance } from '../../../env/workloads/acceptance/acceptance.js';
import { constantAcceptance } from '../../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { forAll, randomEpisode, type Wishes } from '../../laws/generators.js';

/** Compares every random case that the engine can finish without eviction; says how many there were. */
function compare(cases: number, wishes: Wishes): number {
  let compared = 0;
  forAll(cases, (d) => {
    const { workload, rules, cost } = randomEpisode(d, {
      requests: 1,
      exits: false,
      horizon: false,
      rules: { unfit: 'reject' },
      ...wishes,
    });
    const engine = createEngine({ workload, rules, cost });
    run(engine);
    const { requests, hidden, totals } = engine.replica;
    if (totals.finished === 0 || totals.evictions > 0) return;
    const solo = { row: 0, prompt: requests.promptTokens[0], declared: requests.declared[0], end: hidden.end[0] };
    expect(createAlone(rules, cost, workload.acceptance)(solo)).toBe(hidden.left[0] - requests.arrival[0]);
    compared++;
  });
  return compared;
}

describe('time alone equals a run of the engine with one request', () => {
  const kinds: readonly PresetName[] = [
    'vllm-v1',
    'vllm-v1@0.19',
    'vllm-v1@0.14',
    'vllm-v1+rank',
    'serial',
    'vllm-v1-async',
  ];
  it.each(kinds)('%s', (name) => {
    expect(compare(80, { preset: name, drafts: false })).toBeGreaterThan(40);
  });
  it.each(kinds)('%s with drafts', (name) => {
    expect(
      compare(80, { preset: name, drafts: true, rules: { blocks: Infinity, prefixCaching: false } }),
    ).toBeGreaterThan(30);
  });

  const cost = rooflineCost(loadGpu('a100'), loadModel('llama-3-8b'));
  const cases: readonly (readonly [string, Rules])[] = [
    ['chunks of the budget', preset('vllm-v1', { tokenBudget: 512 })],
    ['chunks of the threshold', preset('vllm-v1@0.19', { longPrefillThreshold: 300 })],
    ['asynchronous', preset('vllm-v1-async')],
    ['drafts', preset('vllm-v1', { drafts: 4 })],
    ['asynchronous with drafts', preset('vllm-v1-async', { drafts: 4, proposer: 'eagle' })],
  ];
  it.each(cases)('at full size: %s', (_name, rules) => {
    const workload = createWorkload({
      name: 'one',
      arrival: [17],
      promptTokens: [3000],
      outputTokens: [1200],
      acceptance: constantAcceptance(0.7, [5], 1),
    });
    const engine = createEngine({ workload, rules, cost });
    run(engine);
    const alone = createAlone(rules, cost, workload.acceptance);
    const solo = {
      row: 0,
      prompt: 3000,
      declared: Math.min(workload.declared[0], rules.maxModelLen - 3000),
      end: 1200,
    };
    expect(alone(solo)).toBe(engine.replica.hidden.left[0] - 17);
    expect(alone(solo)).toBe(alone(solo));
  });

  it('needs no batches to be counted where each lasts as long: prompt of 4 chunks, 100 tokens', () => {
    const alone = createAlone(preset('vllm-v1', { tokenBudget: 256 }), constantStep(10), noAcceptance);
    expect(alone({ row: 0, prompt: 1000, declared: 500, end: 100 })).toBe(10 * (4 + 99));
  });
});
