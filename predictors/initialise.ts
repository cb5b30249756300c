/** First weights of networks, drawn from a named stream. */
import { normal } from '../env/distributions.js';
import type { Stream } from '../env/random.js';
import type { Tensor } from './weights.js';

/** A tensor that is trained. */
export interface Trained extends Tensor {
  readonly values: Float32Array;
}

/** All 0: biases. */
const zeros = (...shape: number[]): Trained => ({
  shape,
  values: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

/** Uniform in ±gain·√(6 / (in + out)): Glorot and Bengio 2010. [in × out] */
export function glorot(inputs: number, outputs: number, random: Stream, gain = 1): Trained {
  const bound = gain * Math.sqrt(6 / (inputs + outputs));
  const kernel = zeros(inputs, outputs);
  for (let k = 0; k < kernel.values.length; k++) kernel.values[k] = bound * (2 * random.next() - 1);
  return kernel;
}

/**
 * Orthonormal rows or columns (the fewer), times `gain`: Saxe et al. 2014. [in × out]
 * Gaussian vectors made orthogonal one after another (Gram–Schmidt, twice over against rounding).
 */
export function orthogonal(inputs: number, outputs: number, random: Stream, gain = 1): Trained {
  const [count, length] = [Math.min(inputs, outputs), Math.max(inputs, outputs)];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => normal(random.next(), random.next()));
    for (const other of [...vectors, ...vectors]) {
      let product = 0;
      for (let k = 0; k < length; k++) product += vector[k] * other[k];
      for (let k = 0; k < length; k++) vector[k] -= product * other[k];
    }
    const norm = Math.hypot(...vector);
    if (norm > 1e-6) vectors.push(vector.map((value) => value / norm));
  }
  const kernel = zeros(inputs, outputs);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++)
      kernel.values[i * outputs + o] = gain * (inputs <= outputs ? vectors[i][o] : vectors[o][i]);
  return kernel;
}

/** A dense layer called `name`. */
export const denseLayer = (name: string, kernel: Trained): Record<string, Trained> => ({
  [`${name}.kernel`]: kernel,
  [`${name}.bias`]: zeros(kernel.shape[1]),
});

/** Layers `layer0`, `layer1`, … of an MLP with these widths; the last one starts near 0, so that its biases speak first. */
export function mlpLayers(widths: readonly number[], random: Stream): Record<string, Trained> {
  const layers = widths.slice(1).map((outputs, k) => {
    const last = k === widths.length - 2;
    return denseLayer(`layer${k}`, glorot(widths[k], outputs, random, last ? 0.1 : 1));
  });
  return Object.assign({}, ...layers);
}

/** A GRU with its head (`net.ts` says how it computes): recurrent kernels orthogonal, the others Glorot. */
export function gruLayers(inputs: number, hidden: number, random: Stream): Record<string, Trained> {
  return {
    ...denseLayer('input', glorot(inputs, 3 * hidden, random)),
    'gates.kernel': orthogonal(hidden, 2 * hidden, random),
    'candidate.kernel': orthogonal(hidden, hidden, random),
    ...denseLayer('head', glorot(hidden, 1, random)),
  };
}
