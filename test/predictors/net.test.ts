/** Networks as they act: equal to their TensorFlow.js form, and to what is known of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../env/random.js';
import { type Graph, gruGraph, mlpGraph, scorerGraph } from '../../predictors/graph.js';
import { denseLayer, glorot, gruLayers, mlpLayers, orthogonal, type Trained } from '../../predictors/initialise.js';
import { gru, mlp, scorer } from '../../predictors/net.js';
import { initBackend, type Tf } from '../../predictors/tensor.js';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await initBackend());
});

const random = stream(1, 'test');
const noise = (n: number): Float32Array => Float32Array.from({ length: n }, () => 4 * random.next() - 2);
/** Biases are 0 at first: not here. */
const shaken = (tensors: Record<string, Trained>): Record<string, Trained> => {
  for (const { values } of Object.values(tensors))
    for (let k = 0; k < values.length; k++) values[k] += random.next() / 2;
  return tensors;
};
const graph = (tensors: Record<string, Trained>): Graph =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]));

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).toBe(expected.length);
  Array.from(got).forEach((value, k) => {
    expect(Math.abs(value - expected[k])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[k])));
  });
}

describe('the perceptron', () => {
  it.each(['tanh', 'relu'] as const)('with %s equals TensorFlow.js, also where most inputs are 0', (activation) => {
    const tensors = shaken(mlpLayers([40, 16, 8, 5], random));
    const net = mlp({ tensors, settings: { activation } });
    expect([net.inputs, net.outputs]).toEqual([40, 5]);
    const x = noise(6 * 40).map((value, k) => (k % 7 === 0 || k < 40 ? value : 0));
    const expected = tf.tidy(() => mlpGraph(tf, graph(tensors), activation, tf.tensor2d(x, [6, 40])).dataSync());
    for (let row = 0; row < 6; row++) expectClose(net.forward(x, 40 * row), expected.slice(5 * row, 5 * row + 5));
  });

  it('refuses weights that do not fit, saying which', () => {
    const tensors = mlpLayers([3, 4, 2], random);
    const settings = { activation: 'tanh' };
    expect(() => mlp({ tensors: {}, settings })).toThrow('weights have no "layer0.kernel": expected float32 [? × ?]');
    expect(() => mlp({ tensors: { ...tensors, 'layer1.kernel': tensors['layer0.kernel'] }, settings })).toThrow(
      'weights have "layer1.kernel" as Float32Array [3 × 4], expected float32 [4 × ?]',
    );
    expect(() => mlp({ tensors, settings: { activation: 'gelu' } })).toThrow('activation "gelu", expected "tanh" or');
  });
});

describe('the scorer of items in company', () => {
  const tensors = shaken({
    ...denseLayer('embed', glorot(6, 8, random)),
    ...denseLayer('item', glorot(8, 10, random)),
    'context.kernel': glorot(8, 10, random),
    ...denseLayer('score', glorot(10, 2, random)),
  });
  const settings = { activation: 'tanh' };
  const net = scorer({ tensors, settings });

  it.each([1, 5, 40, 3])('equals TensorFlow.js with %i items', (n) => {
    const items = noise(6 * n);
    const out = new Float64Array(2 * n);
    net.score(items, n, out);
    expectClose(
      out,
      tf.tidy(() => scorerGraph(tf, graph(tensors), 'tanh', tf.tensor2d(items, [n, 6])).scores.dataSync()),
    );
  });

  it('takes numbers that all items share', () => {
    const more = shaken({ ...tensors, 'shared.kernel': glorot(3, 8, random) });
    const wider = scorer({ tensors: more, settings });
    expect([wider.inputs, wider.shared, wider.outputs]).toEqual([6, 3, 2]);
    const [items, together] = [noise(6 * 4), noise(3)];
    const out = new Float64Array(8);
    wider.score(items, 4, out, together);
    const { scores, pooled } = tf.tidy(() =>
      scorerGraph(tf, graph(more), 'tanh', tf.tensor2d(items, [4, 6]), tf.tensor2d(together, [1, 3])),
    );
    expectClose(out, scores.dataSync());
    expectClose(wider.pooled, pooled.dataSync());
  });

  it('gives the same scores in any order, and others in other company', () => {
    const items = noise(30);
    const reversed = [4, 3, 2, 1, 0].flatMap((k) => Array.from(items.slice(6 * k, 6 * k + 6)));
    const [out, back, fewer] = [new Float64Array(10), new Float64Array(10), new Float64Array(8)];
    net.score(items, 5, out);
    net.score(reversed, 5, back);
    net.score(items, 4, fewer);
    expectClose(
      [4, 3, 2, 1, 0].flatMap((k) => [...back.slice(2 * k, 2 * k + 2)]),
      out,
    );
    expect(Math.abs(fewer[0] - out[0])).toBeGreaterThan(1e-3);
  });
});

