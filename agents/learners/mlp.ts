/** A multi-layer perceptron in training. The same layers by the same names as `predictors/net.ts`, which acts with them. */
import type { Activation } from '../../predictors/net.js';
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import { type Bias, biasOf, type Product, product, type TrainedNetwork } from './network.js';
import { createSight, type Sight } from './sight.js';
import { sparseProduct } from './sparse-product.js';

/** Its parameters are `layer0.kernel`, `layer0.bias`, `layer1.kernel`, … in this order. */
export interface TrainedMlp extends TrainedNetwork {
  /** ∂loss/∂input [rows × inputs] of the last `backward`, where that is kept. */
  readonly inputSlope: Reals | null;
}

export interface MlpOptions {
  /** Inputs, hidden layers, outputs. */
  readonly widths: readonly number[];
  readonly activation: Activation;
  /** Most rows of a batch. */
  readonly rows: number;
  readonly kernels: Kernels;
  /** Before the names of its layers ['']. */
  readonly prefix?: string;
  /** Whether something is trained below it [false]. */
  readonly keepsInputSlope?: boolean;
  /** Where it sees what another network sees [it sees for itself]. */
  readonly sight?: Sight;
}

interface Layer {
  readonly outputs: number;
  readonly kernel: Product;
  readonly bias: Bias;
  /** [rows × outputs], after the activation if there is one. */
  readonly out: Reals;
  readonly slope: Reals;
}

export function trainedMlp(options: MlpOptions): TrainedMlp {
  const { widths, activation, rows, kernels, prefix = '', keepsInputSlope = false } = options;
  const { numbers, activate, bend } = kernels;
  const sight = options.sight ?? createSight(kernels, widths[0], rows);
  const { input } = sight;
  const layers = widths.slice(1).map((outputs, k): Layer => {
    const name = `${prefix}layer${k}`;
    const kernel =
      k === 0 && !keepsInputSlope
        ? sparseProduct(kernels, name, sight, widths[0], outputs)
        : product(kernels, name, widths[k], outputs);
    const bias = biasOf(kernels, name, outputs, rows);
    return { outputs, kernel, bias, out: numbers(rows * outputs), slope: numbers(rows * outputs) };
  });
  const inputSlope = keepsInputSlope ? numbers(rows * widths[0]) : null;
  const last = layers[layers.length - 1];
  return {
    parameters: layers.flatMap(({ kernel, bias }) => [kernel.weights, bias.weights]),
    last: [last.kernel.weights],
    input,
    inputSlope,
    output: last.out,
    slope: last.slope,
    sight,
    forward(count, seen = false) {
      if (!seen && !keepsInputSlope) sight.see(count);
      let x = input;
      for (const layer of layers) {
        const { kernel, bias, out, outputs } = layer;
        bias.forward(out, count);
        kernel.forward(x, out, count);
        if (layer !== last) activate(activation, out, count * outputs);
        x = out;
      }
    },
    backward(count) {
      for (let k = layers.length - 1; k >= 0; k--) {
        const { kernel, bias, slope } = layers[k];
        bias.backward(slope, count);
        if (k === 0) return kernel.backward(input, slope, count, inputSlope);
        const below = layers[k - 1];
        kernel.backward(below.out, slope, count, below.slope);
        bend(activation, below.out, below.slope, count * below.outputs);
      }
    },
  };
}
