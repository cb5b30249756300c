/** Networks in training: their gradients against TensorFlow.js, whole updates against PyTorch. */
import { describe, expect, it } from 'vitest';
import { policyWeights } from '../../../agents/learners/agent.js';
import { choiceOf } from '../../../agents/learners/choice.js';
import { type Kernels, plainKernels } from '../../../agents/learners/kernels.js';
import { noLosses, ppoLosses } from '../../../agents/learners/math/ppo-loss.js';
import { normalise } from '../../../agents/learners/math/returns.js';
import { type TrainedMlp, trainedMlp } from '../../../agents/learners/mlp.js';
import { initialise } from '../../../agents/learners/network.js';
import { createOptimizer } from '../../../agents/learners/optimizer.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { tensorKernels } from '../../../agents/learners/tensor-kernels.js';
import { stream } from '../../../env/random.js';
import { mlpGraph } from '../../../predictors/graph.js';
import { mlp } from '../../../predictors/net.js';
import { initBackend, type Scalar, type Tensor } from '../../../predictors/tensor.js';
import { flat, near, recorded, recording, where } from './recorded.js';

const backend = await initBackend();
const kinds: readonly (readonly [string, () => Kernels, number])[] = [
  ['float32', () => plainKernels(), 2e-5],
  ['float64', () => plainKernels(Float64Array), 1e-9],
  ['simd', simdKernels, 2e-5],
  ['tensorflow', () => tensorKernels(backend), 2e-5],
];

describe.each(kinds)('%s', (_, kernels, tolerance) => {
  it.each([
    ['tanh', [5, 7, 8, 3], 6],
    ['relu', [3, 16, 1], 9],
    ['tanh', [4, 2], 1],
    ['tanh', [6, 64, 64, 5], 33],
  ] as const)('%s %j, %i rows: outputs and gradients as TensorFlow.js has them', (activation, widths, rows) => {
    const { tf } = backend;
    const net = trainedMlp({ widths, activation, rows: rows + 2, kernels: kernels() });
    const random = stream(1, 'net');
    for (const { values } of net.parameters) for (let k = 0; k < values.length; k++) values[k] = random.next() - 0.5;
    const inputs = widths[0];
    const outputs = widths[widths.length - 1];
    for (let k = 0; k < rows * inputs; k++) net.input[k] = k % 7 === 0 ? 0 : 2 * random.next() - 1;
    for (let k = 0; k < rows * outputs; k++) net.slope[k] = random.next() - 0.3;
    net.forward(rows);
    net.backward(rows);
    net.backward(rows); // overwrites, does not add up
    const x = tf.tensor2d(Float32Array.from(net.input.subarray(0, rows * inputs)), [rows, inputs]);
    const slope = tf.tensor2d(Float32Array.from(net.slope.subarray(0, rows * outputs)), [rows, outputs]);
    const names = net.parameters.map((each) => each.name);
    const loss = (...given: Tensor[]): Scalar => {
      const named = Object.fromEntries(names.map((each, k) => [each, given[k]]));
      return tf.sum(tf.mul(mlpGraph(tf, named, activation, x), slope));
    };
    const weights = net.parameters.map(({ shape, values }) => tf.tensor(Float32Array.from(values), [...shape]));
    const { grads } = tf.valueAndGrads(loss)(weights);
    net.parameters.forEach(({ gradient }, k) => {
      near(gradient, grads[k].dataSync(), 1e-5);
    });
    const graph = Object.fromEntries(names.map((each, k) => [each, weights[k] as Tensor]));
    near(net.output.subarray(0, rows * outputs), mlpGraph(tf, graph, activation, x).dataSync(), 1e-5);
    const form = { choice: 'box', low: [0], high: [1] } as const;
    const acting = mlp(policyWeights(net.parameters, form, activation));
    for (let row = 0; row < rows; row++)
      near(acting.forward(net.input, row * inputs), net.output.subarray(row * outputs, (row + 1) * outputs), 1e-5);
  });

  it('begins orthogonal, biases 0', () => {
    for (const { shape_out_in, gain, frobenius_norm } of recording<Adam>('adam').orthogonal_initialisation) {
      const [outputs, inputs] = shape_out_in;
      const net = trainedMlp({ widths: [inputs, outputs], activation: 'tanh', rows: 1, kernels: kernels() });
      initialise(net, stream(3, 'net'), gain);
      const [{ values }, bias] = net.parameters;
      expect(bias.values.every((value) => value === 0)).toBe(true);
      expect(Math.hypot(...values)).toBeCloseTo(frobenius_norm, 5);
      const column = (o: number): number[] => Array.from({ length: inputs }, (_, i) => values[i * outputs + o]);
      const row = (i: number): number[] => Array.from({ length: outputs }, (_, o) => values[i * outputs + o]);
      const vectors = Array.from({ length: Math.min(inputs, outputs) }, (_, k) =>
        outputs <= inputs ? column(k) : row(k),
      );
      const dots = vectors.map((vector) => vector.reduce((sum, value, k) => sum + value * vectors[0][k], 0));
      dots.forEach((dot, k) => {
        expect(dot).toBeCloseTo(k === 0 ? gain * gain : 0, 5);
      });
    }
  });

  describe.skipIf(!recorded)(`four PPO updates of a masked actor and critic (${where})`, () => {
    const of = recording<Adam>('adam').ppo_updates;

    it('losses, gradient norms and weights', () => {
      const arithmetic = kernels();
      const [actor, critic] = [net(of.start_policy, arithmetic), net(of.start_value, arithmetic)];
      const parameters = [...actor.parameters, ...critic.parameters];
      const optimizer = createOptimizer(parameters, arithmetic);
      const choice = choiceOf({ choice: 'discrete', sizes: [3], starts: [0] }, { rows: 24 });
      of.minibatches.forEach((batch, step) => {
        const rows = batch.length;
        const pick = (values: readonly number[]): Float64Array => Float64Array.from(batch, (k) => values[k]);
        const observations = flat(batch.map((k) => of.observations[k]));
        actor.input.set(observations);
        critic.input.set(observations);
        actor.forward(rows);
        critic.forward(rows);
        const mask = Uint8Array.from(batch.flatMap((k) => of.mask[k]));
        const actions = pick(of.actions);
        const logProb = new Float64Array(rows);
        const entropy = new Float64Array(rows);
        for (let k = 0; k < rows; k++) {
          logProb[k] = choice.logProb(actor.output, mask, k, actions);
          entropy[k] = choice.entropy;
        }
        const advantage = pick(of.advantages);
        normalise(advantage);
        const [byLogProb, losses] = [new Float64Array(rows), noLosses()];
        ppoLosses(
          {
            rows,
            logProb,
            entropy,
            advantage,
            oldLogProb: pick(of.old_log_prob),
            value: critic.output,
            oldValue: pick(of.old_values),
            returns: pick(of.returns),
          },
          {
            clip: of.clip,
            valueClip: of.value_clip,
            valueLoss: 'squares',
            valueCoefficient: of.value_coefficient,
            entropyCoefficient: of.entropy_coefficient,
          },
          byLogProb,
          critic.slope,
          losses,
        );
        actor.slope.fill(0);
        for (let k = 0; k < rows; k++)
          choice.addGradient(k, byLogProb[k], -of.entropy_coefficient / rows, actor.slope, null);
        actor.backward(rows);
        critic.backward(rows);
        const norm = optimizer.step(of.adam.lr, of.max_grad_norm);
        const { policy_loss, value_loss, entropy: mean, total, gradient_norm } = of.updates[step];
        near(
          [losses.policy, losses.value, losses.entropy, losses.total, norm],
          [policy_loss, value_loss, mean, total, gradient_norm],
          tolerance,
        );
      });
      parameters.forEach(({ values }, k) => {
        near(values, [...of.end_policy, ...of.end_value].map(kernel)[k], tolerance);
      });
    });

    function net(start: Given[], arithmetic: Kernels): TrainedMlp {
      const widths = [start[0][0] as number[], ...start.filter((_, k) => k % 2 === 1)].map((each) => each.length);
      const made = trainedMlp({ widths, activation: 'tanh', rows: 24, kernels: arithmetic });
      made.parameters.forEach(({ values }, k) => {
        values.set(kernel(start[k]));
      });
      return made;
    }
  });
});

