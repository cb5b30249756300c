/**
 * What every model of output length has in common: what it is told about a request, and what it answers.
 *
 * The answer is a distribution over *total* output tokens, as its quantiles at `LEVELS`; mean, spread and other levels follow from
 * these (`distribution.ts`). A model knows nothing of max_tokens: who asks cuts the answer there.
 */
import type { Weights } from '../weights.js';

/** What has finished before of those who share something with a request: known at run time, of a model never seen in training too. */
export interface LengthPast {
  readonly count: number;
  /** Mean of their log output tokens. */
  readonly meanLog: number;
  /** Standard deviation of these; 0 of one. */
  readonly spreadLog: number;
}

/** What is known of a request before it has run. Everything but the prompt's length may be missing. */
export interface LengthInput {
  /** The prompt. */
  readonly text?: string;
  readonly promptTokens: number;
  /** max_tokens as the client declares it; Infinity = none. */
  readonly declared: number;
  /** Who answers: a model's name. */
  readonly model?: string;
  /** Sampling temperature; 0 = greedy. */
  readonly temperature?: number;
  readonly tenant?: string;
  /** What has finished so far of its model and of its tenant (`past.ts`). */
  readonly past?: { readonly model?: LengthPast; readonly tenant?: LengthPast };
}

/** A request that has run. */
export interface LengthExample extends LengthInput {
  readonly outputTokens: number;
  /** The output was cut at `declared`: the true length is at least `outputTokens`. */
  readonly censored: boolean;
}

/** Quantile levels of every answer, ascending. */
export const LEVELS: readonly number[] = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);

/** Requests with their features, which are computed once. */
export interface LengthRows {
  readonly examples: readonly LengthExample[];
  /** [examples × FEATURES], row by row: what `writeFeatures` makes of them. */
  readonly features: Float32Array;
}

export interface LengthModel {
  /**
   * Writes the believed total output tokens at `LEVELS` to `out` (length 19): ascending, ≥ 1. Allocates nothing.
   * @param features one row, FEATURES wide
   */
  predict(features: Float32Array, input: LengthInput, out: Float64Array): void;
  save(): Weights;
}

/** How far training is; `loss` and `validation` are the learner's own (lower is better), absent before there are any. */
export interface TrainingProgress {
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
  readonly validation?: number;
}

export interface TrainOptions {
  readonly seed: number;
  /** Rows that decide when to stop. */
  readonly validation: LengthRows;
  readonly signal?: AbortSignal;
  onProgress?(progress: TrainingProgress): void;
  /** Called now and then with all that is needed to go on from here. */
  checkpoint?(state: Weights): void;
  /** Goes on from such a state: the result has the bytes of an uninterrupted run. */
  readonly from?: Weights;
}

/** A way to learn lengths, by the name that model files carry. */
export interface LengthLearner {
  readonly kind: string;
  readonly summary: string;
  /** @throws Error that says what is wrong with the data: none, one value only, … */
  train(rows: LengthRows, options: TrainOptions): Promise<LengthModel>;
  /** @throws Error naming what is missing or has another shape than expected */
  load(weights: Weights): LengthModel;
}
