/** What a predictor thinks of each request: the columns that policies read, and the seam that fills them. */
import type { Seed } from '../random.js';
import type { Workload } from '../workloads/workload.js';
import type { Column, ColumnKind } from './columns.js';
import type { RequestId } from './policy.js';
import type { Requests } from './requests.js';
import type { Rules } from './rules.js';

/** Believed total output length (tokens) and acceptance (accepted/proposed drafts), by request. */
export interface Beliefs {
  readonly length: Column;
  /** Standard deviation of the believed length; 0 = certain. */
  readonly lengthSpread: Column;
  readonly acceptance: Column;
  readonly acceptanceSpread: Column;
  /** 1 = the acceptance is not expected to move much any more; 0 = not yet, or nobody says. */
  readonly acceptanceStable: Column;
  /** Believed length at each of the episode's quantile levels; empty = not offered. */
  readonly quantiles: readonly Column[];
}

/** The same columns, writable. */
export interface BeliefColumns {
  readonly length: Float64Array;
  readonly lengthSpread: Float32Array;
  readonly acceptance: Float32Array;
  readonly acceptanceSpread: Float32Array;
  readonly acceptanceStable: Uint8Array;
  readonly quantiles: readonly Float64Array[];
}

/** What a predictor is given for an episode. */
export interface Forecast {
  readonly requests: Requests;
  readonly beliefs: BeliefColumns;
  readonly rules: Rules;
  readonly seed: Seed;
  /** What r's prompt says, and the model it asks, as far as the workload has words. */
  prompt(r: RequestId): string | undefined;
  model(r: RequestId): string | undefined;
  /** For clairvoyant predictors and simulated errors only: they must say so in `information`. */
  readonly truth: Truth;
  column<T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>): T;
  cells<T extends Float64Array | Int32Array | Uint8Array>(kind: ColumnKind<T>, length: number): T;
  /** The belief about r moved although nothing happened to r: the policy is told. */
  moved(r: RequestId): void;
}

/** The hidden truth of delivered requests. */
export interface Truth {
  /** Output tokens r will have generated when it finishes. */
  outputTokens(r: RequestId): number;
  /** Expected accepted/proposed drafts of r from now on at `drafts` a step, by running its luck forward. */
  acceptance(r: RequestId, drafts: number): number;
  readonly workload: Workload;
}

/** How much a belief knows, from least to most. */
export type Information = 'none' | 'declared' | 'predicted' | 'clairvoyant';

/** Time that predictions take on the engine's CPU. */
export interface PredictionCost {
  /** Whole µs for each request that is delivered: the iteration after that is so much longer [0]. */
  readonly arrive?: number;
  /** µs for each sequence of a batch: what looking again while decoding costs, spread over its tokens [0]. */
  readonly token?: number;
}

/** Fills beliefs. State lives in the forecast's columns and cells, so that it forks with the engine. */
export interface Predictor {
  readonly name: string;
  readonly information: Information;
  /** Quantile levels it offers. */
  readonly levels?: readonly number[];
  /** What thinking costs; the engine's clock pays it [nothing]. */
  readonly cost?: PredictionCost;
  reset?(forecast: Forecast): void;
  /** r was delivered: write its beliefs. */
  arrive(r: RequestId): void;
  /** Tokens of r were committed; only asked for if present, once a turn for every changed request. */
  progress?(r: RequestId): void;
  /** r finished: its true length is now known to everyone. */
  observe?(r: RequestId): void;
}

/** The null predictor: a request is as long as its client allows (max_tokens, at most what the model length leaves). */
export const declared = (): Predictor => {
  let forecast: Forecast;
  return {
    name: 'declared',
    information: 'declared',
    reset(given) {
      forecast = given;
    },
    arrive(r) {
      forecast.beliefs.length[r] = forecast.requests.declared[r];
    },
  };
};
