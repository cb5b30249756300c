/** The benchmark of TRAIL's release, as far as it is known: short instructions, answers below 512 tokens, 48 seats. */
import { rooflineCost } from '../../env/serving/cost/roofline.js';
import { loadGpu, loadModel } from '../../env/serving/hardware.js';
import { preset } from '../../env/serving/presets.js';
import { poissonArrivals } from '../../env/workloads/arrivals.js';
import { type ArmResults, type Arms, runArms } from './arms.js';
import { cappedSource } from './capped-answers.js';

export const TRAIL_BENCH =
  'Llama-3-8B on an A100, 48 seats, everything by rank, whoever is displaced by memory is computed again; Poisson arrivals, answers below 512 tokens (LMSYS by Vicuna-13B, not the authors’ Alpaca), errors of the released predictors';

/**
 * Every arm at every rate.
 * @param blocks KV blocks: by default memory is no limit, and who loses its seat keeps its KV
 */
export function openTrailBench<N extends string>(
  arms: Arms<N>,
  rates: readonly number[],
  { requests, blocks = 20_000 }: { requests: number; blocks?: number },
): (seed: number) => ArmResults<N>[] {
  const model = loadModel('llama-3-8b');
  const cost = rooflineCost(loadGpu('a100'), model, { cpu: { a0: 130, a1: 4.4 } });
  const rules = preset('vllm-v1+rank', { maxBatch: 48, maxResident: Infinity, blocks, maxModelLen: 1024 });
  const sources = rates.map((rate) => cappedSource(requests, poissonArrivals(rate), 'short'));
  return (seed) => sources.map((source) => runArms(arms, { workload: source.sample(seed), rules, cost, seed }));
}
