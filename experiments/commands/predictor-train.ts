/** `servegym predictor train`: a model of output length from data, as a file that `--beliefs learned:FILE` reads. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { DRAFT_KINDS } from '../../predictors/acceptance/generated.js';
import { learners } from '../../predictors/length/learners.js';
import { writeModelFile } from '../../predictors/model-file.js';
import { initBackend } from '../../predictors/tensor.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { makeFolder } from '../files.js';
import { scoreTable } from '../predictors/score-table.js';
import { recipeOf, shippedModels } from '../predictors/shipped.js';
import { type Training, type TrainingPlan, trainLength } from '../predictors/train.js';
import { populationText, trainNetwork } from '../predictors/train-acceptance.js';
import { textTable } from '../report/table.js';
import { commandLine } from '../tune/command-line.js';

const settings = withSeed({
  target: z
    .enum(['length', 'acceptance', 'population'])
    .default('length')
    .describe(
      '<name> what is predicted: length; acceptance, by a network; population: the statistics that the other predictors of acceptance share',
    ),
  draft: z.enum(DRAFT_KINDS).default('eagle').describe('<name> the proposer whose acceptance it is'),
  model: z
    .string()
    .min(1)
    .optional()
    .describe(`<name> a model that ships, made again: ${Object.keys(shippedModels).join(', ')}`),
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'expected letters, digits, dots and dashes')
    .default('mine')
    .describe('<name> of the new model'),
  kind: z
    .enum(Object.keys(learners))
    .default('log-regression')
    .describe(`<name> how it learns: ${Object.keys(learners).join(', ')}`),
  data: list(z.string().min(1))
    .default(['written'])
    .describe('<names> published sets (servegym list sets), written, or FILE.jsonl'),
  most: z.int().min(10).max(10_000_000).default(12_000).describe('<n> examples of each set at most, drawn at random'),
  backend: z
    .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
    .default('wasm')
    .describe('<name> of TensorFlow.js, for networks; wasm gives the same bytes everywhere'),
});
type Settings = z.output<typeof settings>;

export const predictorTrain: CommandSpec<typeof settings> = {
  name: 'train',
  summary: 'train a model of output length or of acceptance and write it as one file',
  details:
    'Prompts are split by their words: a text is never in two of training, validation and test. The file holds weights, where they come from and\n' +
    'scores on the test prompts; it is data and never executed. The same command gives the same bytes. Interrupted (Ctrl-C), it goes on where it stopped.\n\n' +
    'Your own data, one JSON object a line: {"prompt": "…", "output_tokens": 120} and, if known, "model", "temperature", "max_tokens",\n' +
    '"tenant", "prompt_tokens", "finish_reason" ("length": the output was cut, so it is at least that long).\n\n' +
    '--kind encoder reads prompts with a pretrained encoder of the BERT type: SERVEGYM_ENCODER names its folder (predictors/README.md). It takes\n' +
    'some 25 ms a prompt.',
  examples: [
    [
      'servegym predictor train --data mine.jsonl --name mine',
      'then: servegym compare --beliefs learned:path=results/predictor-mine/mine.json',
    ],
    ['servegym predictor train written-v0 --out predictors/models', 'a model that ships, made again'],
    [
      'servegym predictor train --kind quantile-net --data codealpaca,gsm8k-gpt3-solutions',
      'a network on published sets',
    ],
  ],
  argument: 'model',
  settings,
  grid: true,
  run,
};

/** Settings in full: those of a shipped model stand in its recipe. */
function planOf(given: Settings): TrainingPlan {
  const { model, seed } = given;
  const recipe = model === undefined ? given : recipeOf(model);
  const name = model ?? given.name;
  return {
    name,
    summary: model === undefined ? `trained by ${recipe.kind}` : recipeOf(model).summary,
    learner: learners[recipe.kind],
    data: recipe.data,
    most: recipe.most,
    seed,
    command: commandLine('predictor train', settings, given, model === undefined ? undefined : 'model'),
    limits: model === undefined ? [] : recipeOf(model).limits,
  };
}

async function run(given: Settings, talk: Talk) {
  const { target, draft } = given;
  const plan = target === 'length' ? planOf(given) : null;
  const name = plan?.name ?? (target === 'population' ? 'acceptance' : `acceptance-gru-${draft}`);
  const folder = talk.run.out ?? join('results', `predictor-${name}`);
  const undo = makeFolder(folder);
  try {
    return await trainInto(folder, name, plan, given, talk);
  } catch (error) {
    undo();
    throw error;
  }
}

async function trainInto(folder: string, name: string, plan: TrainingPlan | null, given: Settings, talk: Talk) {
  const { target, draft, seed } = given;
  const path = join(folder, `${name}.json`);
  if (target === 'population') {
    writeAtomic(path, await populationText());
    return ended(given, path, 'Ladders and coefficients of the recorded requests.\n', {});
  }
  const { name: backend } = await initBackend(given.backend);
  talk.note(`TensorFlow.js backend: ${backend}`);
  const checkpoint = join(folder, `${name}.partial.json`);
  let bar: ReturnType<Talk['progress']> | undefined;
  const training: Training = {
    backend,
    checkpoint,
    resume: talk.run.resume,
    signal: talk.signal,
    note: talk.note,
    onProgress({ done, total, loss, validation }) {
      bar ??= talk.progress('training', total);
      const [trained, held] = [loss, validation].map((value) => value?.toPrecision(4));
      bar.at(done, trained && `loss ${trained}, validation ${held}`);
    },
  };
  const trained = await (plan === null ? network(draft, seed, training) : trainLength(plan, training)).catch(
    (error: Error) => {
      bar?.end();
      if (!talk.signal.aborted) throw error;
      throw new Interrupted(
        existsSync(checkpoint) ? `the same command goes on from ${checkpoint}` : 'nothing is written',
      );
    },
  );
  bar?.end();
  writeModelFile(path, trained.file);
  rmSync(checkpoint, { force: true });
  const { scores, ships } = trained;
  const table =
    plan === null
      ? ''
      : scores === null
        ? 'No prompt was left for a test.\n'
        : textTable(scoreTable([{ name, scores }]));
  const licence = ships ? '' : 'Not all of its data may be handed on with a model: see the licences in the file.\n';
  const next = plan === null ? '' : `Next:\n  servegym compare --beliefs learned:path=${path}\n`;
  return ended(given, path, `${table}${licence}`, { backend, card: trained.file.card, scores }, next);
}

const network = async (...given: Parameters<typeof trainNetwork>) => ({
  file: await trainNetwork(...given),
  scores: null,
  ships: true,
});

const ended = (given: Settings, path: string, text: string, result: object, next = '') => ({
  code: Exit.ok,
  result: { command: 'predictor train', settings: given, ...result, files: [path] },
  text: `${text}Written:\n  ${path}\n${next}`,
});
