/** `servegym dataset`: logged episodes of a task, for learning offline. */
import { z } from 'zod';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { type Logged, logEpisodes } from '../dataset/log.js';
import { figure } from '../report/table.js';
import { packageVersion } from '../results.js';
import { taskArguments } from '../tasks/arguments.js';

const settings = withSeed({
  task: z.string().min(1).default('Pick-v0').describe('<id> task'),
  policy: z
    .string()
    .min(1)
    .default('mix')
    .describe(
      '<spec> who acts: heuristic, epsilon:0.1, random, a scheduler, policy:DIR; mix: the first three, an episode each',
    ),
  set: taskArguments()
    .default({})
    .describe('<name=value,…> arguments of the task: setting, trace, load, requests, beliefs, base, reward, slots, …'),
  episodes: z.int().min(1).max(10_000_000).default(20).describe('<n> episodes'),
  out: z.string().min(1).describe('<dir> folder of the dataset'),
  resume: z.boolean().default(true).describe('start anew, and overwrite what is there'),
});
type Settings = z.output<typeof settings>;

export const dataset: CommandSpec<typeof settings> = {
  name: 'dataset',
  summary: 'logged episodes of a task with propensities, for offline learning',
  details: `A folder with dataset.json (task, seed, spaces, columns, episodes) and a file a column, raw numbers, little endian:
observation, mask, action, logPropensity, atom, reward, elapsed, terminated, truncated, last, episode. The format is described in
experiments/dataset/format.ts; readDataset of servegym/experiments reads it. Python: numpy.fromfile(FILE, dtype).reshape(-1, *shape).
The same settings give the same bytes. Ctrl-C keeps finished episodes, and the same command goes on.`,
  examples: [
    ['servegym dataset Pick-v0 --policy mix --episodes 300 --out data/pick', 'three policies in turn'],
    [
      'servegym dataset Serve-v0 --policy epsilon:0.1 --set slots=32,requests=200 --episodes 100 --out data/serve',
      'a heuristic that explores',
    ],
    [
      'servegym dataset Serve-v0 --set trace=conv.csv.gz,slots=32,requests=200,load=0.9 --out data/own',
      'on requests of your own: windows of the trace',
    ],
    ['servegym dataset Queue-v0 --policy srpt --episodes 50 --out data/srpt', 'an expert, to imitate'],
  ],
  argument: 'task',
  settings,
  run,
};

async function run({ resume, ...given }: Settings, talk: Talk) {
  const { task, set, out, episodes } = given;
  const progress = talk.progress('episodes', episodes);
  const logged = await logEpisodes({ ...given, names: set, resume, progress, signal: talk.signal });
  const result = {
    command: 'dataset',
    version: packageVersion(),
    settings: given,
    complete: true,
    written: logged !== null,
    files: logged?.files ?? [],
  };
  const text = logged ? told(task, out, logged) : `${out} has this dataset already\n`;
  return { code: Exit.ok, result, text };
}

function told(task: string, out: string, { episodes, files, says }: Logged): string {
  const rows = episodes.reduce((sum, each) => sum + each.rows, 0);
  const returns = new Map<string, number[]>();
  for (const each of episodes) returns.set(each.policy, [...(returns.get(each.policy) ?? []), each.return]);
  const means = [...returns].map(
    ([policy, all]) =>
      `  ${policy}: mean return ${figure(all.reduce((a, b) => a + b, 0) / all.length)} of ${all.length}`,
  );
  return [
    `${episodes.length} episodes of ${task}, ${(rows - episodes.length).toLocaleString('en-US')} steps, ${files.length} files in ${out}`,
    ...says.map((line) => `  ${line}`),
    ...means,
    'Try next:',
    `  import { readDataset } from 'servegym/experiments'; readDataset(${JSON.stringify(out)}).columns.reward.values`,
    '',
  ].join('\n');
}
