/** `servegym policy curves`: how trainings went, of any tasks, side by side. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { mapping, printOptions } from '../cli/options.js';
import { readCurves } from '../learning/curves.js';
import { curvesMarkdown, curvesText, trainingsIn } from '../learning/curves-page.js';
import { CURVES, drawCurves } from '../learning/pictures.js';
import { readGroup } from '../learning/players.js';
import { packageVersion } from '../results.js';
import { commandLine } from '../tune/command-line.js';

const settings = withSeed({
  policies: mapping()
    .default({})
    .describe('<name=folder,…> kinds of training: the folder of one, or of several, of any tasks'),
  out: z.string().min(1).default(join('results', 'curves')).describe('<dir> folder for page, picture and figures'),
});
type Settings = z.output<typeof settings>;

export const policyCurves: CommandSpec<typeof settings> = {
  name: 'curves',
  summary: 'learning curves of trainings, of any tasks: a picture, and what each came to',
  details:
    'A panel for each task, a line for each training, from the log that servegym train leaves beside its policy: cost on validation seeds,\n' +
    'to the base of the training, by what was spent. The table has the best look, which came out, and what it is worth on fresh seeds.',
  examples: [
    [
      'servegym policy curves --policies cma-es=results/admit-cma,random=results/admit-random',
      'a search, and its control at as many episodes',
    ],
    ['servegym policy curves --policies 2min=results/short,1h=results/long', 'folders of trainings, of several tasks'],
  ],
  settings,
  run,
};

async function run({ out: folder, ...given }: Settings) {
  const named = Object.entries(given.policies);
  if (named.length === 0) throw new Error('--policies is empty, expected name=folder of at least one training');
  const groups = named.map(([name, folder]) => readGroup(name, folder));
  const curves = readCurves(groups);
  const trainings = trainingsIn(groups, curves);
  const pictures = await drawCurves(folder, curves);
  const files = [...['page.md', 'config.yaml', 'results.json'].map((name) => join(folder, name)), ...pictures];
  writeAtomic(
    files[0],
    curvesMarkdown(
      trainings,
      groups,
      `${CURVES}.svg`,
      commandLine('policy curves', settings, { ...given, out: folder }),
    ),
  );
  writeAtomic(files[1], printOptions('policy curves', { ...given, out: folder }));
  const result = { command: 'policy curves', version: packageVersion(), settings: given, trainings, curves, files };
  writeAtomic(files[2], `${JSON.stringify(result, null, 2)}\n`);
  return { code: Exit.ok, result, text: curvesText(trainings, files) };
}
