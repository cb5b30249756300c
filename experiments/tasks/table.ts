/** The table of tasks in the README, made from the catalogue. */
import { readFileSync, statSync } from 'node:fs';
import type { DictSpace } from '../../env/gym/spaces/dict.js';
import type { SequenceSpace } from '../../env/gym/spaces/sequence.js';
import type { Space } from '../../env/gym/spaces/space.js';
import { tasks } from '../../env/tasks/catalogue.js';
import { gapInWords } from './gaps.js';
import { openNamedTask } from './open.js';

const HEAD = ['Task', 'Question', 'Asked', 'Observation', 'Action', 'Setting', 'Baselines', 'Reachable gap'];

/** A row for each task, in Markdown. */
export function tasksMarkdown(): string {
  const rows = Object.values(tasks).map((task) => {
    const { id, question, asked, defaults, baselines } = task;
    const env = openNamedTask(id);
    const observation = spaceInWords(env.observationSpace);
    const action = spaceInWords(env.actionSpace) + (env.actionMasks ? ', masked' : '');
    const file = `env/tasks/${id.replace(/-v\d+$/, '').toLowerCase()}.ts`;
    env.close();
    return [
      `[\`${id}\`](${file})`,
      question,
      asked,
      observation,
      action,
      `\`${defaults.setting}\``,
      baselines.map((name) => `\`${name}\``).join(' '),
      gapInWords(task) ?? '',
    ];
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A space without bounds and types: `engine Box(10), requests Box(16) each`. */
function spaceInWords(space: Space): string {
  if (space.type === 'Box') return `Box(${space.shape?.join(', ')})`;
  if (space.type === 'Sequence') return `${spaceInWords((space as SequenceSpace).space)} each`;
  if (space.type !== 'Dict') return String(space);
  return Object.entries((space as DictSpace).spaces)
    .map(([name, part]) => `${name} ${spaceInWords(part)}`)
    .join(', ');
}

const MARKED = /(<!-- tasks -->\n)[\s\S]*?(\n<!-- \/tasks -->)/;

/** A page with the table of now between its marks. @throws Error naming the file if there is none, or no marks are in it */
export function withTasks(file: string): string {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`${file}: no such file`);
  const page = readFileSync(file, 'utf8');
  if (!MARKED.test(page)) throw new Error(`${file}: has no <!-- tasks --> … <!-- /tasks --> to put the table between`);
  return page.replace(MARKED, (_old, before, after) => `${before}${tasksMarkdown()}${after}`);
}
