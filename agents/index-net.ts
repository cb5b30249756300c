/**
 * Networks that score each request by itself, as data: `requests/layer0`, … on 16 features of a request and 10 of the engine, or on the former
 * alone, and `engine/layer0`, … on the latter for what is said of everyone. Either may be missing.
 */
import { type Seed, stream } from '../env/random.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../env/tasks/features.js';
import { denseLayer, glorot } from '../predictors/initialise.js';
import { type Mlp, mlp } from '../predictors/net.js';
import type { QueueNet } from '../predictors/queue-net.js';
import type { Tensor, Weights } from '../predictors/weights.js';

/** Of the request network: the request, then the engine. */
const INPUTS = REQUEST_FEATURES + ENGINE_FEATURES;

/**
 * First weights for so many outputs: hidden layers drawn from the seed (Glorot), last layers 0.
 * @param hidden its width; 0: linear
 * @param own requests are scored by their own features, without the engine's
 */
export function indexTensors(
  ofEach: number,
  ofAll: number,
  hidden: number,
  seed: Seed,
  own = false,
): Record<string, Tensor> {
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
    ...network('requests', own ? REQUEST_FEATURES : INPUTS, ofEach),
    ...network('engine', ENGINE_FEATURES, ofAll),
  };
}

/** Whether weights are those of such networks. */
export const isIndexNet = ({ tensors }: Weights): boolean => Object.hasOwn(tensors, 'requests/layer0.kernel');

interface IndexNet extends QueueNet {
  forward(
    requests: ArrayLike<number>,
    n: number,
    engine: ArrayLike<number>,
    ofEach: Float32Array | Float64Array,
    ofAll: Float32Array | Float64Array,
  ): void;
}

/** @throws Error naming the network that does not fit */
export function indexNet(weights: Weights): IndexNet {
  const each = networkOf(weights, 'requests', [INPUTS, REQUEST_FEATURES]);
  const all = networkOf(weights, 'engine', [ENGINE_FEATURES]);
  const heads = each?.outputs ?? 0;
  const x = new Float64Array(INPUTS);
  return {
    features: REQUEST_FEATURES,
    shared: ENGINE_FEATURES,
    heads,
    forAll: all?.outputs ?? 0,
    forward(requests, n, engine, ofEach, ofAll) {
      for (let k = 0; k < ENGINE_FEATURES; k++) x[REQUEST_FEATURES + k] = engine[k];
      for (let row = 0; row < n && each !== null; row++) {
        for (let k = 0; k < REQUEST_FEATURES; k++) x[k] = requests[row * REQUEST_FEATURES + k];
        const sums = each.forward(x);
        for (let head = 0; head < heads; head++) ofEach[row * heads + head] = sums[head];
      }
      if (all !== null) ofAll.set(all.forward(engine));
    },
  };
}

/** A network of the weights; null if there is none of this name. */
function networkOf({ settings, tensors }: Weights, name: string, inputs: readonly number[]): Mlp | null {
  const own = Object.entries(tensors).filter(([each]) => each.startsWith(`${name}/`));
  if (own.length === 0) return null;
  const network = mlp({
    settings,
    tensors: Object.fromEntries(own.map(([each, tensor]) => [each.slice(name.length + 1), tensor])),
  });
  if (!inputs.includes(network.inputs))
    throw new Error(`the network of ${name} has ${network.inputs} inputs, expected ${inputs.join(' or ')}`);
  return network;
}
