/** Training: the optimizer against PyTorch, and a loop that stops early, repeats itself and can be broken off. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stream } from '../../env/random.js';
import { goldenFolder } from '../../experiments/golden/files.js';
import { type AdamOptions, adamState, adamStep } from '../../predictors/adam.js';
import { type FitOptions, fitWeights, type Objective } from '../../predictors/fit.js';
import { type Graph, gather, mlpGraph } from '../../predictors/graph.js';
import { fitGru, type Sequences } from '../../predictors/gru-fit.js';
import { mlpLayers, type Trained } from '../../predictors/initialise.js';
import { gru, mlp } from '../../predictors/net.js';
import { initBackend, type Scalar, type Tensor } from '../../predictors/tensor.js';
import type { Weights } from '../../predictors/weights.js';

const golden = join(goldenFolder() ?? '', 'rl-math', 'adam.json');

describe.skipIf(!existsSync(golden))(`ten steps of Adam as PyTorch takes them (${golden})`, () => {
  interface Run {
    name: string;
    adam: { lr: number };
    max_grad_norm: number | null;
    x: number[][][];
    y: number[][][];
    start: (number[] | number[][])[];
    steps: {
      loss: number;
      gradient?: (number[] | number[][])[];
      gradient_norm: number;
      parameters?: (number[] | number[][])[];
    }[];
  }
  const runs: Run[] = existsSync(golden) ? JSON.parse(readFileSync(golden, 'utf8')).regression : [];
  /** PyTorch has kernels as out × in. */
  const flat = (value: number[] | number[][]): number[] =>
    Array.isArray(value[0])
      ? (value[0] as number[]).flatMap((_, i) => (value as number[][]).map((row) => row[i]))
      : (value as number[]);

  it.each(runs.map((run) => [run.name, run] as const))('%s', async (_, { adam, max_grad_norm, x, y, start, steps }) => {
    const { tf } = await initBackend();
    const sizes = [3, 8, 8, 2];
    const weights: Trained[] = start.map((value, k) => ({
      shape: k % 2 === 0 ? [sizes[k / 2], sizes[k / 2 + 1]] : [sizes[(k + 1) / 2]],
      values: Float32Array.from(flat(value)),
    }));
    const options: AdamOptions = { rate: adam.lr, ...(max_grad_norm === null ? {} : { clip: max_grad_norm }) };
    const state = adamState(weights);
    const near = (got: ArrayLike<number>, expected: readonly number[]): void => {
      // float32 sums of different order: relative to the largest of the tensor
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, at) => {
        expect(Math.abs(got[at] - value)).toBeLessThan(2e-5 * largest);
      });
    };
    steps.forEach((step, k) => {
      const loss = (...given: Tensor[]): Scalar => {
        const names = given.map((_, at) => `layer${Math.floor(at / 2)}.${at % 2 === 0 ? 'kernel' : 'bias'}`);
        const net: Graph = Object.fromEntries(given.map((tensor, at) => [names[at], tensor]));
        return tf.mean(tf.square(tf.sub(mlpGraph(tf, net, 'tanh', tf.tensor2d(x[k])), tf.tensor2d(y[k]))));
      };
      const { value, gradients } = tf.tidy(() => {
        const out = tf.valueAndGrads(loss)(weights.map(({ shape, values }) => tf.tensor(values, [...shape])));
        return { value: out.value.dataSync()[0], gradients: out.grads.map((grad) => grad.dataSync()) };
      });
      near([value], [step.loss]);
      step.gradient?.forEach((expected, at) => {
        near(gradients[at], flat(expected));
      });
      near([adamStep(options, state, weights, gradients)], [step.gradient_norm]);
      step.parameters?.forEach((expected, at) => {
        near(weights[at].values, flat(expected));
      });
    });
  });
});

/** y = |x0| + x1 with some noise. */
function bent(rows: number, seed: number): Objective {
  const random = stream(seed, 'bent');
  const x = Float32Array.from({ length: 2 * rows }, () => 4 * random.next() - 2);
  const y = Float32Array.from({ length: rows }, (_, k) => Math.abs(x[2 * k]) + x[2 * k + 1] + random.next() / 10);
  return {
    rows,
    loss: (tf, net, chosen) =>
      tf.mean(tf.square(tf.sub(mlpGraph(tf, net, 'tanh', gather(tf, x, 2, chosen)), gather(tf, y, 1, chosen)))),
  };
}
const start = mlpLayers([2, 16, 1], stream(3, 'initial'));
const train = (options: Partial<FitOptions> = {}) =>
  fitWeights(start, bent(300, 1), bent(100, 2), { seed: 5, rate: 0.05, batch: 32, epochs: 14, ...options });
const bytes = (weights: Readonly<Record<string, Trained>>): string =>
  Object.values(weights)
    .map(({ values }) => Buffer.from(values.buffer).toString('base64'))
    .join();

