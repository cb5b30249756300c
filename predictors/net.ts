/**
 * Networks as they act: a forward pass over plain arrays that allocates nothing, equal to TensorFlow.js within 1e-5.
 *
 * A dense layer `NAME` is `NAME.kernel` [in × out] and `NAME.bias` [out]. Sums are in float64. Inputs that are 0 cost next to
 * nothing in a first layer, so wide sparse features are cheap.
 */
import { valuesOf, type Weights } from './weights.js';

export type Activation = 'tanh' | 'relu';

const activate = {
  tanh: (x: number): number => Math.tanh(x),
  relu: (x: number): number => (x > 0 ? x : 0),
} as const;

/** A layer: out = bias + x·kernel. */
interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

function dense(weights: Weights, name: string, inputs = -1, outputs = -1): Dense {
  const kernel = valuesOf(weights, `${name}.kernel`, [inputs, outputs]);
  const [rows, columns] = weights.tensors[`${name}.kernel`].shape;
  makeRoom(rows);
  return { inputs: rows, outputs: columns, kernel, bias: valuesOf(weights, `${name}.bias`, [columns]) };
}

/** Inputs that are not 0, of the layer at hand: where their row of the kernel begins, and what they are. */
let starts = new Int32Array(0);
let entries = new Float64Array(0);

function makeRoom(inputs: number): void {
  if (starts.length < inputs) [starts, entries] = [new Int32Array(inputs), new Float64Array(inputs)];
}

/** Adds x·kernel to `out`, four outputs at a time: their sums stay in registers. */
function addProduct({ inputs, outputs, kernel }: Dense, x: ArrayLike<number>, at: number, out: Float64Array): void {
  let n = 0;
  for (let i = 0; i < inputs; i++) {
    const xi = x[at + i];
    if (xi === 0) continue;
    starts[n] = i * outputs;
    entries[n++] = xi;
  }
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    let [a, b, c, d] = [out[o], out[o + 1], out[o + 2], out[o + 3]];
    for (let k = 0; k < n; k++) {
      const xi = entries[k];
      const w = starts[k] + o;
      a += xi * kernel[w];
      b += xi * kernel[w + 1];
      c += xi * kernel[w + 2];
      d += xi * kernel[w + 3];
    }
    out[o] = a;
    out[o + 1] = b;
    out[o + 2] = c;
    out[o + 3] = d;
  }
  for (; o < outputs; o++) for (let k = 0; k < n; k++) out[o] += entries[k] * kernel[starts[k] + o];
}

function apply(layer: Dense, x: ArrayLike<number>, at: number, out: Float64Array): void {
  for (let o = 0; o < layer.outputs; o++) out[o] = layer.bias[o];
  addProduct(layer, x, at, out);
}

function activateAll(name: Activation, out: Float64Array): void {
  const f = activate[name];
  for (let o = 0; o < out.length; o++) out[o] = f(out[o]);
}

function activationOf({ settings: { activation } }: Weights): Activation {
  if (activation === 'tanh' || activation === 'relu') return activation;
  throw new Error(`weights have the activation ${JSON.stringify(activation)}, expected "tanh" or "relu"`);
}

/** A multi-layer perceptron. */
export interface Mlp {
  readonly inputs: number;
  readonly outputs: number;
  /**
   * The last layer's sums, borrowed until the next call.
   * @param x `inputs` numbers from `at` [0] on
   */
  forward(x: ArrayLike<number>, at?: number): Float64Array;
}

/**
 * Layers `layer0`, `layer1`, …, with the setting `activation` between them.
 * @throws Error naming what is missing or does not fit the layer before
 */
export function mlp(weights: Weights): Mlp {
  const activation = activationOf(weights);
  const layers: Dense[] = [];
  do layers.push(dense(weights, `layer${layers.length}`, layers.at(-1)?.outputs ?? -1));
  while (Object.hasOwn(weights.tensors, `layer${layers.length}.kernel`));
  const sums = layers.map(({ outputs }) => new Float64Array(outputs));
  return {
    inputs: layers[0].inputs,
    outputs: layers[layers.length - 1].outputs,
    forward(x, at = 0) {
      apply(layers[0], x, at, sums[0]);
      for (let k = 1; k < layers.length; k++) {
        activateAll(activation, sums[k - 1]);
        apply(layers[k], sums[k - 1], 0, sums[k]);
      }
      return sums[sums.length - 1];
    },
  };
}

/** Scores of items, each from the item and the company it is in. */
export interface Scorer {
  /** Numbers of an item. */
  readonly inputs: number;
  /** Numbers that all items of a set share. */
  readonly shared: number;
  /** Scores of an item. */
  readonly outputs: number;
  /** Mean embedding of the items of the last call; 0s of none. */
  readonly pooled: Float64Array;
  /**
   * Writes the scores of `n` items [n × inputs] to `out` [n × outputs]. Items in another order get their scores in that order.
   * Allocates only if there are more items than ever before.
   */
  score(items: ArrayLike<number>, n: number, out: Float64Array | Float32Array, together?: ArrayLike<number>): void;
}