describe('SIMD', () => {
  it.each([
    [4, 8, 8],
    [1, 1, 1],
    [5, 3, 13],
    [11, 7, 6],
    [9, 6, 12],
    [64, 64, 64],
  ])('products of %i × %i × %i, A as it is and transposed', (m, k, n) => {
    const [simd, plain] = [simdKernels(), plainKernels(Float64Array)];
    const random = stream(2, 'product');
    for (const transposed of [false, true]) {
      const [a, b, c] = [m * k, k * n, m * n].map((size) =>
        Float32Array.from({ length: size }, () => random.next() - 0.5),
      );
      const [row, column] = transposed ? [1, m] : [k, 1];
      const [fast, slow] = [simd, plain].map(({ numbers, addProduct }) => {
        const arrays = [a, b, c].map((values) => {
          const into = numbers(values.length);
          into.set(values);
          return into;
        });
        addProduct(arrays[0], row, column, arrays[1], arrays[2], m, k, n);
        return arrays[2];
      });
      near(fast, slow, 1e-6);
    }
  });

  it('tanh and relu', () => {
    const { numbers, activate } = simdKernels();
    const x = Float32Array.from({ length: 4_001 }, (_, k) => (k - 2_000) / 150);
    for (const [name, f] of [
      ['tanh', Math.tanh],
      ['relu', (each: number): number => Math.max(0, each)],
    ] as const) {
      const y = numbers(x.length);
      y.set(x);
      activate(name, y, x.length);
      near(y, x.map(f), 4e-7);
    }
  });

  it('has an end', () => {
    expect(() => simdKernels().numbers(2 ** 27)).toThrow('more than 256 MiB');
  });
});

type Given = number[] | number[][];
interface Adam {
  orthogonal_initialisation: { shape_out_in: [number, number]; gain: number; frobenius_norm: number }[];
  ppo_updates: {
    adam: { lr: number };
    clip: number;
    value_clip: number;
    entropy_coefficient: number;
    value_coefficient: number;
    max_grad_norm: number;
    observations: number[][];
    mask: number[][];
    actions: number[];
    old_log_prob: number[];
    old_values: number[];
    advantages: number[];
    returns: number[];
    minibatches: number[][];
    start_policy: Given[];
    start_value: Given[];
    updates: { policy_loss: number; value_loss: number; entropy: number; total: number; gradient_norm: number }[];
    end_policy: Given[];
    end_value: Given[];
  };
}

/** PyTorch has kernels as out × in. */
const kernel = (value: Given): number[] =>
  Array.isArray(value[0])
    ? (value[0] as number[]).flatMap((_, i) => (value as number[][]).map((row) => row[i]))
    : (value as number[]);
