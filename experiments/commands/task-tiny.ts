/** `servegym task tiny`: tasks in worlds so small that the optimum is known, and what simple schedulers reach there. */
import { z } from 'zod';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { figure, textTable } from '../report/table.js';
import { tinyIds, tinyTask } from '../tasks/tiny/catalogue.js';

const settings = withSeed({
  id: z.string().optional().describe('<id> a task [all]'),
});

export const taskTiny: CommandSpec<typeof settings> = {
  name: 'tiny',
  summary: 'the optimum of each task in a tiny world, with lengths known and unknown, beside simple schedulers',
  details:
    'Computed on the environment itself: every action in every information state. Expected undiscounted return of an episode, under the\n' +
    "task's reward. A learner that does not come near the optimum here has an error.",
  examples: [
    ['servegym task tiny', 'every task'],
    ['servegym task tiny Queue-v0', 'one of them'],
  ],
  argument: 'id',
  settings,
  run({ id }) {
    const rows = (id === undefined ? tinyIds : [id]).map((each) => {
      const { summary, reward, outcomes, solution, optimum, baselines, returnOf } = tinyTask(each);
      const reached = Object.fromEntries(baselines.map((name) => [name, returnOf(name)]));
      return {
        id: each,
        summary,
        reward,
        outcomes: outcomes.length,
        states: solution.states,
        optimum,
        baselines: reached,
      };
    });
    const table = {
      columns: [
        { title: 'task', align: 'left' as const },
        { title: 'policy', align: 'left' as const },
        { title: 'expected return' },
      ],
      rows: rows.flatMap(({ id: task, reward, optimum, baselines }) => [
        [task, 'optimum, outcomes known', figure(optimum.clairvoyant)],
        [reward, 'optimum', figure(optimum.nonClairvoyant)],
        ...Object.entries(baselines).map(([name, value]) => ['', name, figure(value)]),
      ]),
    };
    const notes = rows.map(
      ({ id: task, summary, outcomes, states }) =>
        `${task}: ${summary} (${outcomes} outcomes, ${states} information states)\n`,
    );
    return { code: Exit.ok, result: rows, text: `${textTable(table)}\n${notes.join('')}` };
  },
};
