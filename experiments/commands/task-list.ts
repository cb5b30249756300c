/** `servegym task list`: the tasks, what each asks, and its parameters. */
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { tasks } from '../../env/tasks/catalogue.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { gapInWords } from '../tasks/gaps.js';
import { tasksMarkdown, withTasks } from '../tasks/table.js';

const settings = withSeed({
  markdown: z.boolean().default(false).describe('the table of the README'),
  page: z.string().min(1).optional().describe('<file> puts that table between its marks in this page, e.g. README.md'),
});

export const taskList: CommandSpec<typeof settings> = {
  name: 'list',
  summary: 'the tasks, what each asks, and its parameters',
  details:
    'The reachable gap is how far the clairvoyant reference is below the best tuned heuristic, and below FCFS, by all decisions together\n' +
    '(servegym gap): known to be possible, no bound. It is not measured where a task has an engine, a load or promises of its own.',
  examples: [
    ['servegym task list', 'a paragraph each'],
    ['servegym task list --page README.md --quiet', 'the table of the README anew'],
    ['servegym task list --json', 'for a script'],
  ],
  settings,
  run({ markdown, page }) {
    const all = Object.values(tasks).map((task) => {
      const { codec: _code, promises: _own, ...data } = task;
      return { ...data, gap: gapInWords(task) };
    });
    if (page !== undefined) writeAtomic(page, withTasks(page));
    const text = markdown ? `${tasksMarkdown()}\n` : all.map(paragraph).join('\n');
    return { code: Exit.ok, result: all, text };
  },
};

type Listed = Omit<(typeof tasks)[string], 'codec' | 'promises'> & { readonly gap: string | null };

function paragraph({ id, summary, question, asked, baselines, defaults, parameters, gap }: Listed): string {
  const { setting, base, beliefs, reward, engine } = defaults;
  const lines = [
    `${id}  ${summary}`,
    `  ${question}`,
    `  asked ${asked}`,
    `  setting ${setting}${engine === undefined ? '' : ` on ${engine}`}, beliefs ${beliefs}, base ${base}, reward ${reward}`,
    `  baselines ${baselines.join(', ')}`,
    ...(gap === null ? [] : [`  reachable gap ${gap}`]),
    ...Object.entries(parameters).map(([name, { doc, default: value }]) => `    :${name}=${value}  ${doc}`),
  ];
  return `${lines.join('\n')}\n`;
}
