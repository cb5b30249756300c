/** A network over everyone who is here, in a queue of any length: scores for each, and numbers for all of them. */
import { type Mlp, mlp, scorer } from './net.js';
import type { Weights } from './weights.js';

export interface QueueNet {
  /** Numbers of a request, and of the engine. */
  readonly features: number;
  readonly shared: number;
  /** Outputs for each request, and for everyone. */
  readonly heads: number;
  readonly forAll: number;
  /**
   * Writes `n` × heads and `forAll` outputs; in another order requests get the same in that order.
   * @param requests [n × features]
   */
  forward(
    requests: ArrayLike<number>,
    n: number,
    engine: ArrayLike<number>,
    ofEach: Float32Array,
    ofAll: Float32Array,
  ): void;
}

/** Before the names of the layers for everyone. */
const EVERYONE = 'everyone/';

/** Whether weights are those of a queue network. */
export const isQueueNet = ({ tensors }: Weights): boolean => Object.hasOwn(tensors, 'shared.kernel');

/**
 * The scorer of `net.ts`; with layers `everyone/layer0`, … also a perceptron on the mean embedding and the numbers of the engine.
 * @throws Error naming what is missing or does not fit
 */
export function queueNet(weights: Weights): QueueNet {
  const each = scorer(weights);
  const everyone = everyoneOf(weights);
  const embedded = each.pooled.length;
  const x = new Float64Array(embedded + each.shared);
  if (everyone && everyone.inputs !== x.length)
    throw new Error(`the layers for everyone have ${everyone.inputs} inputs, expected ${x.length}`);
  return {
    features: each.inputs,
    shared: each.shared,
    heads: each.outputs,
    forAll: everyone?.outputs ?? 0,
    forward(requests, n, engine, ofEach, ofAll) {
      each.score(requests, n, ofEach, engine);
      if (everyone === null) return;
      x.set(each.pooled);
      for (let k = 0; k < each.shared; k++) x[embedded + k] = engine[k];
      ofAll.set(everyone.forward(x));
    },
  };
}

function everyoneOf({ tensors, settings }: Weights): Mlp | null {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(EVERYONE));
  if (own.length === 0) return null;
  return mlp({ settings, tensors: Object.fromEntries(own.map(([name, each]) => [name.slice(EVERYONE.length), each])) });
}
