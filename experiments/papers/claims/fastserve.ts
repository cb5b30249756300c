/** FastServe: feedback queues whose upper ones a long prompt skips. */
import { createShape } from '../../../env/serving/cost/cost.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { loadGpu, loadModel, poolBlocks } from '../../../env/serving/hardware.js';
import { preset } from '../../../env/serving/presets.js';
import { MICROS_PER_MILLI } from '../../../env/time.js';
import { poissonArrivals } from '../../../env/workloads/arrivals.js';
import { lengthSampler, lengthSets } from '../../../env/workloads/lengths.js';
import { oneOf } from '../../../env/workloads/max-tokens.js';
import { recipeSource } from '../../../env/workloads/recipe.js';
import { type ArmResult, type ArmResults, difference, ratio, runArms } from '../arms.js';
import { below, type Figure, type Paper } from '../paper.js';

const ARMS = {
  fcfs: { scheduler: 'fcfs' },
  mlfq: { scheduler: 'mlfq' },
  skip: { scheduler: 'skip-join-mlfq' },
};
type Results = ArmResults<keyof typeof ARMS>;

/** Requests/s: FCFS has a queue at all of them. */
const RATES = [2, 3];
const SEATS = 16;
/** The paper's latency. */
const perToken = (result: ArmResult): number => result.perToken;

function hardware() {
  const model = loadModel('opt-13b');
  const gpu = loadGpu('a100');
  return { model, gpu, cost: rooflineCost(gpu, model, {}) };
}

/** An iteration with one prompt of ShareGPT's mean length and nothing else. */
const promptMillis = (tokens = 299): number =>
  hardware().cost.iteration({ ...createShape(), sequences: 1, tokens, prefillTokens: tokens }) / MICROS_PER_MILLI;

export const fastserve: Paper<readonly Results[]> = {
  title: 'FastServe: skip-join feedback queues',
  source: 'Wu et al., NSDI 2026, arXiv 2305.05920',
  claim:
    'Skip-join MLFQ with proactive swapping serves a given mean latency per token at up to 6.1 times the load of FCFS, and joining by prompt length beats plain MLFQ.',
  setting: `OPT-13B on an A100, ${SEATS} seats, 2,048 tokens an iteration, everything by rank, KV of the displaced is copied to the host; 500 ShareGPT requests, Poisson at ${RATES.join(' and ')}/s. The published factor is of load, not of latency: the direction is judged.`,
  seeds: { full: 10, quick: 3 },
  async open(quick) {
    const { model, gpu, cost } = hardware();
    const rules = preset('vllm-v1+rank', {
      maxBatch: SEATS,
      maxResident: Infinity,
      tokenBudget: 2048,
      maxModelLen: model.maxModelLen,
      blocks: poolBlocks(gpu, model, {}),
      hostBlocks: 4000,
      onEviction: 'swap',
    });
    const sources = RATES.map((rate) =>
      recipeSource({
        name: 'ShareGPT',
        requests: quick ? 200 : 500,
        arrivals: poissonArrivals(rate),
        classes: [{ share: 1, lengths: lengthSampler(lengthSets.sharegpt()), maxTokens: oneOf([1024]) }],
        longestPrompt: 1024,
      }),
    );
    return (seed) => sources.map((source) => runArms(ARMS, { workload: source.sample(seed), rules, cost, seed }));
  },
  conclude(samples) {
    const at = RATES.map((_, k) => samples.map((sample) => sample[k]));
    return {
      figures: RATES.flatMap((rate, k): Figure[] => [
        {
          what: `latency per token, skip-join against FCFS, ${rate}/s`,
          unit: '%',
          expected: below(0),
          measured: difference(at[k], 'skip', 'fcfs', perToken),
        },
        {
          what: `latency per token, skip-join against MLFQ, ${rate}/s`,
          unit: '%',
          expected: below(0),
          measured: difference(at[k], 'skip', 'mlfq', perToken),
        },
        {
          what: `mean JCT, skip-join against FCFS, ${rate}/s`,
          unit: '%',
          expected: null,
          measured: difference(at[k], 'skip', 'fcfs'),
        },
        {
          what: `mean JCT, skip-join against MLFQ, ${rate}/s`,
          unit: '%',
          expected: null,
          measured: difference(at[k], 'skip', 'mlfq'),
        },
        {
          what: `FCFS ÷ skip-join, mean TTFT, ${rate}/s`,
          unit: '×',
          expected: null,
          measured: ratio(at[k], 'fcfs', 'skip', ({ ttft }) => ttft),
        },
      ]),
      reason: `prompts share iterations with decodes here and take one each (a mean one ${promptMillis().toFixed(0)} ms), so that a long prompt in the first queue holds nobody up for long; the gain over FCFS is in latency per token and is paid in the mean JCT`,
    };
  },
};
