/** `servegym predictor evaluate`: how good trained models are on data, beside what is simple. */
import { z } from 'zod';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { answersOf } from '../predictors/answers.js';
import { baselines } from '../predictors/baselines.js';
import { ceilings } from '../predictors/ceilings.js';
import { openLengthData } from '../predictors/open-data.js';
import { openModel } from '../predictors/open-model.js';
import { type ScoredModel, scoreTable } from '../predictors/score-table.js';
import { scored, scoresOf } from '../predictors/scores.js';
import { microsOf } from '../predictors/timing.js';
import { partsOf } from '../predictors/train.js';
import { textTable } from '../report/table.js';

const settings = withSeed({
  model: list(z.string().min(1)).default(['length-v0']).describe('<names> models that ship, or model files'),
  data: list(z.string().min(1))
    .default(['written'])
    .describe('<names> published sets (servegym list sets), written, or FILE.jsonl'),
  most: z.int().min(10).max(10_000_000).default(12_000).describe('<n> examples of each set at most, drawn at random'),
});
type Settings = z.output<typeof settings>;

export const predictorEvaluate: CommandSpec<typeof settings> = {
  name: 'evaluate',
  summary: 'score models of output length on prompts that no training of ours has seen, beside simple baselines',
  details:
    'Scored is the test part of the data: prompts whose words put them there, in every set and run alike, so that a model trained by\n' +
    '`predictor train` has never seen them. Baselines learn from the training part. Answers and truth are cut at max_tokens.',
  examples: [
    ['servegym predictor evaluate', 'the shipped model on written prompts'],
    [
      'servegym predictor evaluate length-v0,results/predictor-mine/mine.json --data mine.jsonl',
      'two models on your own data',
    ],
  ],
  argument: 'model',
  settings,
  run,
};

async function run(given: Settings, talk: Talk) {
  const models = given.model.map((name) => ({ name, model: openModel(name) }));
  const { examples, sources } = await openLengthData(given.data, given.seed, given.most);
  const { train, test } = partsOf(examples, given.seed);
  if (test.examples.length === 0)
    throw new Error(
      `${given.data.join(', ')}: none of ${examples.length} prompts is in the test part, expected more data`,
    );
  if (train.examples.length === 0) throw new Error(`${given.data.join(', ')}: no prompt is in the training part`);
  const rows: ScoredModel[] = baselines.map(({ name, learn }) => ({
    name,
    scores: scoresOf(scored(answersOf(learn(train.examples), test))),
  }));
  for (const { name, model } of models) {
    if (talk.signal.aborted) throw new Interrupted('nothing is written by this command');
    rows.push({ name, scores: scoresOf(scored(answersOf(model, test))), micros: microsOf(model, test.examples) });
  }
  const text = [
    ...sources,
    `${test.examples.length} answers to prompts of the test part; each request knows what its model answered before, in a shuffled order`,
    '',
    textTable(scoreTable(rows)),
    ...ceilings(),
    '',
  ];
  return {
    code: Exit.ok,
    result: { command: 'predictor evaluate', settings: given, rows, sources },
    text: text.join('\n'),
  };
}
