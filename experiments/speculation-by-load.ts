/**
 * What drafts are worth as the batch grows: verifying them is nearly free while the GPU waits for memory, and costs its full
 * price once the batch fills it. The best fixed γ falls 5 → 3 → 1.
 *
 * Times are the published fit of Llama-3.1-8B on one H100 with an EAGLE head (SpecDecode-Bench, arXiv 2601.11580), seconds:
 *
 *     forward  = 3.926e-8·KV tokens + 2.101e-5·tokens in the batch + 5.886e-3
 *     draft    = 2.378e-9·KV tokens + 8.414e-7·draft tokens + 2.135e-3       once a step, whatever γ > 0
 *     overhead = 1.207e-3
 */
import { quantileTable } from '../env/distributions.js';
import { luck, type Seed } from '../env/random.js';
import { type BatchShape, type CostModel, createShape } from '../env/serving/cost/cost.js';
import { act, createEngine, toTurn } from '../env/serving/engine.js';
import { fcfs, type Scheduler } from '../env/serving/policy.js';
import { preset } from '../env/serving/presets.js';
import { acceptanceKinds } from '../env/workloads/acceptance/kinds.js';
import { derived } from '../env/workloads/derived.js';
import { createWorkload, type Workload } from '../env/workloads/workload.js';

/** The fit above, for decode steps: prompts take no time. */
export const decodeStepCost: CostModel = {
  name: 'Llama-3.1-8B on H100 with EAGLE, decode steps',
  iteration: (s) => Math.round(1206.83946 + deviceMicros(s)),
  cpu: () => Math.round(1206.83946),
  device: (s) => Math.round(deviceMicros(s)),
};

function deviceMicros({ context, decodeTokens, draftTokens }: BatchShape): number {
  const forward = 0.0392645679 * context + 21.0103129 * decodeTokens + 5885.90713;
  return draftTokens > 0 ? forward + 0.00237768493 * context + 0.841429603 * draftTokens + 2135.26175 : forward;
}

/**
 * Speed-up of decoding at γ over none, from averages: tokens a step · T(no drafts)/T(γ) for `batch` requests.
 * @param tokensPerStep tokens that a verification of γ drafts commits, all requests together
 * @param context KV tokens of a request, mean over its output tokens
 */
export function averageSpeedUp(batch: number, drafts: number, tokensPerStep: number, context: number): number {
  const time = (k: number): number =>
    decodeStepCost.iteration({
      ...createShape(),
      sequences: batch,
      decodes: batch,
      tokens: batch * (k + 1),
      decodeTokens: batch * (k + 1),
      context: batch * context,
      draftDepth: k,
      draftTokens: batch * k,
    });
  return (tokensPerStep * time(0)) / time(drafts);
}

/** Averages of a workload as that table takes them: steps begin at output position 0, all tokens count alike. */
export function decodeAverages(
  { acceptance, promptTokens, outputTokens }: Pick<Workload, 'acceptance' | 'promptTokens' | 'outputTokens'>,
  drafts: number,
): { tokensPerStep: number; context: number } {
  let tokens = 0;
  let steps = 0;
  let context = 0;
  outputTokens.forEach((length, row) => {
    for (let at = 0; at < length; steps++) at += 1 + acceptance.accepted(row, at, 0, drafts);
    tokens += length;
    context += length * (promptTokens[row] + length / 2);
  });
  return { tokensPerStep: tokens / steps, context: context / tokens };
}

/** Recorded requests that the statistics describe. */
export type RecordedSet = 'sharegpt' | 'gsm8k';
/** Mean prompts of them. */
const PROMPT: Readonly<Record<RecordedSet, number>> = { sharegpt: 355, gsm8k: 94 };
/** Longest answer: the longer ones among the recorded are repetition loops. */
export const LONGEST = 4096;

type Drafted = Record<'eagle' | 'ngram', { output_tokens: { q21: readonly number[] } }>;

/**
 * Requests by the statistics of SpecDecode-Bench, all at once: answers and acceptance as fitted, prompts of the mean length.
 * @param options `draft` the proposer [eagle]; `longest` answer [4,096]
 */
export function requestsAtOnce(
  set: RecordedSet,
  count: number,
  seed: Seed,
  { draft = 'eagle', longest = LONGEST }: { draft?: 'eagle' | 'ngram'; longest?: number } = {},
): Workload {
  const { sets } = derived<{ sets: Record<RecordedSet, Drafted> }>('acceptance');
  const { q21 } = sets[set][draft].output_tokens;
  const length = quantileTable(
    q21.map((_, k) => k / (q21.length - 1)),
    q21,
  );
  const draw = luck(seed, 'lengths');
  const all = new Float64Array(count);
  const plain = createWorkload({
    name: `${set} (SpecDecode-Bench), at once`,
    arrival: all,
    promptTokens: all.map(() => PROMPT[set]),
    outputTokens: all.map((_, k) => Math.min(longest, Math.round(length(draw(k, 0))))),
  });
  return { ...plain, acceptance: acceptanceKinds[draft].make(plain, seed, { set }) };
}

export interface LoadRow {
  /** Requests in every batch. */
  readonly batch: number;
  /** Output tokens a second at each γ, over those without drafts. */
  readonly speedUp: readonly number[];
  /** The γ with the largest one. */
  readonly best: number;
}

/**
 * Serves the same requests at each batch size and γ, and compares output tokens a second while every batch is full.
 * @param drafts the γ of each column
 * @param rounds requests for each seat of the batch, at least 64 in all
 */
export function speculationByLoad(
  batches: readonly number[],
  drafts: readonly number[],
  { set = 'sharegpt', seed = 1, rounds = 4 }: { set?: RecordedSet; seed?: Seed; rounds?: number } = {},
): LoadRow[] {
  return batches.map((batch) => {
    const workload = requestsAtOnce(set, Math.max(64, rounds * batch), seed);
    const plain = fullBatchRate(workload, batch, 0);
    const speedUp = drafts.map((gamma) => fullBatchRate(workload, batch, gamma) / plain);
    return { batch, speedUp, best: drafts[speedUp.indexOf(Math.max(...speedUp))] };
  });
}

/** Output tokens a µs while the batch is full. */
function fullBatchRate(workload: Workload, batch: number, drafts: number): number {
  return rateUnder(workload, batch, drafts, fcfs);
}

/**
 * The same under a scheduler that may say other draft lengths, up to `longest`.
 * @param drafts the engine's γ
 */
export function rateUnder(
  workload: Workload,
  batch: number,
  drafts: number,
  scheduler: () => Scheduler,
  longest: number = drafts,
): number {
  const engine = createEngine({
    workload,
    rules: preset('vllm-v1', {
      blocks: 1 << 20,
      prefixCaching: false,
      tokenBudget: 1 << 20, // prompts take no time, so they may come all at once
      maxBatch: batch,
      proposer: 'eagle',
      drafts,
      maxDrafts: longest,
    }),
    cost: decodeStepCost,
    scheduler,
  });
  while (toTurn(engine) && engine.replica.live.n >= batch) act(engine);
  const { now, totals } = engine.replica;
  return totals.generatedTokens / now;
}
