/** An episode for recorders. */
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run, type Setup } from '../../../env/serving/engine.js';
import { preset } from '../../../env/serving/presets.js';
import type { Recorder } from '../../../env/serving/recorder.js';
import { createWorkload } from '../../../env/workloads/workload.js';
/**
 * The schedule worked by hand (hand-trace.test.ts), 10 µs a step: C's blocks are taken in step 4, it waits through 4 and
 * 5 and computes 5 of its 6 tokens again in step 6. D gives up before it is served, E can never fit.
 */
export const hand: Setup = {
  workload: createWorkload({
    name: 'hand trace',
    arrival: [0, 0, 0, 31, 32],
    promptTokens: [6, 6, 5, 3, 200],
    outputTokens: [6, 4, 2, 2, 1],
    declared: [6, 4, 2, 2, 1],
    key: [100, 101, 102, 103, 104],
    abortAt: [Infinity, Infinity, Infinity, 35, Infinity],
    deadline: [60, Infinity, Infinity, Infinity, Infinity],
    ids: ['A', 'B, the "second"', 'C', 'D', 'E'],
  }),
  rules: preset('vllm-v1', {
    blockSize: 4,
    blocks: 6,
    tokenBudget: 8,
    maxBatch: 3,
    maxDrafts: 0,
    maxModelLen: 64,
    prefixCaching: false,
  }),
  cost: constantStep(10),
};

/** The recorder, once the episode has run. */
export function record<T extends Recorder>(recorder: T, setup: Setup = hand): T {
  run(createEngine({ ...setup, recorders: [recorder] }));
  return recorder;
}
