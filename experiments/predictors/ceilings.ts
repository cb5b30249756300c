/** What is known about how well output lengths can be predicted at all. */
import { derived } from '../../env/workloads/derived.js';

interface Ceilings {
  readonly alpaca_eval: { readonly residual_share: number };
  readonly resampling_noise: {
    readonly r2_limit_one_model_and_configuration: number;
    readonly r2_limit_when_the_model_is_a_feature: number;
  };
}
interface Published {
  readonly published_classifier: { readonly spearman: number; readonly r2_log_by_class_mean: number };
}

/** Lines below a table of scores. */
export function ceilings(): string[] {
  const { resampling_noise, alpaca_eval } = derived<Ceilings>('length-ceilings');
  const { published_classifier } = derived<Published>('output-length-structure');
  const { r2_limit_one_model_and_configuration: within, r2_limit_when_the_model_is_a_feature: known } =
    resampling_noise;
  return [
    `SSJF's published BERT classifier, on its own data: Spearman ${published_classifier.spearman.toFixed(3)}, R² of log tokens ${published_classifier.r2_log_by_class_mean.toFixed(2)}.`,
    `Ceilings: asked twice, a model answers at another length; R² of log tokens is at most ${within.toFixed(2)} within a model and configuration, ${known.toFixed(2)} if they are known ` +
      `(OASST, answers cut at 400 tokens). In AlpacaEval ${Math.round(100 * alpaca_eval.residual_share)} % of the variance is neither of the prompt nor of the model.`,
  ];
}
