/**
 * A multi-layer perceptron in training: forward and backward over batches, allocating nothing. The same layers by the same
 * names as `predictors/net.ts`, which acts with them.
 */
import type { Stream } from '../../env/random.js';
import { orthogonal } from '../../predictors/initialise.js';
import type { Activation } from '../../predictors/net.js';
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';

/** Weights `layer0.kernel` [in × out], `layer0.bias` [out], `layer1.kernel`, … in this order. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Reals;
  /** ∂loss/∂values of the last `backward`. */
  readonly gradient: Reals;
}

export interface TrainedMlp {
  readonly widths: readonly number[];
  readonly parameters: readonly Parameter[];
  /** Write observations here [rows × inputs] before `forward`. */
  readonly input: Reals;
  /** [rows × outputs] of the last `forward`. */
  readonly output: Reals;
  /** Write ∂loss/∂output here [rows × outputs] before `backward`. */
  readonly slope: Reals;
  forward(rows: number): void;
  /** Overwrites all gradients, by the activations of the last `forward` of the same rows. */
  backward(rows: number): void;
}

export interface MlpOptions {
  /** Inputs, hidden layers, outputs. */
  readonly widths: readonly number[];
  readonly activation: Activation;
  /** Most rows of a batch. */
  readonly rows: number;
  readonly kernels: Kernels;
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Parameter;
  readonly bias: Parameter;
  /** [rows × outputs], after the activation if there is one. */
  readonly out: Reals;
  readonly slope: Reals;
  readonly transposed: Reals;
}

export function trainedMlp({ widths, activation, rows, kernels }: MlpOptions): TrainedMlp {
  const { numbers, addProduct, activate, bend } = kernels;
  const room = (name: string, ...shape: number[]): Parameter => {
    const size = shape.reduce((product, each) => product * each, 1);
    return { name, shape, values: numbers(size), gradient: numbers(size) };
  };
  const layers = widths.slice(1).map((outputs, k): Layer => {
    const inputs = widths[k];
    return {
      inputs,
      outputs,
      kernel: room(`layer${k}.kernel`, inputs, outputs),
      bias: room(`layer${k}.bias`, outputs),
      out: numbers(rows * outputs),
      slope: numbers(rows * outputs),
      transposed: numbers(inputs * outputs),
    };
  });
  const input = numbers(rows * widths[0]);
  const ones = numbers(rows).fill(1);
  const last = layers[layers.length - 1];

  function forward(count: number): void {
    let x = input;
    for (const layer of layers) {
      const { inputs, outputs, kernel, bias, out } = layer;
      for (let row = 0; row < count; row++) out.set(bias.values, row * outputs);
      addProduct(x, inputs, 1, kernel.values, out, count, inputs, outputs);
      if (layer !== last) activate(activation, out, count * outputs);
      x = out;
    }
  }

  function backward(count: number): void {
    for (let k = layers.length - 1; k >= 0; k--) {
      const { inputs, outputs, kernel, bias, slope, transposed } = layers[k];
      const x = k === 0 ? input : layers[k - 1].out;
      kernel.gradient.fill(0);
      addProduct(x, 1, inputs, slope, kernel.gradient, inputs, count, outputs);
      bias.gradient.fill(0);
      addProduct(ones, count, 1, slope, bias.gradient, 1, count, outputs);
      if (k === 0) return;
      transpose(kernel.values, inputs, outputs, transposed);
      const below = layers[k - 1].slope;
      below.fill(0, 0, count * inputs);
      addProduct(slope, outputs, 1, transposed, below, count, outputs, inputs);
      bend(activation, x, below, count * inputs);
    }
  }

  return {
    widths,
    parameters: layers.flatMap(({ kernel, bias }) => [kernel, bias]),
    input,
    output: last.out,
    slope: last.slope,
    forward,
    backward,
  };
}

function transpose(from: Reals, inputs: number, outputs: number, into: Reals): void {
  for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) into[o * inputs + i] = from[i * outputs + o];
}

/** Hidden gain of orthogonal initialisation, as for PPO in Stable-Baselines3. */
const HIDDEN_GAIN = Math.SQRT2;

/** Orthogonal kernels, biases 0. @param gain of the last layer */
export function initialiseMlp({ parameters }: TrainedMlp, random: Stream, gain: number): void {
  for (const [k, { shape, values }] of parameters.entries()) {
    if (shape.length === 2)
      values.set(orthogonal(shape[0], shape[1], random, k === parameters.length - 2 ? gain : HIDDEN_GAIN).values);
    else values.fill(0);
  }
}
