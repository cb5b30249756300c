/** Training of a recurrent network (`net.ts`) that says something at every step of a sequence. */
import { stream } from '../env/random.js';
import { type FitOptions, type Fitted, fitWeights, type Objective } from './fit.js';
import { gather, gruGraph } from './graph.js';
import { gruLayers } from './initialise.js';
import type { Scalar } from './tensor.js';
import type { Weights } from './weights.js';

/** Sequences of one length side by side; shorter ones end in steps of weight 0. */
export interface Sequences {
  readonly rows: number;
  readonly steps: number;
  /** Inputs per step. */
  readonly width: number;
  /** [rows × steps × width], best around −2 … 2. */
  readonly inputs: Float32Array;
  /** What the network should say after a step. [rows × steps] */
  readonly targets: Float32Array;
  /** How much that matters, ≥ 0; 0 = not at all. [rows × steps] */
  readonly weights: Float32Array;
}

export interface GruOptions extends FitOptions {
  /** Length of the state [16]. */
  readonly hidden?: number;
}

/**
 * Minimises Σ weight·(output − target)² / Σ weight. `gru(fitted.weights)` then takes the steps.
 * @throws Error if there is nothing to learn from, lengths do not fit, or a number is not one
 */
export async function fitGru(
  training: Sequences,
  validation: Sequences,
  { hidden = 16, batch = 32, ...options }: GruOptions,
): Promise<Omit<Fitted, 'weights'> & { readonly weights: Weights }> {
  check(training, 'training');
  check(validation, 'validation');
  if (validation.width !== training.width)
    throw new Error(`validation has ${validation.width} inputs a step, training ${training.width}`);
  const start = gruLayers(training.width, hidden, stream(options.seed, 'gru/initial'));
  const { weights, ...rest } = await fitWeights(start, objective(training), objective(validation), {
    batch,
    ...options,
  });
  return { ...rest, weights: { tensors: weights, settings: { backend: rest.backend } } };
}

const objective = ({ rows, steps, width, inputs, targets, weights }: Sequences): Objective => ({
  rows,
  loss(tf, net, chosen) {
    const outputs = gruGraph(tf, net, steps, gather(tf, inputs, steps * width, chosen));
    const matter = gather(tf, weights, steps, chosen);
    const errors = tf.square(tf.sub(outputs, gather(tf, targets, steps, chosen)));
    return tf.div(tf.sum(tf.mul(errors, matter)), tf.sum(matter)) as Scalar;
  },
});

function check({ rows, steps, width, inputs, targets, weights }: Sequences, what: string): void {
  if (rows < 1 || steps < 1) throw new Error(`no ${what} sequences: ${rows} of ${steps} steps`);
  const expected = { inputs: rows * steps * width, targets: rows * steps, weights: rows * steps };
  for (const [name, array] of Object.entries({ inputs, targets, weights })) {
    const length = expected[name as keyof typeof expected];
    if (array.length !== length) throw new Error(`${what} ${name} have ${array.length} numbers, expected ${length}`);
    const wrong = array.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new Error(`${what} ${name}: number ${wrong} is ${array[wrong]}`);
  }
  for (let row = 0; row < rows; row++)
    if (!weights.subarray(row * steps, (row + 1) * steps).some((weight) => weight > 0))
      throw new Error(`${what} sequence ${row} has no step with a weight above 0`);
}
