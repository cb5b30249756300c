/** CONTRIBUTING's five minutes, done as they are written: the scheduler is in the contract suite, in `list` and in `compare`, with no other change. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder } from '../env/files.js';

const root = packageFolder();
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const [, minutes] = /### A scheduler in five minutes\n([\s\S]*?)\n\nWhatever/.exec(guide) ?? ['', ''];
const [file, lines] = [...minutes.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
const [, path] = /One file, `([^`]+)`/.exec(minutes) ?? [];
const name = /'([\w-]+)': scheduler/.exec(lines)?.[1] ?? '';

/** What a user would look for, in the words of a test. */
const looks = `
import { expect, it } from 'vitest';
import { servegym, writeTrace } from './experiments/terminal.js';
it('${name} is listed', async () => {
  expect((await servegym(['list', 'schedulers'])).out).toContain('${name}');
});
it('${name} is compared', async () => {
  const { code, out } = await servegym(['compare', '--schedulers', 'fcfs,${name}', '--seeds', '2', '--trace', writeTrace('trace.csv', 60),
    '--load', '0.9', '--gamma', '0', '--beliefs', 'oracle', '--workers', '0', '--out', 'out', '--engine', 'vllm-v1', '--quiet']);
  expect(code).toBe(0);
  expect(out).toMatch(/^${name} +oracle/m);
});
`;

it('a scheduler written by the guide is tested, listed and compared', () => {
  const copy = mkdtempSync(join(tmpdir(), 'servegym-'));
  try {
    const parts = ['env', 'agents', 'predictors', 'experiments', 'test', 'package.json', 'tsconfig.json'];
    for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, path), file);
    const [importLine, entry] = lines.trim().split('\n');
    const catalogue = readFileSync(join(copy, 'experiments/catalogue/schedulers.ts'), 'utf8');
    const anchor = 'export const schedulers: Readonly<Record<string, SchedulerEntry>> = {\n';
    expect(catalogue).toContain(anchor);
    writeFileSync(
      join(copy, 'experiments/catalogue/schedulers.ts'),
      `${importLine}\n${catalogue.replace(anchor, `${anchor}  ${entry}\n`)}`,
    );
    writeFileSync(join(copy, 'test/guide.test.ts'), looks);
    const vitest = (...args: string[]) =>
      spawnSync(
        process.execPath,
        [
          join(root, 'node_modules/vitest/vitest.mjs'),
          'run',
          '--config',
          'test/vitest.config.ts',
          '--maxWorkers=1',
          ...args,
        ],
        { cwd: copy, encoding: 'utf8' },
      );
    const { stdout } = vitest('test/contracts/schedulers.test.ts', 'test/guide.test.ts', '-t', name);
    expect(stdout).toMatch(/\n(2|3)\d passed, 0 failed/);
    for (const file of ['contracts/schedulers', 'guide'])
      expect(stdout).toMatch(new RegExp(`✓.* test/${file}\\.test\\.ts`));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
