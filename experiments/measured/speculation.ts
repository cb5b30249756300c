/**
 * Speculation against load: what it gains at concurrency 1 and at 64. Three parameters are fitted to the runs at concurrency 1
 * (device time, time of a draft pass, acceptance); the runs at 64 are predicted.
 */
import { createEngine, run } from '../../env/serving/engine.js';
import { type GpuCard, loadGpu, loadModel, type ModelCard, poolBlocks } from '../../env/serving/hardware.js';
import { createMetrics } from '../../env/serving/metrics.js';
import { preset } from '../../env/serving/presets.js';
import type { Summary } from '../../env/serving/summary.js';
import { toMillis } from '../../env/time.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { presetOfVersion } from '../golden/vllm-v1.js';
import { figure } from '../report/table.js';
import { absolute, type Check, type Comparison, relative } from './check.js';
import { type EagleCostOptions, eagleCost } from './eagle-cost.js';
import { type MeasuredCell, readCells } from './speculation-files.js';

/** Largest difference of the gain. */
const WITHIN = 0.15;

/** What is fitted at concurrency 1. */
interface Fitted extends EagleCostOptions {
  /** Chance that one draft is accepted. */
  readonly alpha: number;
}

/** @param folder the study's runs.csv */
export function compareSpeculation(folder: string, seed: number): Comparison {
  const alone = readCells(folder, 1);
  const busy = readCells(folder, 64);
  const gpu = loadGpu('a100');
  const model = loadModel('llama-3.1-8b');
  const summary = (cell: MeasuredCell, given: Fitted): Summary => simulate(cell, given, gpu, model, seed);
  const throughput = (cell: MeasuredCell, given: Fitted): number => tokensPerSecond(summary(cell, given));
  const seconds = (cell: MeasuredCell, given: Fitted): number => tokensOf(cell) / throughput(cell, given);
  const fittedAlone = (contextReads: number): Fitted => {
    const alpha = alphaFor(alone.eagle.tokensPerStep, alone.eagle.drafts);
    const start: Fitted = { alpha, scale: 1, perPass: 0, contextReads };
    const scale = solve((value) => seconds(alone.plain, { ...start, scale: value }), alone.plain, [0.9, 1.1]);
    const perPass = solve((value) => seconds(alone.eagle, { ...start, scale, perPass: value }), alone.eagle, [0, 500]);
    return { ...start, scale, perPass };
  };
  const fitted = fittedAlone(1);
  const plain = summary(busy.plain, fitted);
  const eagle = summary(busy.eagle, fitted);
  const first = summary(alone.plain, fitted);
  const group = model.heads / model.kvHeads;
  const perHead = fittedAlone(group);
  const gainPerHead = throughput(busy.eagle, perHead) / throughput(busy.plain, perHead);
  const shown = (what: string, unit: string, measured: number, simulated: number): Check =>
    relative(what, unit, measured, simulated, null);
  return {
    suite: 'vllm-a100-specdec-factorial',
    inputs: [
      `measured: vLLM ${alone.plain.version}, ${model.name} on one ${gpu.name}, GSM8K (${alone.plain.prompt} tokens in, ${alone.plain.output} out), EAGLE-3 with ${alone.eagle.drafts} drafts, ${alone.plain.repeats} repeats a cell`,
      `simulated: ${preset(presetOfVersion(alone.plain.version)).name}, asynchronous, closed loop without think time, no shared prompts (the measured TTFT is that of a whole prompt); p-norm card of the GPU, one-layer card of the head`,
      `fitted at concurrency 1: device time × ${figure(fitted.scale)}, ${figure(fitted.perPass)} µs a draft pass, acceptance ${figure(fitted.alpha)} a draft (${figure(alone.eagle.tokensPerStep)} tokens a step)`,
    ],
    checks: [
      absolute(
        'throughput with ÷ without drafts at 1 (fitted)',
        gain(alone.plain.throughput, alone.eagle.throughput),
        gain(tokensPerSecond(first), throughput(alone.eagle, fitted)),
        null,
      ),
      absolute(
        'throughput with ÷ without drafts at 64 (predicted)',
        gain(busy.plain.throughput, busy.eagle.throughput),
        gain(tokensPerSecond(plain), tokensPerSecond(eagle)),
        WITHIN,
      ),
      shown('throughput without drafts at 64', 'tokens/s', busy.plain.throughput, tokensPerSecond(plain)),
      shown('throughput with drafts at 64', 'tokens/s', busy.eagle.throughput, tokensPerSecond(eagle)),
      shown('ITL p50 without drafts at 64', 'ms', busy.plain.itl, toMillis(plain.tbt.p50)),
      shown('ITL p50 with drafts at 64 (an iteration, not a token)', 'ms', busy.eagle.itl, toMillis(eagle.tbt.p50)),
      shown('TTFT p50 without drafts at 1', 'ms', alone.plain.ttft, toMillis(first.ttft.p50)),
    ],
    sensitivity: [
      `a verification that reads its context once for each of the ${group} query heads of a group (FlashAttention 2 packs them for one query token only), fitted again at 1: gain at 64 ${figure(gainPerHead)}`,
    ],
  };
}

const tokensOf = ({ requests, output }: MeasuredCell): number => requests * output;
const tokensPerSecond = ({ throughput }: Summary): number => throughput.outputTokensPerSecond;
const gain = (plain: number, eagle: number): number => eagle / plain;

/** The value at which a run lasts as long as measured; its duration is linear in the value. */
function solve(lasts: (value: number) => number, measured: MeasuredCell, [a, b]: readonly [number, number]): number {
  const [from, to] = [lasts(a), lasts(b)];
  return a + ((tokensOf(measured) / measured.throughput - from) / (to - from)) * (b - a);
}

/** α with (1 − α^(γ+1))/(1 − α) tokens a step: γ independent drafts and one more token. */
function alphaFor(tokensPerStep: number, drafts: number): number {
  let low = 0;
  let high = 1;
  for (let k = 0; k < 50; k++) {
    const alpha = (low + high) / 2;
    let sum = 0;
    for (let m = 0; m <= drafts; m++) sum += alpha ** m;
    if (sum < tokensPerStep) low = alpha;
    else high = alpha;
  }
  return low;
}

/** One cell: so many users, each asking again as soon as its answer is complete. */
function simulate(cell: MeasuredCell, fitted: Fitted, gpu: GpuCard, model: ModelCard, seed: number): Summary {
  const { concurrency, requests, prompt, output, drafts } = cell;
  const all = (value: number): number[] => new Array(requests).fill(value);
  const keys = Float64Array.from({ length: requests }, (_, k) => k);
  const workload = createWorkload({
    name: `${concurrency} users`,
    arrival: all(0),
    follows: Array.from(keys, (k) => Math.max(-1, k - concurrency)),
    promptTokens: all(prompt),
    outputTokens: all(output),
    declared: all(output),
    acceptance: constantAcceptance(fitted.alpha, keys, seed),
  });
  const rules = preset(presetOfVersion(cell.version), {
    asyncDepth: 1,
    blocks: poolBlocks(gpu, model),
    maxBatch: gpu.serverMaxBatch,
    tokenBudget: gpu.serverTokenBudget,
    prefixCaching: false,
    proposer: 'eagle',
    drafts,
  });
  const metrics = createMetrics();
  run(createEngine({ workload, rules, cost: eagleCost(gpu, model, fitted), recorders: [metrics] }));
  return metrics.summary();
}
