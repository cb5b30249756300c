/** `servegym task threshold`: what the best heuristic returns in each task. */
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { tasks } from '../../env/tasks/catalogue.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { figure, textTable } from '../report/table.js';
import { packageVersion } from '../results.js';
import { findTask } from '../tasks/open.js';
import { contendersOf, measureThreshold, type Thresholds } from '../tasks/thresholds.js';
import { commandLine } from '../tune/command-line.js';

const settings = withSeed({
  task: list(z.string()).default(Object.keys(tasks)).describe('<ids> tasks [all]'),
  seeds: z.int().min(2).max(10_000).default(20).describe('<n> episodes of each heuristic'),
  requests: z.int().min(2).max(1_000_000).optional().describe("<n> requests of an episode [the setting's]"),
  file: z.string().min(1).optional().describe('<path> writes the best of each task as JSON'),
});

export const taskThreshold: CommandSpec<typeof settings> = {
  name: 'threshold',
  summary: 'the reward threshold of each task: the mean return of its best heuristic',
  details: "Contenders are the task's baselines, its base, and what was tuned for its setting on its engine.",
  examples: [
    ['servegym task threshold --task Admit-v0', 'one task, 20 seeds'],
    ['servegym task threshold --file experiments/tasks/thresholds.json', 'those that ship'],
  ],
  settings,
  run(given, talk) {
    const { task: ids, seed, seeds, requests, file } = given;
    const total = ids.reduce((sum, id) => sum + contendersOf(findTask(id)).length * seeds, 0);
    const progress = talk.progress('episodes', total);
    let done = 0;
    const measured = ids.map((id) => ({
      id,
      returns: measureThreshold(id, { seed, seeds, requests, tick: () => progress.at(++done) }),
    }));
    progress.end();
    if (file !== undefined) {
      const kept: Thresholds = {
        command: commandLine('task threshold', settings, { ...given, file: undefined }),
        version: packageVersion(),
        seeds,
        tasks: Object.fromEntries(
          measured.map(({ id, returns: [{ heuristic, mean }] }) => [id, { heuristic, rewardThreshold: mean }]),
        ),
      };
      writeAtomic(file, `${JSON.stringify(kept, null, 2)}\n`);
    }
    const table = {
      columns: [
        { title: 'task', align: 'left' as const },
        { title: 'heuristic', align: 'left' as const },
        { title: 'return' },
        { title: '95 %' },
      ],
      rows: measured.flatMap(({ id, returns }) =>
        returns.map(({ heuristic, mean, low, high }, k) => [
          k === 0 ? id : '',
          heuristic,
          figure(mean),
          `${figure(low)} … ${figure(high)}`,
        ]),
      ),
    };
    return { code: Exit.ok, result: measured, text: textTable(table) };
  },
};
