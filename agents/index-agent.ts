/** Agents of index policies: networks over everyone who is here, of either kind, with all that they say within −1 … 1. */
import type { Agent } from '../env/tasks/codec.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../env/tasks/features.js';
import type { Heads } from '../env/tasks/heads.js';
import type { SetAction, SetBatch } from '../env/tasks/set-codec.js';
import { type Mlp, mlp } from '../predictors/net.js';
import { isQueueNet, queueNet } from '../predictors/queue-net.js';
import type { Weights } from '../predictors/weights.js';

/** Writes the heads of `n` requests [n × heads], and those of everyone. */
type Speak = (requests: Float32Array, n: number, engine: Float32Array, into: SetAction) => void;

export interface IndexAgentOptions extends Heads {
  readonly name: string;
  /** Heads that say nothing: what is left without them, by name ([]). */
  readonly off?: readonly string[];
}

/** Acts on sets of requests (`set-codec.ts`). Allocates only when more are here than ever before. @throws Error if weights and heads do not fit */
export function indexAgent(
  weights: Weights,
  { name, perRequest, forAll, off = [] }: IndexAgentOptions,
): Agent<SetAction, SetBatch> {
  const [heads, all] = [perRequest.length, forAll.length];
  const speak = isQueueNet(weights) ? together(weights, heads, all) : apart(weights, heads, all);
  const [silent, silentForAll] = [silenced(perRequest, off), silenced(forAll, off)];
  const action = { engine: new Float32Array(all), requests: new Float32Array(heads) };
  return {
    name,
    act({ engine, requests: [rows] }) {
      const n = rows.length / REQUEST_FEATURES;
      if (action.requests.length < n * heads) action.requests = new Float32Array(2 * n * heads);
      speak(rows, n, engine, action);
      for (const head of silent) for (let row = 0; row < n; row++) action.requests[row * heads + head] = 0;
      for (const head of silentForAll) action.engine[head] = 0;
      return action;
    },
  };
}

/** Numbers of the heads that are switched off. */
const silenced = (heads: readonly string[], off: readonly string[]): readonly number[] =>
  heads.flatMap((head, k) => (off.includes(head) ? [k] : []));

/** Each request by itself, everyone by a network of their own; tanh of what they say. */
function apart(weights: Weights, heads: number, all: number): Speak {
  const ofRequest = networkOf(weights, 'requests', REQUEST_FEATURES + ENGINE_FEATURES, heads);
  const ofEngine = networkOf(weights, 'engine', ENGINE_FEATURES, all);
  const x = new Float64Array(REQUEST_FEATURES + ENGINE_FEATURES);
  const squash = (sums: Float64Array, into: Float32Array, at: number): void => {
    for (let head = 0; head < sums.length; head++) into[at + head] = Math.tanh(sums[head]);
  };
  return (requests, n, engine, into) => {
    for (let k = 0; k < ENGINE_FEATURES; k++) x[REQUEST_FEATURES + k] = engine[k];
    for (let row = 0; row < n && ofRequest !== null; row++) {
      for (let k = 0; k < REQUEST_FEATURES; k++) x[k] = requests[row * REQUEST_FEATURES + k];
      squash(ofRequest.forward(x), into.requests, row * heads);
    }
    if (ofEngine !== null) squash(ofEngine.forward(engine), into.engine, 0);
  };
}

/** A network of the weights; without outputs there is none. */
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

/** Each request in the company it is in; clipped, as in training. */
function together(weights: Weights, heads: number, all: number): Speak {
  const network = queueNet(weights);
  const has = [network.features, network.shared, network.heads, network.forAll];
  const asked = [REQUEST_FEATURES, ENGINE_FEATURES, heads, all];
  if (has.some((size, k) => size !== asked[k]))
    throw new Error(
      `the network has ${has[0]} + ${has[1]} inputs and ${has[2]} + ${has[3]} outputs, expected ${asked[0]} + ${asked[1]} and ${asked[2]} + ${asked[3]}`,
    );
  const clip = (numbers: Float32Array, count: number): void => {
    for (let k = 0; k < count; k++) numbers[k] = Math.min(1, Math.max(-1, numbers[k]));
  };
  return (requests, n, engine, into) => {
    network.forward(requests, n, engine, into.requests, into.engine);
    clip(into.requests, n * heads);
    clip(into.engine, all);
  };
}
