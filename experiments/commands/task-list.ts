/** `servegym task list`: the tasks, what each asks, and its parameters. */
import { z } from 'zod';
import { tasks } from '../../env/tasks/catalogue.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { tasksMarkdown } from '../tasks/table.js';

const settings = withSeed({
  markdown: z.boolean().default(false).describe('the table of the README'),
});

export const taskList: CommandSpec<typeof settings> = {
  name: 'list',
  summary: 'the tasks, what each asks, and its parameters',
  examples: [
    ['servegym task list', 'a paragraph each'],
    ['servegym task list --json', 'for a script'],
  ],
  settings,
  run({ markdown }) {
    const all = Object.values(tasks).map(({ codec: _code, promises: _own, ...data }) => data);
    const text = markdown ? `${tasksMarkdown()}\n` : all.map(paragraph).join('\n');
    return { code: Exit.ok, result: all, text };
  },
};

type Listed = Omit<(typeof tasks)[string], 'codec' | 'promises'>;

function paragraph({ id, summary, question, asked, baselines, defaults, parameters }: Listed): string {
  const { setting, base, beliefs, reward, engine } = defaults;
  const lines = [
    `${id}  ${summary}`,
    `  ${question}`,
    `  asked ${asked}`,
    `  setting ${setting}${engine === undefined ? '' : ` on ${engine}`}, beliefs ${beliefs}, base ${base}, reward ${reward}`,
    `  baselines ${baselines.join(', ')}`,
    ...Object.entries(parameters).map(([name, { doc, default: value }]) => `    :${name}=${value}  ${doc}`),
  ];
  return `${lines.join('\n')}\n`;
}
