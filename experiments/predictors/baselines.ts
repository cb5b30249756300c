/** What any model of output length must beat: one distribution of residuals, moved to where something simple says. */
import { LEVELS, type LengthExample, type LengthInput, type LengthModel } from '../../predictors/length/model.js';
import { quantileOfSorted } from '../statistics/quantile.js';

export interface Baseline {
  readonly name: string;
  readonly summary: string;
  learn(examples: readonly LengthExample[]): LengthModel;
}

/** The log length it expects, learned from examples. */
type Learn = (examples: readonly LengthExample[]) => (input: LengthInput) => number;

function baseline(name: string, summary: string, learn: Learn): Baseline {
  return {
    name,
    summary,
    learn(examples) {
      const expected = learn(examples);
      const residuals = Float64Array.from(examples, (each) => Math.log(each.outputTokens) - expected(each)).sort();
      const quantiles = LEVELS.map((level) => quantileOfSorted(residuals, level));
      return {
        predict(_features, input, out) {
          const log = expected(input);
          for (let k = 0; k < quantiles.length; k++) out[k] = Math.max(1, Math.exp(log + quantiles[k]));
        },
        save: () => ({ tensors: {}, settings: {} }),
      };
    },
  };
}

const meanLog = (examples: readonly LengthExample[]): number =>
  examples.reduce((sum, { outputTokens }) => sum + Math.log(outputTokens), 0) / examples.length;

export const baselines: readonly Baseline[] = [
  baseline('constant', 'the same for every request', (examples) => {
    const mean = meanLog(examples);
    return () => mean;
  }),
  baseline('mean per model', 'the mean of what the model has answered before', (examples) => {
    const mean = meanLog(examples);
    return ({ past }) => past?.model?.meanLog ?? mean;
  }),
  baseline('prompt length', 'a line through log tokens of the prompt', (examples) => {
    const [x, y] = [
      Float64Array.from(examples, ({ promptTokens }) => Math.log1p(promptTokens)),
      Float64Array.from(examples, ({ outputTokens }) => Math.log(outputTokens)),
    ];
    const mean = (column: Float64Array): number => column.reduce((sum, value) => sum + value, 0) / column.length;
    const [meanX, meanY] = [mean(x), mean(y)];
    const covariance = x.reduce((sum, value, k) => sum + (value - meanX) * (y[k] - meanY), 0);
    const variance = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
    const slope = variance > 0 ? covariance / variance : 0;
    return ({ promptTokens }) => meanY + slope * (Math.log1p(promptTokens) - meanX);
  }),
];

/** What nobody knows: the mean of what other models answer to the very prompt. Nothing that reads prompts alone can be better in order. */
export const promptMean = baseline(
  'other models, same prompt',
  'the mean of what other models answer to it',
  (examples) => {
    const byText = new Map<string | undefined, LengthExample[]>();
    for (const example of examples) {
      const own = byText.get(example.text);
      if (own) own.push(example);
      else byText.set(example.text, [example]);
    }
    const means = new Map([...byText].map(([text, own]) => [text, meanLog(own)]));
    const mean = meanLog(examples);
    return ({ text }) => means.get(text) ?? mean;
  },
);
