/** Models that ship with the package: what they are trained on, and how. `servegym predictor train NAME` makes the same bytes again. */
import { didYouMean } from '../../env/spelling.js';

export interface ShippedModel {
  readonly summary: string;
  /** Kind of its learner. */
  readonly kind: string;
  readonly data: readonly string[];
  /** Examples of each set at most. */
  readonly most: number;
  readonly limits: readonly string[];
}

export const shippedModels: Readonly<Record<string, ShippedModel>> = {
  'length-v0': {
    summary: 'output length from the prompt, for chat, code and word problems in English, and for generated workloads',
    kind: 'trees',
    data: ['written', 'oasst-model-eval', 'codealpaca', 'gsm8k-gpt3-solutions', 'routellm-gsm8k'],
    most: 12_000,
    limits: [
      'levels come from what the model at hand has answered before: without a past they are those of the training data',
      'languages other than English are told apart, but hardly any was in the data',
    ],
  },
  'written-v0': {
    summary: 'output length from the prompts that generated workloads carry; made without any file',
    kind: 'log-regression',
    data: ['written'],
    most: 12_000,
    limits: ['knows written prompts only: nothing of what people ask'],
  },
};

/** @throws Error with the nearest name */
export function recipeOf(name: string): ShippedModel {
  if (Object.hasOwn(shippedModels, name)) return shippedModels[name];
  throw new Error(`unknown model ${JSON.stringify(name)}${didYouMean(name, Object.keys(shippedModels))}`);
}
