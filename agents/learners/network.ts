/** What a network in training is, and the layers that it is made of: forward and backward over batches, allocating nothing. */
import type { Stream } from '../../env/random.js';
import { orthogonal } from '../../predictors/initialise.js';
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import type { Sight } from './sight.js';

/** Weights that are trained: `NAME.kernel` [in × out], `NAME.bias` [out]. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Reals;
  /** ∂loss/∂values of the last `backward`. */
  readonly gradient: Reals;
}

export interface TrainedNetwork {
  readonly parameters: readonly Parameter[];
  /** Kernels of the last layers, among the parameters. */
  readonly last: readonly Parameter[];
  /** Write observations here [rows × inputs] before `forward`. */
  readonly input: Reals;
  /** [rows × outputs] of the last `forward`. */
  readonly output: Reals;
  /** Write ∂loss/∂output here [rows × outputs] before `backward`. */
  readonly slope: Reals;
  /** What it sees its observations by, where another network can share that. */
  readonly sight?: Sight;
  /** @param seen its sight is shared, and these rows were seen already [false] */
  forward(rows: number, seen?: boolean): void;
  /** Overwrites all gradients, by the activations of the last `forward` of the same rows. */
  backward(rows: number): void;
}

/** Hidden gain of orthogonal initialisation, as for PPO in Stable-Baselines3. */
const HIDDEN_GAIN = Math.SQRT2;

/** Orthogonal kernels, biases 0. @param gain of the last layers */
export function initialise(
  { parameters, last }: Pick<TrainedNetwork, 'parameters' | 'last'>,
  random: Stream,
  gain: number,
): void {
  for (const parameter of parameters) {
    const { shape, values } = parameter;
    if (shape.length < 2) values.fill(0);
    else values.set(orthogonal(shape[0], shape[1], random, last.includes(parameter) ? gain : HIDDEN_GAIN).values);
  }
}

/** Room for weights, all 0. */
export function parameterOf({ numbers }: Kernels, name: string, ...shape: number[]): Parameter {
  const size = shape.reduce((product, each) => product * each, 1);
  return { name, shape, values: numbers(size), gradient: numbers(size) };
}

/** y += x·kernel. */
export interface Product {
  readonly weights: Parameter;
  forward(x: Reals, y: Reals, rows: number): void;
  /** Overwrites the gradient, and ∂loss/∂x if that is asked. @param slope ∂loss/∂y */
  backward(x: Reals, slope: Reals, rows: number, below: Reals | null): void;
}

export function product(kernels: Kernels, name: string, inputs: number, outputs: number): Product {
  const { numbers, addProduct } = kernels;
  const weights = parameterOf(kernels, `${name}.kernel`, inputs, outputs);
  const { values, gradient } = weights;
  const transposed = numbers(inputs * outputs);
  return {
    weights,
    forward(x, y, rows) {
      addProduct(x, inputs, 1, values, y, rows, inputs, outputs);
    },
    backward(x, slope, rows, below) {
      gradient.fill(0);
      addProduct(x, 1, inputs, slope, gradient, inputs, rows, outputs);
      if (below === null) return;
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) transposed[o * inputs + i] = values[i * outputs + o];
      below.fill(0, 0, rows * inputs);
      addProduct(slope, outputs, 1, transposed, below, rows, outputs, inputs);
    },
  };
}

/** What a layer begins with. */
export interface Bias {
  readonly weights: Parameter;
  /** Writes it to every row. */
  forward(y: Reals, rows: number): void;
  /** Overwrites its gradient. */
  backward(slope: Reals, rows: number): void;
}

/** @param most rows of a batch */
export function biasOf(kernels: Kernels, name: string, outputs: number, most: number): Bias {
  const { numbers, addProduct } = kernels;
  const weights = parameterOf(kernels, `${name}.bias`, outputs);
  const { values, gradient } = weights;
  const ones = numbers(most).fill(1);
  return {
    weights,
    forward(y, rows) {
      y.fill(0, 0, rows * outputs);
      addProduct(ones, 1, 1, values, y, rows, 1, outputs);
    },
    backward(slope, rows) {
      gradient.fill(0);
      addProduct(ones, rows, 1, slope, gradient, 1, rows, outputs);
    },
  };
}
