/** What a prediction costs. */
import { FEATURES, writeFeatures } from '../../predictors/length/features.js';
import { LEVELS, type LengthExample, type LengthModel } from '../../predictors/length/model.js';

/** Predictions of one measurement at most, and how many are taken. */
const CALLS = 2000;
const REPEATS = 5;
/** CPU µs after which a measurement is long enough, asked after so many calls. */
const ENOUGH = 500_000;
const ASKED = 32;

/**
 * CPU µs of a prediction, features included: the best of five measurements, one request after another. Every prompt is a new one (a
 * number stands behind it), so that nothing which a model keeps of prompts is of use.
 */
export function microsOf(model: LengthModel, examples: readonly LengthExample[]): number {
  const features = new Float32Array(FEATURES);
  const out = new Float64Array(LEVELS.length);
  const runs = Array.from({ length: REPEATS }, (_, run) => {
    const asked = Array.from({ length: CALLS }, (_, k) => {
      const { text, ...rest } = examples[k % examples.length];
      return text === undefined ? rest : { ...rest, text: `${text} ${run * CALLS + k}` };
    });
    let done = 0;
    const before = process.cpuUsage();
    for (let spent = 0; done < CALLS && spent < ENOUGH; ) {
      for (const end = Math.min(CALLS, done + ASKED); done < end; done++) {
        writeFeatures(asked[done], features, 0);
        model.predict(features, asked[done], out);
      }
      spent = process.cpuUsage(before).user;
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / done;
  });
  return Math.min(...runs);
}