/**
 * Per-item scorer with pooled context, shared weights for all items x_i of a set, g what they share:
 *
 *     e_i = f(embed(x_i) + g·shared),  c = mean of all e,  h_i = f(item(e_i) + c·context),  scores_i = score(h_i)
 *
 * `context.kernel` [embedding × hidden] and `shared.kernel` [shared × embedding] have no biases of their own; without the second
 * items share nothing.
 */
export function scorer(weights: Weights): Scorer {
  const activation = activationOf(weights);
  const embed = dense(weights, 'embed');
  const given = Object.hasOwn(weights.tensors, 'shared.kernel') ? joined(weights, embed, 'shared') : null;
  const item = dense(weights, 'item', embed.outputs);
  const context = joined(weights, item, 'context', embed.outputs);
  const score = dense(weights, 'score', item.outputs);
  const [embedding, pooled] = [new Float64Array(embed.outputs), new Float64Array(embed.outputs)];
  const [first, shared] = [new Float64Array(embed.outputs), new Float64Array(item.outputs)];
  const hidden = new Float64Array(item.outputs);
  const scored = new Float64Array(score.outputs);
  let embeddings = new Float64Array(0);
  return {
    inputs: embed.inputs,
    shared: given?.inputs ?? 0,
    outputs: score.outputs,
    pooled,
    score(items, n, out, together = []) {
      if (embeddings.length < n * embed.outputs) embeddings = new Float64Array(2 * n * embed.outputs);
      pooled.fill(0);
      if (given) apply(given, together, 0, first);
      else first.set(embed.bias);
      for (let i = 0; i < n; i++) {
        embedding.set(first);
        addProduct(embed, items, i * embed.inputs, embedding);
        activateAll(activation, embedding);
        embeddings.set(embedding, i * embed.outputs);
        for (let o = 0; o < pooled.length; o++) pooled[o] += embedding[o] / n;
      }
      apply(context, pooled, 0, shared);
      for (let i = 0; i < n; i++) {
        hidden.set(shared);
        addProduct(item, embeddings, i * embed.outputs, hidden);
        activateAll(activation, hidden);
        apply(score, hidden, 0, scored);
        out.set(scored, i * score.outputs);
      }
    },
  };
}

/** What a layer adds for its set: the bias, and a kernel of its own. */
function joined(weights: Weights, { outputs, bias }: Dense, name: string, inputs = -1): Dense {
  const kernel = valuesOf(weights, `${name}.kernel`, [inputs, outputs]);
  const [rows] = weights.tensors[`${name}.kernel`].shape;
  makeRoom(rows);
  return { inputs: rows, outputs, kernel, bias };
}

/** A recurrent network with one output per step. */
export interface Gru {
  readonly inputs: number;
  /** Length of its state, which starts as zeros and belongs to the caller: one network serves any number of sequences. */
  readonly hidden: number;
  /**
   * Takes one step: changes `state` and returns the output.
   * @param x `inputs` numbers from `at` [0] on
   */
  step(x: ArrayLike<number>, state: Float64Array, at?: number): number;
}

/**
 * Gated recurrent unit (Cho et al. 2014) and a linear head:
 *
 *     z = σ(x·Wz + h·Uz + bz),  r = σ(x·Wr + h·Ur + br),  c = tanh(x·Wc + (r∘h)·Uc + bc)
 *     h ← z∘h + (1 − z)∘c,      output = head(h)
 *
 * `input` holds Wz, Wr, Wc side by side and the biases [inputs × 3·hidden], `gates.kernel` Uz, Ur [hidden × 2·hidden],
 * `candidate.kernel` Uc [hidden × hidden].
 */
export function gru(weights: Weights): Gru {
  const input = dense(weights, 'input');
  const hidden = input.outputs / 3;
  const gates = valuesOf(weights, 'gates.kernel', [hidden, 2 * hidden]);
  const candidate = valuesOf(weights, 'candidate.kernel', [hidden, hidden]);
  const head = dense(weights, 'head', hidden, 1);
  const sums = new Float64Array(3 * hidden); // z, r, c side by side
  const kept = new Float64Array(hidden); // r∘h
  return {
    inputs: input.inputs,
    hidden,
    step(x, state, at = 0) {
      apply(input, x, at, sums);
      for (let i = 0; i < hidden; i++)
        for (let o = 0; o < 2 * hidden; o++) sums[o] += state[i] * gates[i * 2 * hidden + o];
      for (let o = 0; o < 2 * hidden; o++) sums[o] = 1 / (1 + Math.exp(-sums[o]));
      for (let i = 0; i < hidden; i++) kept[i] = sums[hidden + i] * state[i];
      for (let i = 0; i < hidden; i++)
        for (let o = 0; o < hidden; o++) sums[2 * hidden + o] += kept[i] * candidate[i * hidden + o];
      let output = head.bias[0];
      for (let o = 0; o < hidden; o++) {
        state[o] = sums[o] * state[o] + (1 - sums[o]) * Math.tanh(sums[2 * hidden + o]);
        output += state[o] * head.kernel[o];
      }
      return output;
    },
  };
}
