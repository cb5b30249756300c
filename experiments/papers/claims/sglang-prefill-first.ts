/** SGLang's order of work: prompts before decodes, against batches of both. */

import { createShape } from '../../../env/serving/cost/cost.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { loadGpu, loadModel, poolBlocks } from '../../../env/serving/hardware.js';
import { preset } from '../../../env/serving/presets.js';
import { MICROS_PER_SECOND } from '../../../env/time.js';
import { poissonArrivals } from '../../../env/workloads/arrivals.js';
import { lengthSampler, lengthSets } from '../../../env/workloads/lengths.js';
import { oneOf } from '../../../env/workloads/max-tokens.js';
import { recipeSource } from '../../../env/workloads/recipe.js';
import { type ArmResult, difference, meanOf, runArms } from '../arms.js';
import { below, type Figure, near, type Paper } from '../paper.js';

const CHUNK = 8192;
/** Requests/s: prompts keep the engine busy for about a quarter and half of the time. */
const RATES = [1.5, 3];
const ARM = { fcfs: { scheduler: 'fcfs' } };

interface Sample {
  readonly sglang: ArmResult;
  readonly vllm: ArmResult;
  /** Seconds that one full chunk of prompt takes. */
  readonly chunk: number;
}

export const sglangPrefillFirst: Paper<readonly Sample[]> = {
  title: 'SGLang: prompts first',
  source: 'the scheduler of SGLang (2025–2026), behaviour test SG-1',
  claim:
    'While a prompt is computed decodes wait: P99 TBT is about the time of one full chunk of prompt, and TTFT is lower than with mixed batches.',
  setting: `Llama-3-8B on an A100, arXiv summaries (2,588 tokens in, 291 out), Poisson at ${RATES.join(' and ')}/s, 400 requests; presets \`sglang\` (chunks of 8,192 tokens) and \`vllm-v1\` (mixed batches of 2,048). Tolerance of the chunk time: 20 %.`,
  seeds: { full: 20, quick: 4 },
  async open() {
    const model = loadModel('llama-3-8b');
    const gpu = loadGpu('a100');
    const cost = rooflineCost(gpu, model, {});
    const limits = { blocks: poolBlocks(gpu, model, {}), maxModelLen: model.maxModelLen };
    const rules = {
      sglang: preset('sglang', { ...limits, blocks: limits.blocks * 16, tokenBudget: CHUNK }),
      vllm: preset('vllm-v1', { ...limits, tokenBudget: 2048 }),
    };
    const sources = RATES.map((rate) =>
      recipeSource({
        name: 'arXiv',
        requests: 400,
        arrivals: poissonArrivals(rate),
        classes: [{ share: 1, lengths: lengthSampler(lengthSets.arxiv()), maxTokens: oneOf([1024]) }],
      }),
    );
    const chunk =
      cost.iteration({ ...createShape(), sequences: 3, tokens: CHUNK, prefillTokens: CHUNK }) / MICROS_PER_SECOND;
    return (seed) =>
      sources.map((source) => {
        const workload = source.sample(seed);
        const { fcfs: sglang } = runArms(ARM, { workload, rules: rules.sglang, cost, seed });
        const { fcfs: vllm } = runArms(ARM, { workload, rules: rules.vllm, cost, seed });
        return { sglang, vllm, chunk };
      });
  },
  conclude(samples) {
    const tbt = (result: ArmResult): number => result.tbtP99;
    const figures = RATES.flatMap((rate, k): Figure[] => {
      const at = samples.map((sample) => sample[k]);
      const [{ chunk }] = at;
      return [
        {
          what: `P99 TBT, SGLang, ${rate}/s`,
          unit: 's',
          expected: near(chunk, 0.2 * chunk, meanOf(at, 'vllm', tbt).value),
          measured: meanOf(at, 'sglang', tbt),
        },
        {
          what: `mean TTFT, SGLang against vLLM, ${rate}/s`,
          unit: '%',
          expected: below(0),
          measured: difference(at, 'sglang', 'vllm', (result) => result.ttft),
        },
        { what: `P99 TBT, vLLM, ${rate}/s`, unit: 's', expected: null, measured: meanOf(at, 'vllm', tbt) },
        {
          what: `mean JCT, SGLang against vLLM, ${rate}/s`,
          unit: '%',
          expected: null,
          measured: difference(at, 'sglang', 'vllm'),
        },
      ];
    });
    return {
      figures,
      reason:
        'the time that decodes wait is that of all prompts which follow each other, and depends on how densely they come',
    };
  },
};
