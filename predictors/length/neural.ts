/**
 * What the networks that learn lengths share: one hidden layer over the features, trained by a loss of its outputs.
 *
 * In training every column of the features is centred, divided by its standard deviation and multiplied by the share of rows in
 * which it is not 0: what is rare must not be learned by heart. The trained net has that folded into its first layer, so that it
 * takes features as they are and zeros stay free. Columns that are the same in all training rows get no weight.
 */
import { stream } from '../../env/random.js';
import { fitWeights, type Objective } from '../fit.js';
import { gather, mlpGraph } from '../graph.js';
import { mlpLayers, type Trained } from '../initialise.js';
import { type Mlp, mlp } from '../net.js';
import type { Scalar, Tensor2D, Tf } from '../tensor.js';
import type { Weights } from '../weights.js';
import { FEATURES } from './features.js';
import type { LengthRows, TrainOptions } from './model.js';
import { checkRows } from './training-rows.js';

const HIDDEN = 32;
const ACTIVATION = 'relu';
const RATE = 0.002;
/** Of the weights: prompts are few, and columns many. */
const DECAY = 1;

/** Mean loss of some rows, given what the network says of them [rows × outputs]. */
export type HeadLoss = (tf: Tf, outputs: Tensor2D, rows: Int32Array) => Scalar;

/**
 * Trains FEATURES → hidden → outputs, and returns it as it acts.
 * @param biases what the outputs are before anything is learned
 * @param lossOf the loss on given rows: on those trained with, and on validation
 * @throws Error if there is nothing to learn from
 */
export async function trainNet(
  rows: LengthRows,
  options: TrainOptions,
  biases: readonly number[],
  lossOf: (rows: LengthRows) => HeadLoss,
): Promise<Weights> {
  const { validation, ...rest } = options;
  checkRows(rows, 'training');
  checkRows(validation, 'validation');
  const { mean, scale } = columnsOf(rows);
  const objective = (of: LengthRows): Objective => {
    const loss = lossOf(of);
    return {
      rows: of.examples.length,
      loss(tf, weights, chosen) {
        const raw = gather(tf, of.features, FEATURES, chosen);
        const x = tf.mul(tf.sub(raw, tf.tensor1d(mean)), tf.tensor1d(scale)) as Tensor2D;
        return loss(tf, mlpGraph(tf, weights, ACTIVATION, x), chosen);
      },
    };
  };
  const start = mlpLayers([FEATURES, HIDDEN, biases.length], stream(options.seed, 'length/initial'));
  start['layer1.bias'].values.set(biases);
  const trained = await fitWeights(start, objective(rows), objective(validation), {
    rate: RATE,
    decay: DECAY,
    ...rest,
  });
  return {
    tensors: folded(trained.weights, mean, scale),
    settings: { activation: ACTIVATION, backend: trained.backend, epochs: trained.epochs },
  };
}

/** A trained net. @throws Error naming what does not fit */
export function loadNet(weights: Weights, outputs: number): Mlp {
  const net = mlp(weights);
  if (net.inputs !== FEATURES || net.outputs !== outputs)
    throw new Error(`the network is ${net.inputs} → ${net.outputs}, expected ${FEATURES} → ${outputs}`);
  return net;
}

/** Of every column: its mean, and share of rows where it is not 0 / standard deviation; 0 where it never changes. */
function columnsOf({ examples, features }: LengthRows): { mean: Float32Array; scale: Float32Array } {
  const sums = new Float64Array(FEATURES);
  const squares = new Float64Array(FEATURES);
  const there = new Float64Array(FEATURES);
  const rows = examples.length;
  for (let at = 0, row = 0; row < rows; row++)
    for (let column = 0; column < FEATURES; column++, at++) {
      if (features[at] === 0) continue;
      sums[column] += features[at];
      squares[column] += features[at] * features[at];
      there[column]++;
    }
  const variance = squares.map((square, k) => square / rows - (sums[k] / rows) ** 2);
  return {
    mean: Float32Array.from(sums, (sum) => sum / rows),
    scale: Float32Array.from(variance, (value, k) => (value > 1e-9 ? there[k] / rows / Math.sqrt(value) : 0)),
  };
}

/** The same net for features that are neither centred nor scaled. */
function folded(
  weights: Readonly<Record<string, Trained>>,
  mean: Float32Array,
  scale: Float32Array,
): Record<string, Trained> {
  const kernel = weights['layer0.kernel'].values.slice();
  const sums = Float64Array.from(weights['layer0.bias'].values);
  for (let column = 0, at = 0; column < FEATURES; column++)
    for (let unit = 0; unit < HIDDEN; unit++, at++) {
      kernel[at] *= scale[column];
      sums[unit] -= kernel[at] * mean[column];
    }
  return {
    ...weights,
    'layer0.kernel': { shape: [FEATURES, HIDDEN], values: kernel },
    'layer0.bias': { shape: [HIDDEN], values: Float32Array.from(sums) },
  };
}
