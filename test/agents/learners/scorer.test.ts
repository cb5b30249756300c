/** The scorer of requests in slots: TensorFlow.js computes the same and has the same gradients; slots and empty ones make no difference. */
import { describe, expect, it } from 'vitest';
import { type Kernels, plainKernels } from '../../../agents/learners/kernels.js';
import { initialise, type TrainedNetwork } from '../../../agents/learners/network.js';
import { type SlotShape, trainedScorer } from '../../../agents/learners/scorer.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { tensorKernels } from '../../../agents/learners/tensor-kernels.js';
import { stream } from '../../../env/random.js';
import { type Graph, mlpGraph, scorerGraph } from '../../../predictors/graph.js';
import { initBackend, type Scalar, type Tensor, type Tensor2D, type Tf } from '../../../predictors/tensor.js';
import { near } from './recorded.js';

const shape: SlotShape = { slots: 5, features: 4, shared: 3, heads: 2, forAll: 3 };
const HIDDEN = 8;
/** Requests in the slots of four observations; the third one shows nobody. */
const here = [
  [1, 1, 1, 1, 1],
  [1, 0, 1, 0, 0],
  [0, 0, 0, 0, 0],
  [0, 0, 0, 0, 1],
] as const;

function shakenScorer(of: SlotShape, kernels: Kernels, activation: 'tanh' | 'relu' = 'tanh'): TrainedNetwork {
  const net = trainedScorer({ ...of, hidden: HIDDEN, activation, rows: 6, kernels });
  const random = stream(1, 'scorer');
  for (const { values } of net.parameters) for (let k = 0; k < values.length; k++) values[k] = random.next() - 0.5;
  return net;
}

/** An observation. Numbers of empty slots are anything but their last. */
function observe({ features, shared }: SlotShape, slots: readonly number[], seed: number): number[] {
  const random = stream(seed, 'observation');
  const requests = slots.flatMap((there) => [
    ...Array.from({ length: features - 1 }, () => 2 * random.next() - 1),
    there,
  ]);
  return [...requests, ...Array.from({ length: shared }, () => random.next())];
}

/** One observation through the graphs of `predictors/graph.ts`: [slots·heads + forAll]. */
function outputsOf(tf: Tf, weights: Graph, of: SlotShape, activation: 'tanh' | 'relu', seen: number[]): Tensor {
  const { slots, features, shared, heads, forAll } = of;
  const rows = Array.from({ length: slots }, (_, k) => seen.slice(k * features, (k + 1) * features));
  const present = rows.flatMap((row, k) => (row[features - 1] === 0 ? [] : [k]));
  const engine = tf.tensor2d([seen.slice(slots * features)], [1, shared]);
  const mine = 'item.kernel' in weights;
  const company =
    present.length > 0 && mine
      ? scorerGraph(tf, weights, activation, tf.tensor2d(present.map((k) => rows[k])), engine)
      : null;
  const pooled =
    company?.pooled ??
    pooledOf(
      tf,
      weights,
      activation,
      present.map((k) => rows[k]),
      engine,
    );
  const zero = tf.zeros([1, heads]) as Tensor2D;
  const own = Array.from({ length: slots }, (_, k) =>
    company && present.includes(k) ? (tf.slice(company.scores, [present.indexOf(k), 0], [1, heads]) as Tensor2D) : zero,
  );
  const everyone = Object.fromEntries(
    Object.entries(weights).flatMap(([name, tensor]) =>
      name.startsWith('everyone/') ? [[name.slice(9), tensor]] : [],
    ),
  );
  const all = forAll > 0 ? [mlpGraph(tf, everyone, activation, tf.concat([pooled, engine], 1) as Tensor2D)] : [];
  return tf.concat([...own, ...all].map((each) => tf.reshape(each, [-1])));
}

function pooledOf(tf: Tf, weights: Graph, activation: 'tanh' | 'relu', rows: number[][], engine: Tensor2D): Tensor2D {
  if (rows.length === 0) return tf.zeros([1, HIDDEN]);
  const sums = tf.add(
    tf.add(tf.matMul(tf.tensor2d(rows), weights['embed.kernel'] as Tensor2D), weights['embed.bias']),
    tf.matMul(engine, weights['shared.kernel'] as Tensor2D),
  );
  return tf.mean(tf[activation](sums), 0, true) as Tensor2D;
}

const backend = await initBackend();

