/**
 * Gradient-boosted regression trees (Friedman 2001, 2002) of the log length, and quantiles of what they were off by.
 *
 * Every tree is fitted to what the ones before it miss, on a random half of the rows and a third of the columns, and counts for a
 * twentieth. An answer that was cut misses by its expectation above the cut (`censoring.ts`). It stops when the validation rows have
 * not become likelier for 40 trees, and keeps those up to the best. The quantiles are those of the validation rows. Draws belong to
 * the number of the tree, so training goes on from a checkpoint to the same bytes.
 */
import { type Stream, stream } from '../../env/random.js';
import { settingOf, type Tensor, valuesOf, type Weights } from '../weights.js';
import { expectedAbove, negativeLogLikelihood, sigmaOf } from './censoring.js';
import { FEATURES } from './features.js';
import type { LengthLearner, LengthModel, LengthRows, TrainOptions } from './model.js';
import { loadResiduals, type Residuals, residualsOf, residualTensors, spreadAround } from './residuals.js';
import { checkRows, cut, logLengths, sparse } from './training-rows.js';
import { binned } from './trees/bins.js';
import { grow, type Tree } from './trees/grow.js';

const DEPTH = 4;
const MOST = 400;
const RATE = 0.05;
const PATIENCE = 40;
const ROW_SHARE = 0.5;
const COLUMN_SHARE = 0.3;
const GROWTH = { depth: DEPTH, leafRows: 20, ridge: 10 } as const;
const CHECKPOINT_EVERY = 25;
const SPLITS = 2 ** DEPTH - 1;
const LEAVES = 2 ** DEPTH;

/** Value of a tree for a row of features. */
function valueFor({ columns, thresholds, leaves }: Tree, features: Float32Array, at: number): number {
  let node = 0;
  while (node < SPLITS) {
    const column = columns[node];
    node = 2 * node + (column >= 0 && features[at + column] > thresholds[node] ? 2 : 1);
  }
  return leaves[node - SPLITS];
}

function drawn(count: number, share: number, { next }: Stream): Uint8Array {
  return Uint8Array.from({ length: count }, () => (next() < share ? 1 : 0));
}

/** How far training is. */
interface Boosting {
  readonly base: number;
  readonly trees: Tree[];
  /** Validation loss after 0, 1, 2 … trees. */
  readonly losses: number[];
}

