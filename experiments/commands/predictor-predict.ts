/** `servegym predictor predict`: what a model says about one prompt, or about a file of them. */
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { type Moments, momentsGiven, quantileGiven } from '../../predictors/length/distribution.js';
import { FEATURES, writeFeatures } from '../../predictors/length/features.js';
import { LEVELS, type LengthInput } from '../../predictors/length/model.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { jsonLines } from '../files.js';
import { estimatedTokens } from '../predictors/data/sets.js';
import { readUserPrompts } from '../predictors/data/user-file.js';
import { openModel } from '../predictors/open-model.js';
import { figure, textTable } from '../report/table.js';

const SHOWN = [0.1, 0.5, 0.9, 0.95] as const;

const settings = withSeed({
  prompt: z.string().min(1).optional().describe('<text> what is asked'),
  data: z
    .string()
    .min(1)
    .optional()
    .describe(
      '<file> prompts instead: JSON lines with "prompt" and, if known, what else `predictor train --help` names',
    ),
  model: z.string().min(1).default('length-v0').describe('<name> a model that ships, or a model file'),
  maxTokens: z.int().min(1).optional().describe('<n> max_tokens of the prompt [none]'),
  write: z.string().min(1).optional().describe('<file> predictions as JSON lines, in the order of the prompts'),
});
type Settings = z.output<typeof settings>;

export const predictorPredict: CommandSpec<typeof settings> = {
  name: 'predict',
  summary: 'predict the output length of a prompt: mean, spread, quantiles',
  details: 'Nothing is random: --seed changes nothing.',
  examples: [
    ['servegym predictor predict "Explain KV caches in 200 words"', 'one prompt'],
    ['servegym predictor predict --data prompts.jsonl --write lengths.jsonl', 'a file'],
  ],
  argument: 'prompt',
  settings,
  run,
};

interface Prediction {
  readonly mean: number;
  readonly spread: number;
  readonly quantiles: Readonly<Record<string, number>>;
}

async function run(given: Settings) {
  const { prompt, data, maxTokens = Infinity } = given;
  if ((prompt === undefined) === (data === undefined)) throw new Error('expected a prompt, or --data FILE');
  const inputs: readonly LengthInput[] =
    data === undefined
      ? [{ text: prompt ?? '', promptTokens: estimatedTokens(prompt ?? ''), declared: maxTokens }]
      : await readUserPrompts(data);
  const model = openModel(given.model);
  const features = new Float32Array(FEATURES);
  const out = new Float64Array(LEVELS.length);
  const moments: Moments = { mean: 0, spread: 0 };
  const rounded = (tokens: number): number => Math.round(10 * tokens) / 10;
  const predictions = inputs.map((input): Prediction => {
    writeFeatures(input, features, 0);
    model.predict(features, input, out);
    momentsGiven(out, 0, input.declared, moments);
    const quantiles = SHOWN.map((level) => [String(level), rounded(quantileGiven(out, level, 0, input.declared))]);
    return { mean: rounded(moments.mean), spread: rounded(moments.spread), quantiles: Object.fromEntries(quantiles) };
  });
  if (given.write !== undefined) writeAtomic(given.write, jsonLines(predictions));
  const table = textTable({
    columns: [
      { title: 'prompt', align: 'left' },
      { title: 'mean' },
      { title: 'spread' },
      ...SHOWN.map((level) => ({ title: `${100 * level} %` })),
    ],
    rows: predictions
      .slice(0, 20)
      .map(({ mean, spread, quantiles }, k) => [
        shortened(inputs[k].text ?? '(none)'),
        figure(mean),
        figure(spread),
        ...SHOWN.map((level) => figure(quantiles[level])),
      ]),
  });
  const more = predictions.length > 20 ? `and ${predictions.length - 20} more\n` : '';
  const written = given.write === undefined ? '' : `Written:\n  ${given.write}\n`;
  return {
    code: Exit.ok,
    result: { command: 'predictor predict', settings: given, predictions },
    text: `output tokens by ${given.model}\n${table}${more}${written}`,
  };
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 50 ? `${line.slice(0, 49)}…` : line;
};
