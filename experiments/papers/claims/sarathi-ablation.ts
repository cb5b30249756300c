/** Sarathi-Serve's ablation: mixed batches and chunked prompts, one without the other. */
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { loadGpu, loadModel, poolBlocks } from '../../../env/serving/hardware.js';
import { preset } from '../../../env/serving/presets.js';
import { poissonArrivals } from '../../../env/workloads/arrivals.js';
import { independentLengths, lognormalLength } from '../../../env/workloads/lengths.js';
import { undeclared } from '../../../env/workloads/max-tokens.js';
import { recipeSource } from '../../../env/workloads/recipe.js';
import { type ArmResults, difference, meanOf, runArms } from '../arms.js';
import { below, type Paper } from '../paper.js';

const BUDGET = 1024;
const GPUS = 2;
/** Requests/s: the middle of the artifact's range for this model. */
const RATE = 0.8;

const ARMS = {
  hybrid: { scheduler: 'fcfs', rules: { chunkedPrefill: false, tokenBudget: 16_384 } },
  chunked: { scheduler: 'fcfs', rules: { batching: 'alternating' } },
  both: { scheduler: 'fcfs' },
} as const;
type Results = ArmResults<keyof typeof ARMS>;
const NAMES = { hybrid: 'hybrid batching only', chunked: 'chunked prefill only', both: 'both' };

export const sarathiAblation: Paper<Results> = {
  title: 'Sarathi-Serve: what its two halves do',
  source: 'Agrawal et al., OSDI 2024, arXiv 2403.02310, table 4 (sharegpt4)',
  claim:
    'Median TTFT: hybrid batching only < both < chunked prefill only. P99 TBT: both < chunked prefill only ≪ hybrid batching only.',
  setting: `Yi-34B on two A100, ${BUDGET} tokens an iteration; 128 requests with the published medians of openchat_sharegpt4 (1,730 tokens in, 415 out), Poisson at ${RATE}/s; "chunked prefill only" lets prompts and decodes take turns. The order is judged.`,
  seeds: { full: 20, quick: 5 },
  async open() {
    const model = loadModel('yi-34b');
    const gpu = loadGpu('a100');
    const tensorParallel = GPUS;
    const cost = rooflineCost(gpu, model, { tensorParallel });
    const rules = preset('sarathi', {
      tokenBudget: BUDGET,
      blocks: poolBlocks(gpu, model, { tensorParallel }),
      maxModelLen: 16_384,
    });
    const source = recipeSource({
      name: 'openchat_sharegpt4 by its medians',
      requests: 128,
      arrivals: poissonArrivals(RATE),
      // Lognormal with the published median and standard deviation of prompts; answers hardly vary.
      classes: [
        {
          share: 1,
          lengths: independentLengths(lognormalLength({ mean: 2440, cv: 1 }), lognormalLength({ mean: 427, cv: 0.24 })),
          maxTokens: undeclared,
        },
      ],
      longestPrompt: 7168,
    });
    return (seed) => runArms(ARMS, { workload: source.sample(seed), rules, cost, seed });
  },
  conclude(samples) {
    const [ttft, tbt] = [(r: Results['both']) => r.ttftP50, (r: Results['both']) => r.tbtP99];
    return {
      figures: [
        {
          what: 'median TTFT, hybrid only against both',
          unit: '%',
          expected: below(0),
          measured: difference(samples, 'hybrid', 'both', ttft),
        },
        {
          what: 'median TTFT, both against chunked only',
          unit: '%',
          expected: below(0),
          measured: difference(samples, 'both', 'chunked', ttft),
        },
        {
          what: 'P99 TBT, both against chunked only',
          unit: '%',
          expected: below(0),
          measured: difference(samples, 'both', 'chunked', tbt),
        },
        {
          what: 'P99 TBT, chunked only against hybrid only (published: −75 %)',
          unit: '%',
          expected: below(0),
          measured: difference(samples, 'chunked', 'hybrid', tbt),
        },
        ...(['hybrid', 'chunked', 'both'] as const).flatMap((arm) => [
          {
            what: `median TTFT, ${NAMES[arm]}`,
            unit: 's' as const,
            expected: null,
            measured: meanOf(samples, arm, ttft),
          },
          { what: `P99 TBT, ${NAMES[arm]}`, unit: 's' as const, expected: null, measured: meanOf(samples, arm, tbt) },
        ]),
      ],
    };
  },
};