async function boost(rows: LengthRows, options: TrainOptions): Promise<Boosting> {
  const { validation, seed, signal, onProgress, checkpoint, from } = options;
  const data = binned(sparse(rows));
  const [logs, heldLogs] = [logLengths(rows), logLengths(validation)];
  const [cuts, heldCuts] = [cut(rows), cut(validation)];
  const state: Boosting = from ? resumed(from) : { base: mean(logs), trees: [], losses: [] };
  const predicted = new Float64Array(logs.length).fill(state.base);
  const held = new Float64Array(heldLogs.length).fill(state.base);
  const leafOf = new Int32Array(logs.length);
  const targets = new Float64Array(logs.length);
  for (const tree of state.trees) add(tree);
  let sigma = 1;

  while (state.trees.length < MOST && sinceBest(state.losses) < PATIENCE) {
    signal?.throwIfAborted();
    const draws = stream(seed, `predictors/trees/${state.trees.length}`);
    // σ comes from the predictions alone, so that a resumed run has the same.
    sigma = 1;
    for (let round = 0; round < 3; round++) sigma = sigmaOf(logs, cuts, predicted, sigma);
    for (let k = 0; k < logs.length; k++)
      targets[k] = (cuts[k] ? expectedAbove(logs[k], predicted[k], sigma) : logs[k]) - predicted[k];
    const chosen = drawn(logs.length, ROW_SHARE, draws);
    const sample = Int32Array.from(chosen.keys()).filter((row) => chosen[row] === 1);
    const grown = grow(data, sample, targets, drawn(FEATURES, COLUMN_SHARE, draws), GROWTH, leafOf);
    const tree = { ...grown, leaves: grown.leaves.map((leaf) => RATE * leaf) };
    state.trees.push(tree);
    add(tree);
    const loss = negativeLogLikelihood(heldLogs, heldCuts, held, sigmaOf(heldLogs, heldCuts, held, sigma));
    state.losses.push(loss);
    const done = state.trees.length;
    onProgress?.({ done, total: MOST, loss: Math.log(sigma), validation: loss });
    if (done % CHECKPOINT_EVERY === 0) {
      checkpoint?.(stateWeights(state));
      await new Promise((resume) => setImmediate(resume));
    }
  }
  return state;

  function add(tree: Tree): void {
    for (let row = 0; row < predicted.length; row++) predicted[row] += valueFor(tree, rows.features, row * FEATURES);
    for (let row = 0; row < held.length; row++) held[row] += valueFor(tree, validation.features, row * FEATURES);
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const sinceBest = (losses: readonly number[]): number =>
  losses.length === 0 ? 0 : losses.length - 1 - losses.indexOf(Math.min(...losses));

function treeTensors(forest: readonly Tree[]): Record<'columns' | 'thresholds' | 'leaves', Tensor> {
  const columns = new Float32Array(forest.length * SPLITS);
  const thresholds = new Float32Array(columns.length);
  const leaves = new Float32Array(forest.length * LEAVES);
  forest.forEach((tree, k) => {
    columns.set(tree.columns, k * SPLITS);
    thresholds.set(tree.thresholds, k * SPLITS);
    leaves.set(tree.leaves, k * LEAVES);
  });
  return {
    columns: { shape: [forest.length, SPLITS], values: columns },
    thresholds: { shape: [forest.length, SPLITS], values: thresholds },
    leaves: { shape: [forest.length, LEAVES], values: leaves },
  };
}

function treesFrom(weights: Weights): Tree[] {
  const columns = Int32Array.from(valuesOf(weights, 'columns', [-1, SPLITS]));
  const count = columns.length / SPLITS;
  const thresholds = valuesOf(weights, 'thresholds', [count, SPLITS]);
  const leaves = valuesOf(weights, 'leaves', [count, LEAVES]);
  const stray = columns.find((column) => column < -1 || column >= FEATURES);
  if (stray !== undefined) throw new Error(`weights: a tree splits on column ${stray}, expected −1 to ${FEATURES - 1}`);
  return Array.from({ length: count }, (_, k) => ({
    columns: columns.subarray(k * SPLITS, (k + 1) * SPLITS),
    thresholds: thresholds.subarray(k * SPLITS, (k + 1) * SPLITS),
    leaves: leaves.subarray(k * LEAVES, (k + 1) * LEAVES),
  }));
}

const stateWeights = ({ base, trees, losses }: Boosting): Weights => ({
  tensors: treeTensors(trees),
  settings: { base, losses: [...losses] },
});

function resumed(weights: Weights): Boosting {
  const { losses } = weights.settings;
  const forest = treesFrom(weights);
  if (!Array.isArray(losses) || losses.length !== forest.length)
    throw new Error(`weights: losses are no list of ${forest.length} numbers`);
  return { base: settingOf(weights, 'base'), trees: forest, losses: losses.map(Number) };
}

function model(base: number, forest: readonly Tree[], residuals: Residuals): LengthModel {
  const tensors = treeTensors(forest);
  // One tree behind the other in three columns; a node without a split leads left whatever is seen.
  const columns = Int16Array.from(tensors.columns.values, (column) => Math.max(0, column));
  const thresholds = tensors.thresholds.values.map((threshold, k) =>
    tensors.columns.values[k] < 0 ? Infinity : threshold,
  );
  const leaves = tensors.leaves.values;
  return {
    predict(features, _input, out) {
      let sum = base;
      for (let k = 0, split = 0, leaf = 0; k < forest.length; k++, split += SPLITS, leaf += LEAVES) {
        // DEPTH steps in a row, in a form that needs no jump: twice as fast, as which way it goes cannot be foreseen.
        let node = (1 + (features[columns[split]] > thresholds[split] ? 1 : 0)) | 0;
        node = (2 * node + 1 + (features[columns[split + node]] > thresholds[split + node] ? 1 : 0)) | 0;
        node = (2 * node + 1 + (features[columns[split + node]] > thresholds[split + node] ? 1 : 0)) | 0;
        node = (2 * node + 1 + (features[columns[split + node]] > thresholds[split + node] ? 1 : 0)) | 0;
        sum += leaves[leaf + node - SPLITS];
      }
      spreadAround(sum, residuals, out);
    },
    save: () => ({ tensors: { ...tensors, ...residualTensors(residuals) }, settings: { base } }),
  };
}

export const trees: LengthLearner = {
  kind: 'trees',
  summary: 'gradient-boosted trees of the log length, quantiles from their residuals',
  async train(rows, options) {
    checkRows(rows, 'training');
    checkRows(options.validation, 'validation');
    const { base, trees: grown, losses } = await boost(rows, options);
    const forest = grown.slice(0, losses.indexOf(Math.min(...losses)) + 1);
    const { validation } = options;
    const held = Float64Array.from(validation.examples, (_, row) =>
      forest.reduce((sum, tree) => sum + valueFor(tree, validation.features, row * FEATURES), base),
    );
    return model(base, forest, residualsOf(held, logLengths(validation), cut(validation)));
  },
  load: (weights) => model(settingOf(weights, 'base'), treesFrom(weights), loadResiduals(weights)),
};
