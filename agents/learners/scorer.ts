/**
 * A network over requests in slots, in training: all of them share their weights, and each is scored in the company it is in.
 *
 *     e_i = f(embed(x_i) + g·shared),  c = mean of the e of who is here,  h_i = f(item(e_i) + c·context),  heads of i = score(h_i)
 *     heads of everyone = everyone(c, g)
 *
 * x_i are the numbers of a request, g those of the engine, `everyone` is a perceptron with one hidden layer. Who stands in which slot
 * makes no difference (Zaheer et al. 2017), and an empty slot costs nothing. The same layers by the same names act in `predictors/net.ts`
 * on queues of any length.
 */
import type { Activation } from '../../predictors/net.js';
import { companyLayer, createGroups } from './company.js';
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import { trainedMlp } from './mlp.js';
import { biasOf, product, type TrainedNetwork } from './network.js';

/** How an observation lies in a row, and the outputs for it: slot after slot, then what is of everyone. */
export interface SlotShape {
  readonly slots: number;
  /** Numbers of a request. The last one is 1; 0 in an empty slot. */
  readonly features: number;
  /** Numbers of the engine. */
  readonly shared: number;
  /** Outputs for a request. An empty slot has 0s. */
  readonly heads: number;
  /** Outputs for everyone. */
  readonly forAll: number;
}

export interface ScorerOptions extends SlotShape {
  /** Width of all hidden layers. */
  readonly hidden: number;
  readonly activation: Activation;
  /** Most rows of a batch. */
  readonly rows: number;
  readonly kernels: Kernels;
}

export function trainedScorer(options: ScorerOptions): TrainedNetwork {
  const { slots, features, shared, heads, forAll, hidden, activation, rows, kernels } = options;
  const { numbers, addUp, addOut, activate, bend } = kernels;
  const items = rows * slots;
  const [inputs, outputs] = [slots * features + shared, slots * heads + forAll];
  const [input, output, slope] = [numbers(rows * inputs), numbers(rows * outputs), numbers(rows * outputs)];
  const groups = createGroups(kernels, rows, items);
  const { first, row, slot, share } = groups;
  const [x, g] = [numbers(items * features), numbers(rows * shared)];
  const embed = companyLayer(groups, ['embed', features], ['shared', shared], hidden);
  const [pooled, pooledSlope] = [numbers(rows * hidden), numbers(rows * hidden)];
  const each =
    heads > 0
      ? {
          item: companyLayer(groups, ['item', hidden], ['context', hidden], hidden),
          score: product(kernels, 'score', hidden, heads),
          bias: biasOf(kernels, 'score', heads, items),
          out: numbers(items * heads),
          slope: numbers(items * heads),
        }
      : null;
  const everyone =
    forAll > 0
      ? trainedMlp({
          ...{ widths: [hidden + shared, hidden, forAll], activation, rows, kernels },
          ...{ prefix: 'everyone/', keepsInputSlope: true },
        })
      : null;

  /** Takes the requests of a batch together. */
  function gather(count: number): void {
    let n = 0;
    for (let b = 0; b < count; b++) {
      first[b] = n;
      for (let k = 0; k < slots; k++) {
        const from = b * inputs + k * features;
        const before = n;
        for (let at = from + features - 1; k < slots && input[at] !== 0; at += features) {
          row[n] = b;
          slot[n++] = k++;
        }
        // neighbours are copied together
        if (n > before) x.set(input.subarray(from, from + (n - before) * features), before * features);
      }
      share.fill(1 / (n - first[b]), first[b], n);
      copy(input, b * inputs + slots * features, g, b * shared, shared);
    }
    first[count] = n;
    groups.n = n;
    groups.rows = count;
  }

  function forward(count: number): void {
    gather(count);
    const { n } = groups;
    embed.forward(x, g);
    activate(activation, embed.out, n * hidden);
    pooled.fill(0, 0, count * hidden);
    addUp(first, count, share, embed.out, pooled, hidden);
    output.fill(0, 0, count * outputs);
    if (each) {
      each.item.forward(embed.out, pooled);
      activate(activation, each.item.out, n * hidden);
      each.bias.forward(each.out, n);
      each.score.forward(each.item.out, each.out, n);
      for (let i = 0; i < n; i++) copy(each.out, i * heads, output, row[i] * outputs + slot[i] * heads, heads);
    }
    if (everyone === null) return;
    for (let b = 0; b < count; b++) {
      copy(pooled, b * hidden, everyone.input, b * (hidden + shared), hidden);
      copy(g, b * shared, everyone.input, b * (hidden + shared) + hidden, shared);
    }
    everyone.forward(count);
    for (let b = 0; b < count; b++) copy(everyone.output, b * forAll, output, b * outputs + slots * heads, forAll);
  }

  function backward(count: number): void {
    const { n } = groups;
    if (each) {
      for (let i = 0; i < n; i++) copy(slope, row[i] * outputs + slot[i] * heads, each.slope, i * heads, heads);
      each.bias.backward(each.slope, n);
      each.score.backward(each.item.out, each.slope, n, each.item.slope);
      bend(activation, each.item.out, each.item.slope, n * hidden);
      each.item.backward(embed.out, pooled, embed.slope, pooledSlope);
    } else {
      embed.slope.fill(0, 0, n * hidden);
      pooledSlope.fill(0, 0, count * hidden);
    }
    if (everyone?.inputSlope) {
      for (let b = 0; b < count; b++) copy(slope, b * outputs + slots * heads, everyone.slope, b * forAll, forAll);
      everyone.backward(count);
      for (let b = 0; b < count; b++)
        for (let o = 0; o < hidden; o++) pooledSlope[b * hidden + o] += everyone.inputSlope[b * (hidden + shared) + o];
    }
    addOut(first, count, share, embed.slope, pooledSlope, hidden);
    bend(activation, embed.out, embed.slope, n * hidden);
    embed.backward(x, g, null, null);
  }

  const parameters = [
    ...embed.parameters,
    ...(each ? [...each.item.parameters, each.score.weights, each.bias.weights] : []),
    ...(everyone ? everyone.parameters : []),
  ];
  const last = [...(each ? [each.score.weights] : []), ...(everyone ? everyone.last : [])];
  return { parameters, last, input, output, slope, forward, backward };
}

function copy(from: Reals, at: number, into: Reals, to: number, count: number): void {
  for (let k = 0; k < count; k++) into[to + k] = from[at + k];
}
