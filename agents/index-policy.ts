/**
 * Index policy: a small network scores each request, and what it says is added to a heuristic.
 *
 *     heads of r   = tanh(requests(16 features of r[, 10 of the engine])),   heads of everyone = tanh(engine(10 features))
 *
 * `requests` and `engine` are linear, or perceptrons with one hidden layer of tanh. Or, by which tensors there are, requests are scored in
 * the company they are in (`predictors/queue-net.ts`) and the outputs clipped to ±1. All requests share the weights, so the queue may have
 * any length. Features are those of `env/tasks/features.ts`, heads those of `env/tasks/heads.ts`. Weights of the last layers begin at 0, and
 * then it is the heuristic, to the byte.
 */
import type { Seed } from '../env/random.js';
import type { Scheduler } from '../env/serving/policy.js';
import type { AskingOptions } from '../env/tasks/asking.js';
import { asPolicy } from '../env/tasks/codec.js';
import type { Heads } from '../env/tasks/heads.js';
import { setCodec } from '../env/tasks/set-codec.js';
import type { Tensor, Weights } from '../predictors/weights.js';
import { type IndexAgentOptions, indexAgent } from './index-agent.js';
import { indexTensors } from './index-net.js';

/** Which heads it has, and how wide its hidden layers are. */
export interface IndexShape extends Heads {
  /** 0: linear. */
  readonly hidden: number;
  /** Requests are scored by their own features, without the engine's [false]. */
  readonly own?: boolean;
}

/** How it acts, beside its weights. */
export interface IndexOptions extends IndexAgentOptions, AskingOptions {
  /** The heuristic that it adds to. */
  readonly base: () => Scheduler;
  /** At ±1 the rank head multiplies or divides a rank by e^span. */
  readonly span: number;
}

/** First weights: hidden layers drawn from the seed (Glorot), last layers 0. */
export const indexWeights = ({ perRequest, forAll, hidden, own }: IndexShape, seed: Seed): Weights => ({
  settings: { activation: 'tanh' },
  tensors: indexTensors(perRequest.length, forAll.length, hidden, seed, own),
});

/** All weights, one after another. */
export const asVector = ({ tensors }: Weights): Float64Array =>
  Float64Array.from(Object.values(tensors).flatMap(({ values }) => [...values]));

/** The same weights with other numbers. @throws Error if there are more or fewer */
export function withVector({ settings, tensors }: Weights, vector: ArrayLike<number>): Weights {
  let at = 0;
  const changed = Object.entries(tensors).map(([name, { shape, values }]): [string, Tensor] => {
    const own = Float32Array.from(values, (_, k) => vector[at + k]);
    at += own.length;
    return [name, { shape, values: own }];
  });
  if (at !== vector.length) throw new Error(`${vector.length} numbers for ${at} weights`);
  return { settings, tensors: Object.fromEntries(changed) };
}

/** The weights of a trained scorer of slots (`learners/scorer.ts`) as those of an index policy: without what only training needs. */
export function scorerWeights({ tensors, settings: { activation } }: Weights): Weights {
  const acting = Object.entries(tensors).filter(([name]) => name !== 'logSd');
  return { tensors: Object.fromEntries(acting), settings: { activation } };
}

/** The policy as a scheduler like any other. @throws Error if weights and heads do not fit */
export const indexPolicy = (weights: Weights, options: IndexOptions): (() => Scheduler) =>
  asPolicy(() => indexAgent(weights, options), setCodec(options));
