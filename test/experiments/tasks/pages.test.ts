/** Pages, table, thresholds and lists of the tasks say what the code does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../../../env/files.js';
import { tasks } from '../../../env/tasks/catalogue.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import { gapInWords } from '../../../experiments/tasks/gaps.js';
import { openNamedTask, resolveTask } from '../../../experiments/tasks/open.js';
import { tasksMarkdown } from '../../../experiments/tasks/table.js';
import { contendersOf, readThresholds } from '../../../experiments/tasks/thresholds.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const read = (path: string): string => readFileSync(join(packageFolder(), path), 'utf8');
const ids = Object.keys(tasks);

const HEADINGS = [
  'Description',
  'Action Space',
  'Observation Space',
  'Rewards',
  'Starting State',
  'Episode End',
  'Arguments',
  'Baselines',
  'Version History',
];

/** The page of a task by heading, without its stars. */
function pageOf(id: string): Map<string, string> {
  const file = `env/tasks/${id.replace(/-v\d+$/, '').toLowerCase()}.ts`;
  const [, docblock] = /^\/\*\*([\s\S]*?)\*\//.exec(read(file)) ?? [];
  const text = docblock.replace(/^ \* ?/gm, '');
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n')).replace(/\s+/g, ' ').trim()]),
  );
}

const namesIn = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name);

describe.each(ids)('%s', (id) => {
  const page = pageOf(id);
  const task = tasks[id];

  it('has a page with the headings in their order', () => {
    expect([...page.keys()]).toEqual(HEADINGS);
    expect([...page.values()].every((text) => text.length > 10)).toBe(true);
  });

  it('names its parameters there, and no others', () => {
    const [own, common] = (page.get('Arguments') as string).split('; of every task: ');
    expect(namesIn(own)).toEqual(Object.keys(task.parameters));
    expect(common).toMatch(/^setting, trace, load, requests, engine, beliefs, base.*reward, staleness, noise\.$/);
  });

  it('has the spaces and the masks that its page names', () => {
    const env = openNamedTask(id);
    expect(page.get('Action Space')).toContain(`\`${env.actionSpace.type}(`);
    expect(page.get('Observation Space')).toContain(`\`${env.observationSpace.type}(`);
    expect(/with a mask/.test(page.get('Action Space') as string)).toBe(env.actionMasks !== undefined);
  });

  it('has baselines that exist, and names each on its page', () => {
    for (const name of task.baselines) {
      resolveScheduler(name);
      expect(page.get('Baselines')).toContain(name);
    }
  });

  it('has the reachable gap of its setting, or says why there is none', () => {
    const [, said] = /Reachable gap: (.*)$/.exec(page.get('Baselines') as string) ?? [];
    const gap = gapInWords(task) as string;
    if (/^\d/.test(gap)) expect(said).toContain(`that of \`${task.defaults.setting}\``);
    else expect(said.startsWith(gap)).toBe(true);
  });

  it('says when it asks, what for, and which version it is', () => {
    expect([task.summary, task.question, task.asked].every((text) => text.length > 10)).toBe(true);
    expect(task.question).toMatch(/\?$/);
    expect(page.get('Version History')).toContain(`- ${/v\d+$/.exec(id)?.[0]}:`);
  });

  it('opens with its defaults: the engine, load and promises it says', () => {
    const { world } = resolveTask(id);
    const { engine } = task.defaults;
    if (engine !== undefined) expect(world.rules.name.startsWith(engine)).toBe(true);
    for (const [rule, value] of Object.entries(task.defaults.rules ?? {}))
      expect(world.rules[rule as keyof typeof world.rules]).toBe(value);
  });

  it('has a threshold, by a heuristic that may set it', () => {
    const { heuristic, rewardThreshold } = readThresholds().tasks[id];
    expect(contendersOf(task)).toContain(heuristic);
    expect(rewardThreshold).toBeLessThan(0);
  });
});

describe('the README', () => {
  it('has the table that the catalogue makes (servegym task list --markdown)', () => {
    const [, table] = /<!-- tasks -->\n([\s\S]*?)\n<!-- \/tasks -->/.exec(read('README.md')) ?? [];
    expect(table).toBe(tasksMarkdown());
  });

  it('has gaps as they are kept', () => {
    const { gaps } = JSON.parse(read('experiments/results/gap/results.json')) as {
      gaps: { setting: string; rows: { label: string; vsBest: { value: number } | null }[] }[];
    };
    for (const id of ['Serve-v0', 'Admit-v0', 'Speculate-v0']) {
      const kept = gaps.find(({ setting }) => setting === tasks[id].defaults.setting);
      const reference = kept?.rows.find(({ label }) => label === 'clairvoyant reference');
      const below = ((reference?.vsBest?.value ?? Number.NaN) * -100).toFixed(1);
      expect(gapInWords(tasks[id])?.startsWith(`${below} % of the `)).toBe(true);
    }
  });

  it('is written anew by one command', async () => {
    const page = join(folder, 'page.md');
    writeFileSync(page, 'before\n<!-- tasks -->\nold\n<!-- /tasks -->\nafter\n');
    const { code } = await servegym(['task', 'list', '--page', page, '--quiet']);
    expect(code).toBe(0);
    expect(readFileSync(page, 'utf8')).toBe(`before\n<!-- tasks -->\n${tasksMarkdown()}\n<!-- /tasks -->\nafter\n`);
    writeFileSync(page, 'no marks');
    expect((await servegym(['task', 'list', '--page', page])).err).toContain('no <!-- tasks -->');
  });
});

describe('servegym task', () => {
  it('lists the tasks with questions and parameters', async () => {
    const { code, out } = await servegym(['task', 'list', '--json']);
    expect(code).toBe(0);
    const listed = JSON.parse(out) as { result?: unknown };
    const all = (Array.isArray(listed) ? listed : listed.result) as {
      id: string;
      question: string;
      parameters: object;
    }[];
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(all.map(({ question }) => question)).toEqual(ids.map((id) => tasks[id].question));
    expect(Object.keys(all[0].parameters)).toEqual(Object.keys(tasks[ids[0]].parameters));
    expect((await servegym(['task', 'list'])).out).toContain(':periodS=5');
  });

  it('measures thresholds, the best heuristic first, the same for the same seeds', async () => {
    const file = join(folder, 'thresholds.json');
    const flags = ['--task', 'Select-v0,Chunk-v0', '--seeds', '2', '--requests', '30', '--quiet'];
    const { code, out } = await servegym(['task', 'threshold', ...flags, '--file', file]);
    expect(code).toBe(0);
    expect((await servegym(['task', 'threshold', ...flags])).out).toBe(out);
    const { tasks: measured, command } = JSON.parse(readFileSync(file, 'utf8'));
    expect(command).toBe('servegym task threshold --task Select-v0,Chunk-v0 --seeds 2 --requests 30');
    for (const id of ['Select-v0', 'Chunk-v0']) {
      const rows = out.slice(out.indexOf(id)).split('\n').slice(0, contendersOf(tasks[id]).length);
      const returns = rows.map((row) => Number(/(-?[\d.,]+) +-?[\d.,]+ … /.exec(row)?.[1].replace(',', '')));
      expect(returns).toEqual([...returns].sort((a, b) => b - a));
      expect(rows[0]).toContain(measured[id].heuristic);
    }
  });

  it('refuses a task that there is not', async () => {
    const { code, err } = await servegym(['task', 'threshold', '--task', 'Serv-v0']);
    expect(code).not.toBe(0);
    expect(err).toContain('Serve-v0');
  });
});
