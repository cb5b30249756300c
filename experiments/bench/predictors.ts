/** What a prediction of output length costs: features, plain arrays, TensorFlow.js in batches. */

import { mlpGraph } from '../../predictors/graph.js';
import { FEATURES, featuresOf, writeFeatures } from '../../predictors/length/features.js';
import { learners, loadLengthModel, shippedModel } from '../../predictors/length/learners.js';
import { LEVELS, type LengthModel } from '../../predictors/length/model.js';
import { initBackend, type Tensor2D, type Tf } from '../../predictors/tensor.js';
import { writtenExamples } from '../predictors/data/written.js';
import type { Bench, Figure } from './figure.js';
import { sideBySide, type Timing } from './measure.js';

const ROWS = 512;
const BATCH = 256;
const REPEATS = 9;
const TRAINED_ON = 400;

export const predictions: Bench = {
  name: 'predictors',
  async run() {
    const examples = writtenExamples(0).slice(0, ROWS);
    const rows = featuresOf(examples);
    const few = featuresOf(examples.slice(0, TRAINED_ON));
    // How well it predicts does not matter here: a short training gives a network of the size that any has.
    const network = await learners['quantile-net'].train(few, { seed: 0, validation: few });
    const trees = loadLengthModel(shippedModel('length-v0'));
    const { tf, name } = await initBackend('wasm');
    const scratch = new Float32Array(FEATURES);
    const [written, arrays, shipped, batched] = sideBySide(
      [
        () => {
          for (const example of examples) writeFeatures(example, scratch, 0);
        },
        predicting(network, rows.features),
        predicting(trees, rows.features),
        inBatches(tf, network, rows.features),
      ],
      REPEATS,
    );
    return [
      figure('features of a prompt', written, null, 'written prompts, 1,020 columns'),
      figure('network of quantiles, plain arrays', arrays, 10, '1,020 → 32 → 19, features given'),
      figure('length-v0, plain arrays', shipped, 10, 'boosted trees, features given'),
      figure(`network of quantiles, ${name}`, batched, 50, `batches of ${BATCH}, from arrays to arrays`),
    ];
  },
};

const predicting = (model: LengthModel, features: Float32Array) => () => {
  const out = new Float64Array(LEVELS.length);
  const input = { promptTokens: 1, declared: Infinity };
  for (let at = 0; at < features.length; at += FEATURES)
    model.predict(features.subarray(at, at + FEATURES), input, out);
};

function inBatches(tf: Tf, network: LengthModel, features: Float32Array): () => void {
  const weights = Object.fromEntries(
    Object.entries(network.save().tensors).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  return () => {
    for (let at = 0; at < features.length; at += BATCH * FEATURES)
      tf.tidy(() => {
        const rows = features.subarray(at, at + BATCH * FEATURES);
        mlpGraph(tf, weights, 'relu', tf.tensor2d(rows, [rows.length / FEATURES, FEATURES]) as Tensor2D).dataSync();
      });
  };
}

const figure = (name: string, { median, min }: Timing, most: number | null, detail: string): Figure => ({
  name,
  value: median / ROWS,
  best: min / ROWS,
  unit: 'µs a request',
  ...(most !== null && { target: { most } }),
  detail,
});