describe('fitWeights', () => {
  it('learns, reports, and keeps the best weights that it saw', async () => {
    const seen: number[] = [];
    const { weights, validation, epochs } = await train({
      onProgress: (progress) => seen.push(progress.validation),
    });
    expect(seen).toHaveLength(epochs);
    expect(validation).toBe(Math.min(...seen));
    expect(validation).toBeLessThan(0.1);
    const net = mlp({ tensors: weights, settings: { activation: 'tanh' } });
    expect(Math.abs(net.forward([-1, 0.5])[0] - 1.55)).toBeLessThan(0.4);
    expect(bytes(start)).toBe(bytes(mlpLayers([2, 16, 1], stream(3, 'initial')))); // not touched
  });

  it('gives the same bytes twice, and others from another seed', async () => {
    const [one, two, other] = [await train(), await train(), await train({ seed: 6 })];
    expect(bytes(two.weights)).toBe(bytes(one.weights));
    expect(bytes(other.weights)).not.toBe(bytes(one.weights));
  });

  it('goes on from any checkpoint as if nothing had happened', async () => {
    const states: Weights[] = [];
    const whole = await train({ checkpoint: (state) => states.push(state) });
    for (const from of [states[0], states[6], states[states.length - 1]]) {
      const rest = await train({ from });
      expect(bytes(rest.weights)).toBe(bytes(whole.weights));
      expect([rest.validation, rest.epochs]).toEqual([whole.validation, whole.epochs]);
    }
    await expect(train({ from: { tensors: {}, settings: {} } })).rejects.toThrow('not the state of a training');
  });

  it('stops when validation does not get better', async () => {
    const { epochs } = await fitWeights(
      start,
      bent(300, 1),
      { ...bent(100, 2), loss: (tf) => tf.scalar(1) },
      { seed: 1, patience: 3 },
    );
    expect(epochs).toBe(3);
  });

  it('can be aborted, and lets others run meanwhile', async () => {
    const controller = new AbortController();
    const training = train({ epochs: 100_000, patience: 100_000, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(training).rejects.toThrow('enough');
  });

  it('says so when labels are no numbers', async () => {
    const broken: Objective = { rows: 10, loss: (tf) => tf.scalar(Number.NaN) };
    await expect(fitWeights(start, bent(10, 1), broken, { seed: 1 })).rejects.toThrow('validation loss is NaN');
  });

  it('leaks no tensor', async () => {
    const { tf } = await initBackend();
    const held = tf.memory().numTensors;
    await train({ epochs: 2 });
    expect(tf.memory().numTensors).toBe(held);
  });
});

describe('fitGru', () => {
  /** Each step says how many inputs above 0 there were in the last three. */
  function counted(rows: number, seed: number): Sequences {
    const [steps, random] = [12, stream(seed, 'counted')];
    const inputs = Float32Array.from({ length: rows * steps }, () => (random.next() < 0.5 ? -1 : 1));
    const targets = inputs.map((_, k) => {
      let sum = 0;
      for (let back = 0; back < 3 && back <= k % steps; back++) sum += Math.max(0, inputs[k - back]);
      return sum;
    });
    return { rows, steps, width: 1, inputs, targets, weights: targets.map((_, k) => (k % steps < 2 ? 0 : 1)) };
  }

  it('learns what takes memory, and acts in arrays as it was trained', async () => {
    const held = counted(40, 2);
    const { weights, validation } = await fitGru(counted(120, 1), held, {
      seed: 1,
      hidden: 8,
      rate: 0.05,
      batch: 16,
      epochs: 6,
    });
    expect(validation).toBeLessThan(0.1); // the best guess without memory has .5
    const net = gru(weights);
    let squares = 0;
    for (let row = 0; row < 40; row++) {
      const state = new Float64Array(8);
      for (let t = 0; t < 12; t++) {
        const output = net.step(held.inputs, state, row * 12 + t);
        if (t >= 2) squares += (output - held.targets[row * 12 + t]) ** 2 / 400;
      }
    }
    expect(Math.abs(squares - validation)).toBeLessThan(1e-4);
  });

  it('refuses what it cannot learn from', async () => {
    const good = counted(4, 1);
    const bad = (change: Partial<Sequences>) => fitGru({ ...good, ...change }, good, { seed: 1 });
    await expect(bad({ rows: 0 })).rejects.toThrow('no training sequences');
    await expect(bad({ targets: good.targets.slice(1) })).rejects.toThrow(
      'training targets have 47 numbers, expected 48',
    );
    await expect(bad({ inputs: good.inputs.map(() => Number.NaN) })).rejects.toThrow(
      'training inputs: number 0 is NaN',
    );
    await expect(bad({ weights: good.weights.map(() => 0) })).rejects.toThrow('sequence 0 has no step with a weight');
  });
});
