/** Learning to rank: a better order is a shorter wait, and most of what knowing lengths is worth. */
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { loadGpu, loadModel, poolBlocks } from '../../../env/serving/hardware.js';
import { preset } from '../../../env/serving/presets.js';
import { arriveAtOnce } from '../../../env/workloads/arrivals.js';
import { lengthSampler, lengthSets } from '../../../env/workloads/lengths.js';
import { oneOf } from '../../../env/workloads/max-tokens.js';
import { recipeSource } from '../../../env/workloads/recipe.js';
import { type ArmResult, type ArmResults, difference, ratio, runArms } from '../arms.js';
import { above, below, type Figure, type Paper } from '../paper.js';

/** Errors of the score, as standard deviations of its logarithm. Kendall's tau falls with them. */
const SIGMAS = [0, 0.5, 1, 2] as const;
/** A tau of about .5 … .6, as the authors report of their ranker. */
const RANKER = 0.5;

/** The paper's latency. */
const perToken = (result: ArmResult): number => result.perToken;

const armOf = (sigma: number) => `sigma${sigma}`;
const ARMS = Object.fromEntries([
  ['fcfs', { scheduler: 'fcfs' }],
  ...SIGMAS.map((sigma) => [
    armOf(sigma),
    { scheduler: 'ltr', belief: sigma === 0 ? 'oracle' : `noisy:sigma=${sigma}` },
  ]),
]);

export const ltrOrder: Paper<ArmResults<string>> = {
  title: 'Learning to rank (LTR): latency against the quality of the order',
  source: 'Fu et al., NeurIPS 2024, arXiv 2408.15792; test LTR-1',
  claim:
    'Mean latency per token falls as the predicted order gets better, is near that of the exact order long before the order is exact, and is 2.8 times below FCFS.',
  setting:
    'Llama-3-8B on an A100, everything by rank; a burst of 2,000 ShareGPT requests, scores with a log-normal error of σ 0, .5, 1, 2 in place of a trained ranker. Judged: the order of arms, that σ .5 is within 20 % of the exact order, and that FCFS takes longer.',
  seeds: { full: 10, quick: 2 },
  async open(quick) {
    const model = loadModel('llama-3-8b');
    const gpu = loadGpu('a100');
    const cost = rooflineCost(gpu, model, { cpu: { a0: 130, a1: 4.4 } });
    const rules = preset('vllm-v1+rank', {
      blocks: poolBlocks(gpu, model, {}),
      maxModelLen: model.maxModelLen,
      maxBatch: 128,
      maxResident: Infinity,
    });
    const source = recipeSource({
      name: 'ShareGPT, at once',
      requests: quick ? 600 : 2000,
      arrivals: arriveAtOnce,
      classes: [{ share: 1, lengths: lengthSampler(lengthSets.sharegpt()), maxTokens: oneOf([4096]) }],
      longestPrompt: 2048,
    });
    return (seed) => runArms(ARMS, { workload: source.sample(seed), rules, cost, seed });
  },
  conclude: (samples) => ({
    figures: [
      ...SIGMAS.slice(1).map(
        (sigma, k): Figure => ({
          what: `latency per token, σ ${SIGMAS[k]} against ${sigma}`,
          unit: '%',
          expected: below(0),
          measured: difference(samples, armOf(SIGMAS[k]), armOf(sigma), perToken),
        }),
      ),
      {
        what: `latency per token, σ ${RANKER} against the exact order`,
        unit: '%',
        expected: below(0.2),
        measured: difference(samples, armOf(RANKER), armOf(0), perToken),
      },
      {
        what: `FCFS ÷ LTR with σ ${RANKER}, latency per token`,
        unit: '×',
        expected: above(1),
        measured: ratio(samples, 'fcfs', armOf(RANKER), perToken),
      },
    ],
    notes: [
      'The published factor of 2.8 is of conversations at high rates of arrivals; it depends on the load and is not judged.',
    ],
  }),
};