describe.each([
  ['float64', () => plainKernels(Float64Array)],
  ['simd', simdKernels],
  ['tensorflow', () => tensorKernels(backend)],
] as const)('%s', (_, kernels) => {
  it.each([
    ['tanh', shape],
    ['relu', shape],
    ['tanh', { ...shape, forAll: 0 }],
    ['tanh', { ...shape, heads: 0, forAll: 1 }],
  ] as const)('%s %o: outputs and gradients as TensorFlow.js has them', (activation, of) => {
    const { tf } = backend;
    const net = shakenScorer(of, kernels(), activation);
    const seen = here.map((slots, k) => observe(of, slots, k));
    net.input.set(seen.flat());
    const outputs = of.slots * of.heads + of.forAll;
    const random = stream(3, 'slopes');
    const slopes = seen.map(() => Array.from({ length: outputs }, () => random.next() - 0.3));
    net.slope.set(slopes.flat());
    net.forward(4);
    net.backward(4);
    net.backward(4); // overwrites, does not add up
    const names = net.parameters.map(({ name }) => name);
    const weights = net.parameters.map(({ shape: size, values }) => tf.tensor(Float32Array.from(values), [...size]));
    const graph = (given: readonly Tensor[]): Graph => Object.fromEntries(names.map((name, k) => [name, given[k]]));
    const rowsOf = (given: readonly Tensor[]): Tensor[] =>
      seen.map((row) => outputsOf(tf, graph(given), of, activation, row));
    const loss = (...given: Tensor[]): Scalar =>
      tf.addN(rowsOf(given).map((row, k) => tf.sum(tf.mul(row, tf.tensor1d(slopes[k]))))) as Scalar;
    near(net.output.subarray(0, 4 * outputs), tf.concat(rowsOf(weights)).dataSync(), 1e-5);
    const { grads } = tf.valueAndGrads(loss)(weights);
    net.parameters.forEach(({ gradient }, k) => {
      near(gradient, grads[k].dataSync(), 1e-5);
    });
  });
});

describe('slots', () => {
  const { slots, features, heads, forAll } = shape;
  const outputs = slots * heads + forAll;

  it('in another order give the same heads in that order', () => {
    const net = shakenScorer(shape, plainKernels(Float64Array));
    const seen = observe(shape, [1, 1, 0, 1, 1], 7);
    const order = [3, 0, 4, 1, 2];
    const moved = [
      ...order.flatMap((k) => seen.slice(k * features, (k + 1) * features)),
      ...seen.slice(slots * features),
    ];
    net.input.set([...seen, ...moved]);
    net.forward(2);
    const [first, second] = [net.output.slice(0, outputs), net.output.slice(outputs, 2 * outputs)];
    order.forEach((k, at) => {
      near(second.slice(at * heads, (at + 1) * heads), first.slice(k * heads, (k + 1) * heads), 1e-12);
    });
    near(second.slice(slots * heads), first.slice(slots * heads), 1e-12);
  });

  it('that are empty change nothing, have 0s and teach nothing', () => {
    const few = shakenScorer({ ...shape, slots: 2 }, plainKernels(Float64Array));
    const many = shakenScorer(shape, plainKernels(Float64Array));
    const seen = observe({ ...shape, slots: 2 }, [1, 1], 8);
    few.input.set(seen);
    many.input.set([
      ...seen.slice(0, 2 * features),
      ...[9, 9, 9, 0, 9, 9, 9, 0, 9, 9, 9, 0],
      ...seen.slice(2 * features),
    ]);
    few.forward(1);
    many.forward(1);
    expect([...many.output.slice(0, 4)]).toEqual([...few.output.slice(0, 4)]);
    expect([...many.output.slice(4, 10)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...many.output.slice(10, outputs)]).toEqual([...few.output.slice(4, 4 + forAll)]);
    few.slope.set([1, 2, 3, 4, 5, 6, 7]);
    many.slope.set([1, 2, 3, 4, 8, 8, 8, 8, 8, 8, 5, 6, 7]);
    few.backward(1);
    many.backward(1);
    expect(many.parameters.map(({ gradient }) => [...gradient])).toEqual(
      few.parameters.map(({ gradient }) => [...gradient]),
    );
  });

  it('say nothing at first where the gain is 0', () => {
    const net = shakenScorer(shape, simdKernels());
    initialise(net, stream(2, 'net'), 0);
    net.input.set(here.flatMap((each, k) => observe(shape, each, k)));
    net.forward(4);
    expect(net.output.every((value) => value === 0)).toBe(true);
    expect(net.parameters.find(({ name }) => name === 'item.kernel')?.values.some((value) => value !== 0)).toBe(true);
  });
});
