/**
 * Index policy: a small network scores each request by itself, and what it says is added to a heuristic.
 *
 *     heads of r   = tanh(requests(16 features of r, 10 of the engine)),   heads of everyone = tanh(engine(10 features))
 *
 * `requests` and `engine` are linear, or perceptrons with one hidden layer of tanh; all requests share the weights, so the queue may have
 * any length. Features are those of `env/tasks/features.ts`, heads those of `env/tasks/heads.ts`. Weights of the last layers begin at 0, and
 * then it is the heuristic, to the byte.
 */
import { type Seed, stream } from '../env/random.js';
import type { Scheduler } from '../env/serving/policy.js';
import type { AskingOptions } from '../env/tasks/asking.js';
import { type Agent, asPolicy } from '../env/tasks/codec.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../env/tasks/features.js';
import type { EngineHead, RequestHead } from '../env/tasks/heads.js';
import { type SetAction, type SetBatch, setCodec } from '../env/tasks/set-codec.js';
import { denseLayer, glorot } from '../predictors/initialise.js';
import { type Mlp, mlp } from '../predictors/net.js';
import type { Tensor, Weights } from '../predictors/weights.js';

/** Version of the features that weights are for: to be raised with any change of `env/tasks/features.ts`. */
export const OBSERVATION = 1;

/** Which heads it has, and how wide its hidden layers are. */
export interface IndexShape {
  readonly perRequest: readonly RequestHead[];
  readonly forAll: readonly EngineHead[];
  /** 0: linear. */
  readonly hidden: number;
}

/** How it acts, beside its weights. */
export interface IndexOptions extends Omit<IndexShape, 'hidden'>, AskingOptions {
  readonly name: string;
  /** The heuristic that it adds to. */
  readonly base: () => Scheduler;
  /** At ±1 the rank head multiplies or divides a rank by e^span. */
  readonly span: number;
}

/** Of the request network: the request, then the engine. */
const INPUTS = REQUEST_FEATURES + ENGINE_FEATURES;

/** First weights: hidden layers drawn from the seed (Glorot), last layers 0. */
export function indexWeights({ perRequest, forAll, hidden }: IndexShape, seed: Seed): Weights {
  const random = stream(seed, 'index policy');
  const network = (name: string, inputs: number, outputs: number): Record<string, Tensor> => {
    if (outputs === 0) return {};
    const last = (width: number) => glorot(width, outputs, random, 0);
    if (hidden === 0) return denseLayer(`${name}/layer0`, last(inputs));
    return {
      ...denseLayer(`${name}/layer0`, glorot(inputs, hidden, random)),
      ...denseLayer(`${name}/layer1`, last(hidden)),
    };
  };
  return {
    settings: { activation: 'tanh' },
    tensors: {
      ...network('requests', INPUTS, perRequest.length),
      ...network('engine', ENGINE_FEATURES, forAll.length),
    },
  };
}

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

/** A network of the weights; without outputs there is none. @throws Error if it does not fit features and heads */
function networkOf({ settings, tensors }: Weights, name: string, inputs: number, outputs: number): Mlp | null {
  if (outputs === 0) return null;
  const own = Object.entries(tensors)
    .filter(([each]) => each.startsWith(`${name}/`))
    .map(([each, tensor]) => [each.slice(name.length + 1), tensor]);
  const network = mlp({ settings, tensors: Object.fromEntries(own) });
  if (network.inputs !== inputs || network.outputs !== outputs)
    throw new Error(
      `the network of ${name} has ${network.inputs} inputs and ${network.outputs} outputs, expected ${inputs} and ${outputs}`,
    );
  return network;
}

/** Acts on sets of requests (`set-codec.ts`). Allocates only when more are here than ever before. */
function indexAgent(name: string, weights: Weights, heads: number, all: number): Agent<SetAction, SetBatch> {
  const ofRequest = networkOf(weights, 'requests', INPUTS, heads);
  const ofEngine = networkOf(weights, 'engine', ENGINE_FEATURES, all);
  const x = new Float64Array(INPUTS);
  const action = { engine: new Float32Array(all), requests: new Float32Array(heads) };
  const squash = (sums: Float64Array, into: Float32Array, at: number): void => {
    for (let head = 0; head < sums.length; head++) into[at + head] = Math.tanh(sums[head]);
  };
  return {
    name,
    act({ engine, requests: [rows] }) {
      const n = rows.length / REQUEST_FEATURES;
      if (action.requests.length < n * heads) action.requests = new Float32Array(2 * n * heads);
      for (let k = 0; k < ENGINE_FEATURES; k++) x[REQUEST_FEATURES + k] = engine[k];
      for (let row = 0; row < n && ofRequest !== null; row++) {
        for (let k = 0; k < REQUEST_FEATURES; k++) x[k] = rows[row * REQUEST_FEATURES + k];
        squash(ofRequest.forward(x), action.requests, row * heads);
      }
      if (ofEngine !== null) squash(ofEngine.forward(engine), action.engine, 0);
      return action;
    },
  };
}

/** The policy as a scheduler like any other. @throws Error if weights and heads do not fit */
export function indexPolicy(weights: Weights, { name, ...options }: IndexOptions): () => Scheduler {
  const { perRequest, forAll } = options;
  return asPolicy(
    () => indexAgent(name, weights, perRequest.length, forAll.length),
    () => setCodec(options),
  );
}
