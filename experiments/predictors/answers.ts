/** What a model of output length answers about requests whose true lengths are known. */
import { FEATURES } from '../../predictors/length/features.js';
import { LEVELS, type LengthExample, type LengthModel, type LengthRows } from '../../predictors/length/model.js';

export interface Answers {
  readonly examples: readonly LengthExample[];
  /** [examples × 19] tokens at `LEVELS`, cut at max_tokens: a belief about what was generated. */
  readonly quantiles: Float64Array;
  /** [examples × 19] 1 = cut there: whether the answer was at most that long cannot be told apart. */
  readonly cut: Uint8Array;
}

const COUNT = LEVELS.length;

export function answersOf(model: LengthModel, { examples, features }: LengthRows): Answers {
  const quantiles = new Float64Array(examples.length * COUNT);
  const cut = new Uint8Array(quantiles.length);
  const row = new Float64Array(COUNT);
  examples.forEach((example, k) => {
    model.predict(features.subarray(k * FEATURES, (k + 1) * FEATURES), example, row);
    for (let level = 0; level < COUNT; level++) {
      quantiles[k * COUNT + level] = Math.min(row[level], example.declared);
      cut[k * COUNT + level] = row[level] >= example.declared ? 1 : 0;
    }
  });
  return { examples, quantiles, cut };
}
