/** What a prediction costs. */
import { FEATURES, writeFeatures } from '../../predictors/length/features.js';
import { LEVELS, type LengthExample, type LengthModel } from '../../predictors/length/model.js';

/** Predictions of one measurement, and how many are taken. */
const CALLS = 2000;
const REPEATS = 5;

/** CPU µs of a prediction, features included: the best of five measurements, one request after another. */
export function microsOf(model: LengthModel, examples: readonly LengthExample[]): number {
  const features = new Float32Array(FEATURES);
  const out = new Float64Array(LEVELS.length);
  const runs = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage();
    for (let k = 0; k < CALLS; k++) {
      const example = examples[k % examples.length];
      writeFeatures(example, features, 0);
      model.predict(features, example, out);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / CALLS;
  });
  return Math.min(...runs);
}
