/** `servegym predictor report`: what can be learned about lengths and about acceptance, on recorded data; a page, a picture, the figures. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { shippedNetwork } from '../../predictors/acceptance/shipped.js';
import { learners } from '../../predictors/length/learners.js';
import { initBackend } from '../../predictors/tensor.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { acceptancePage } from '../predictors/acceptance/page.js';
import { evaluateAcceptance } from '../predictors/acceptance/report.js';
import { dataFolder } from '../predictors/open-data.js';
import { studyPage } from '../predictors/page.js';
import { scoreTable } from '../predictors/score-table.js';
import { type Study, studyLengths } from '../predictors/study.js';
import { textTable } from '../report/table.js';
import { hashOf, packageVersion } from '../results.js';
import { commandLine } from '../tune/command-line.js';

/** Learners that are tried on every split. */
const FIRST = ['ensemble', 'trees', 'quantile-net'];

const settings = withSeed({
  target: list(z.enum(['length', 'acceptance']))
    .default(['length', 'acceptance'])
    .describe('<names> what is predicted'),
  set: z
    .string()
    .min(1)
    .default('alpaca-eval')
    .describe('<name> data whose unseen prompts and models judge (servegym list sets), or FILE.jsonl'),
  others: list(z.string().min(1))
    .default(['oasst-model-eval', 'codealpaca', 'alpaca-5000', 'instructionwild-chatgpt'])
    .describe('<names> data that is learned from besides'),
  shifted: z
    .string()
    .min(1)
    .default('gsm8k-gpt3-solutions')
    .describe('<name> data of another kind, for bounds off their split'),
  kind: list(z.enum(Object.keys(learners)))
    .default([...FIRST, ...Object.keys(learners).filter((kind) => ![...FIRST, 'encoder'].includes(kind))])
    .describe(
      '<names> learners; bounds and shuffled labels are those of the first, the first three are tried on every split; encoder needs SERVEGYM_ENCODER',
    ),
  perPrompt: z.int().min(1).max(1000).default(12).describe('<n> answers a prompt that are learned from, at most'),
  splits: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('<n> splits by prompt and model; all learners on the first, the first three on the others'),
  backend: z
    .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
    .default('wasm')
    .describe('<name> of TensorFlow.js, for networks'),
  pictures: z.boolean().default(true).describe('draw no picture'),
});
type Settings = z.output<typeof settings>;

/** Of the training prompts, for the learning curve of the first learner. */
const SHARES = [0.125, 0.25, 0.5];

export const predictorReport: CommandSpec<typeof settings> = {
  name: 'report',
  summary: 'train every predictor and judge it on prompts, models and requests that it never saw',
  details:
    'Needs the published data: SERVEGYM_DATA names their folder (default ../shared/data). Lengths: a split by prompt and by model, baselines,\n' +
    'shuffled labels, calibration, upper bounds. Acceptance: errors of predicted remaining steps after the first steps, five folds by request.',
  examples: [
    ['servegym predictor report', 'everything: some 10 minutes'],
    ['servegym predictor report --target length --kind log-regression,trees', 'two learners of lengths'],
    [
      'SERVEGYM_ENCODER=DIR servegym predictor report --target length --kind encoder,trees',
      'a pretrained encoder (predictors/README.md says how to get one)',
    ],
  ],
  settings,
  grid: true,
  run,
};

async function run(given: Settings, talk: Talk) {
  const folder = talk.run.out ?? join('results', `predictors-${hashOf({ ...given, command: 'predictor report' })}`);
  const { name: backend } = await initBackend(given.backend);
  const files: string[] = [];
  const lines: string[] = [];
  const write = (name: string, text: string): void => {
    files.push(join(folder, name));
    writeAtomic(join(folder, name), text);
  };
  const command = `\n\n\`\`\`sh\n${commandLine('predictor report', settings, given)}\n\`\`\`\n`;
  const result: Record<string, unknown> = {
    command: 'predictor report',
    version: packageVersion(),
    settings: given,
    backend,
  };
  const check = (): void => {
    if (talk.signal.aborted)
      throw new Interrupted(files.length > 0 ? `${files.join(', ')} are written` : 'nothing is written yet');
  };
  if (given.target.includes('length')) {
    const { set, others, shifted, kind: kinds, perPrompt, seed } = given;
    const studies: Study[] = [];
    for (let k = 0; k < given.splits; k++) {
      const first = k === 0 ? { kinds, shares: SHARES } : { kinds: kinds.slice(0, FIRST.length), shares: [] };
      const plan = { set, others, shifted, ...first, perPrompt, seed: seed + k };
      talk.note(`split ${k + 1} of ${given.splits}`);
      const study = await studyLengths(plan, talk).catch((error: Error) => {
        check();
        throw error;
      });
      studies.push(study);
    }
    const [study] = studies;
    result.length = studies;
    write('length.md', studyPage(studies, set, given.pictures) + command);
    lines.push(textTable(scoreTable(study.rows)));
    if (given.pictures) {
      const [{ calibrationPicture }, { writePicture }] = await Promise.all([
        import('../predictors/picture.js'), // slow to load, so only when wanted
        import('../report/render.js'),
      ]);
      files.push(...(await writePicture(folder, 'calibration', calibrationPicture(study, set))));
    }
  }
  check();
  if (given.target.includes('acceptance')) {
    let bar: ReturnType<Talk['progress']> | undefined;
    const report = await evaluateAcceptance(dataFolder(), shippedNetwork, {
      seed: given.seed,
      onProgress(done, total) {
        bar ??= talk.progress('acceptance', total);
        bar.at(done);
      },
    });
    bar?.end();
    result.acceptance = report;
    write('acceptance.md', acceptancePage(report) + command);
  }
  write('results.json', `${JSON.stringify(result, null, 2)}\n`);
  const written = files.map((file) => `  ${file}\n`).join('');
  return { code: Exit.ok, result: { ...result, files }, text: `${lines.join('\n')}Written:\n${written}` };
}
