/** What the benchmark serves: full batches, and queues of a wished length. */

import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import { rooflineCost } from '../../env/serving/cost/roofline.js';
import { createEngine, run, type Setup } from '../../env/serving/engine.js';
import { loadGpu, loadModel, poolBlocks } from '../../env/serving/hardware.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Rules } from '../../env/serving/rules.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';

const gpu = loadGpu('a100');
export const model = loadModel('llama-3-8b');
export const roofline = rooflineCost(gpu, model);
/** KV blocks of Llama-3-8B on an A100. */
export const blocks = poolBlocks(gpu, model);

/** Requests running at once. */
export const SEATS = 64;
const PROMPT = 64;

/** vLLM's rules with so many seats and memory for all of them; the prefix cache is off, as in the peers' fastest modes. */
export const seats = (name: 'vllm-v1' | 'vllm-v1+rank' = 'vllm-v1', changes: Partial<Rules> = {}): Rules =>
  preset(name, { maxBatch: SEATS, blocks, prefixCaching: false, ...changes });

export type Lengths = (k: number) => number;

/** Exponential output lengths of this mean, at least 1. */
export function exponentialLengths(mean: number, seed: number): Lengths {
  const draws = stream(seed, 'bench lengths');
  return () => Math.min(8 * mean, Math.max(1, Math.round(mean * exponential(draws.next()))));
}

/** `count` requests at these times [all at 0]. */
export function requests(count: number, lengths: Lengths, arrival?: ArrayLike<number>): Workload {
  return createWorkload({
    name: 'bench',
    arrival: arrival ?? new Float64Array(count),
    promptTokens: new Int32Array(count).fill(PROMPT),
    outputTokens: Int32Array.from({ length: count }, (_, k) => lengths(k)),
  });
}

/**
 * A workload with one arrival at every finish: `waiting` requests wait as long as there are more to come. It is found by
 * running `setup` once with arrivals that follow its finishes.
 */
export function oneInOneOut(
  setup: Omit<Setup, 'workload'>,
  waiting: number,
  count: number,
  lengths: Lengths,
): Workload {
  const first = SEATS + waiting;
  const arrival = Float64Array.from({ length: count }, (_, k) => (k < first ? 0 : Number.MAX_SAFE_INTEGER));
  const workload = requests(count, lengths, arrival);
  let next = first;
  const follow: Recorder = {
    left(_s, _r, time) {
      if (next < count) workload.arrival[next++] = time;
    },
  };
  run(createEngine({ ...setup, workload, recorders: [follow] }));
  return workload;
}
