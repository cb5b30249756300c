/** `servegym paper list`: the claims that can be tried. */
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { papers } from '../papers/catalogue.js';
import { textTable } from '../report/table.js';

const settings = withSeed({});

export const paperList: CommandSpec<typeof settings> = {
  name: 'list',
  summary: 'the claims, and where they come from',
  examples: [
    ['servegym paper list', 'a line each'],
    ['servegym paper list --json', 'with claim, source and setting in words'],
  ],
  settings,
  run() {
    const claims = Object.entries(papers).map(([name, { title, claim, source, setting, seeds, missing }]) => {
      const without = missing?.();
      return { name, title, claim, source, setting, seeds, ...(without !== undefined && { missing: without }) };
    });
    const table = {
      columns: [
        { title: 'name', align: 'left' as const },
        { title: 'about', align: 'left' as const },
        { title: 'seeds' },
        { title: 'source', align: 'left' as const },
      ],
      rows: claims.map(({ name, title, source, seeds, missing }) => [
        name,
        title,
        String(seeds.full),
        missing === undefined ? source : `${source} (cannot run here: ${missing})`,
      ]),
    };
    return {
      code: Exit.ok,
      result: claims,
      text: `${textTable(table)}\nRun one with servegym paper run NAME, all with servegym paper run all.\n`,
    };
  },
};
