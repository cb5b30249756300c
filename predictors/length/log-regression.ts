/**
 * Ridge regression of the log length on the features, and quantiles of what it was off by.
 *
 * The penalty is the one of a falling row that suits the validation rows best; it weighs columns of words as they are, dense ones by
 * their variance, and leaves the past of model and tenant alone, which it would shrink a second time. Answers that were cut stand for
 * their expectation (`censoring.ts`). The residual quantiles are those of the validation rows. A prediction is one product of the
 * row with 1,000 numbers. Nothing is drawn: the same rows give the same bytes, and there is nothing to resume.
 */
import { valuesOf } from '../weights.js';
import { FEATURES, NAMES } from './features.js';
import type { LengthLearner, LengthModel } from './model.js';
import { fitPath } from './penalty-path.js';
import { loadResiduals, type Residuals, residualsOf, residualTensors, spreadAround } from './residuals.js';
import { type Normal, sparseRegressors } from './ridge.js';
import { checkRows, cut, logLengths, sparse } from './training-rows.js';

const PENALTIES = [30000, 10000, 3000, 1000, 300, 100, 30, 10];
/** Penalty of a column that must stay out. */
const HOPELESS = 1e12;
const IS_PAST = NAMES.map((name) => / past /.test(name));
const IS_HASHED = NAMES.map((name) => / \d+$/.test(name));

function penalties({ size, gram }: Normal, strength: number): Float64Array {
  const rows = gram[size * size - 1];
  return Float64Array.from({ length: size }, (_, k) => {
    if (k === size - 1) return 0;
    if (IS_HASHED[k]) return strength;
    const mean = gram[k * size + size - 1] / rows;
    const variance = gram[k * size + k] / rows - mean * mean;
    // What is the same in all rows says nothing, and must not stand for the constant.
    return variance < 1e-9 ? HOPELESS : (IS_PAST[k] ? 1e-3 : strength) * variance;
  });
}

function model(coefficients: Float32Array, residuals: Residuals): LengthModel {
  return {
    predict(features, _input, out) {
      let sum = coefficients[FEATURES];
      for (let k = 0; k < FEATURES; k++) sum += coefficients[k] * features[k];
      spreadAround(sum, residuals, out);
    },
    save: () => ({
      tensors: { coefficients: { shape: [FEATURES + 1], values: coefficients }, ...residualTensors(residuals) },
      settings: {},
    }),
  };
}

export const logRegression: LengthLearner = {
  kind: 'log-regression',
  summary: 'ridge regression of the log length on hashed words and cues, quantiles from its residuals',
  async train(rows, options) {
    checkRows(rows, 'training');
    checkRows(options.validation, 'validation');
    const { validation } = options;
    const [training, judging] = [rows, validation].map((some) => ({
      rows: some,
      x: sparseRegressors(sparse(some), FEATURES),
    }));
    const { coefficients, held } = fitPath(training, judging, {
      ...options,
      penalties: PENALTIES,
      penaltyOf: penalties,
    });
    return model(Float32Array.from(coefficients), residualsOf(held, logLengths(validation), cut(validation)));
  },
  load: (weights) => model(valuesOf(weights, 'coefficients', [FEATURES + 1]), loadResiduals(weights)),
};