describe('the recurrent network', () => {
  const tensors = shaken(gruLayers(3, 5, random));
  const x = noise(2 * 7 * 3);

  it('equals its TensorFlow.js form, step by step, with the state in the hands of the caller', () => {
    const net = gru({ tensors, settings: {} });
    const expected = tf.tidy(() => gruGraph(tf, graph(tensors), 7, tf.tensor2d(x, [2, 21])).dataSync());
    const states = [new Float64Array(5), new Float64Array(5)];
    const got = new Float64Array(14);
    for (let t = 0; t < 7; t++)
      states.forEach((state, row) => {
        got[row * 7 + t] = net.step(x, state, row * 21 + t * 3);
      });
    expectClose(got, expected);
  });

  it('is the GRU of TensorFlow.js', () => {
    const layer = tf.layers.gru({
      units: 5,
      recurrentActivation: 'sigmoid',
      returnSequences: true,
      inputShape: [7, 3],
    });
    const model = tf.sequential({ layers: [layer] });
    const { 'gates.kernel': gates, 'candidate.kernel': candidate } = tensors;
    tf.tidy(() => {
      const recurrent = tf.concat([tf.tensor2d(gates.values, [5, 10]), tf.tensor2d(candidate.values, [5, 5])], 1);
      const { 'input.kernel': kernel, 'input.bias': bias } = graph(tensors);
      layer.setWeights([kernel, recurrent, bias]);
    });
    const states = tf.tidy(() => (layer.apply(tf.tensor3d(x, [2, 7, 3])) as ReturnType<Tf['tensor']>).dataSync());
    const state = new Float64Array(5);
    const net = gru({ tensors, settings: {} });
    for (let t = 0; t < 7; t++) {
      net.step(x, state, 3 * t);
      expectClose(state, states.slice(5 * t, 5 * t + 5));
    }
    model.dispose();
  });
});

describe('first weights', () => {
  it.each([
    [4, 64, Math.SQRT2],
    [64, 64, Math.SQRT2],
    [64, 2, 0.01],
    [100, 8, 1],
  ])('are orthogonal where asked: %i × %i, gain %f', (inputs, outputs, gain) => {
    const { values } = orthogonal(inputs, outputs, random, gain);
    const at = (k: number, other: number): number => {
      let sum = 0;
      if (inputs <= outputs)
        for (let o = 0; o < outputs; o++) sum += values[k * outputs + o] * values[other * outputs + o];
      else for (let i = 0; i < inputs; i++) sum += values[i * outputs + k] * values[i * outputs + other];
      return sum;
    };
    const few = Math.min(inputs, outputs);
    let largest = 0; // of what is off
    for (let k = 0; k < few; k++)
      for (let other = 0; other < few; other++)
        largest = Math.max(largest, Math.abs(at(k, other) - (k === other ? gain * gain : 0)));
    expect(largest).toBeLessThan(1e-5);
  });
});
