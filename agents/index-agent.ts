/** Agents of index policies: networks over everyone who is here, of either kind, with all that they say within −1 … 1. */
import type { Agent } from '../env/tasks/codec.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../env/tasks/features.js';
import type { Heads } from '../env/tasks/heads.js';
import type { SetAction, SetBatch } from '../env/tasks/set-codec.js';
import { isQueueNet, type QueueNet, queueNet } from '../predictors/queue-net.js';
import type { Weights } from '../predictors/weights.js';
import { indexNet } from './index-net.js';

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

/** Each request by itself; tanh of what is said. */
function apart(weights: Weights, heads: number, all: number): Speak {
  const network = fitting(indexNet(weights), heads, all);
  let ofEach = new Float64Array(heads);
  const ofAll = new Float64Array(all);
  return (requests, n, engine, into) => {
    if (ofEach.length < n * heads) ofEach = new Float64Array(2 * n * heads);
    network.forward(requests, n, engine, ofEach, ofAll);
    for (let k = 0; k < n * heads; k++) into.requests[k] = Math.tanh(ofEach[k]);
    for (let k = 0; k < all; k++) into.engine[k] = Math.tanh(ofAll[k]);
  };
}

/** Each request in the company it is in; clipped, as in training. */
function together(weights: Weights, heads: number, all: number): Speak {
  const network = fitting(queueNet(weights), heads, all);
  const clip = (numbers: Float32Array, count: number): void => {
    for (let k = 0; k < count; k++) numbers[k] = Math.min(1, Math.max(-1, numbers[k]));
  };
  return (requests, n, engine, into) => {
    network.forward(requests, n, engine, into.requests, into.engine);
    clip(into.requests, n * heads);
    clip(into.engine, all);
  };
}

/** @throws Error if it is one of other inputs and outputs */
function fitting<Net extends QueueNet>(network: Net, heads: number, all: number): Net {
  const has = [network.features, network.shared, network.heads, network.forAll];
  const asked = [REQUEST_FEATURES, ENGINE_FEATURES, heads, all];
  if (has.some((size, k) => size !== asked[k]))
    throw new Error(
      `the network has ${has[0]} + ${has[1]} inputs and ${has[2]} + ${has[3]} outputs, expected ${asked[0]} + ${asked[1]} and ${asked[2]} + ${asked[3]}`,
    );
  return network;
}
