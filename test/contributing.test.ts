/** CONTRIBUTING's five minutes, done as they are written: the scheduler is in the contract suite, in `list` and in `compare`, with no other change. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder } from '../env/files.js';
import { engines } from './contracts/small-world.js';

const root = packageFolder();
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const [, minutes] = /### A scheduler in five minutes\n([\s\S]*?)\n\nWhatever/.exec(guide) ?? ['', ''];
const [file, lines] = [...minutes.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
const [, path] = /One file, `([^`]+)`/.exec(minutes) ?? [];
const name = /'([\w-]+)': scheduler/.exec(lines)?.[1] ?? '';

/** Tests that look at every scheduler: they must hold of one more. */
const FILES = ['contracts/schedulers', 'contracts/honesty', 'experiments/catalogue', 'published-schedulers', 'guide'];
/** Of a scheduler on an engine: those of contracts/schedulers, and one of the two of contracts/honesty. */
const CONTRACTS = 6;

/** What Vitest writes. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

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
          '--reporter=json',
          '--outputFile=report.json',
          ...args,
        ],
        { cwd: copy, encoding: 'utf8' },
      );
    // All of these files, but of the contracts on each engine its own only.
    const own = `\\b${name}\\b|^(?!.* on (serial|vllm))`;
    vitest(...FILES.map((each) => `test/${each}.test.ts`), '-t', own);
    const report: Report = JSON.parse(readFileSync(join(copy, 'report.json'), 'utf8'));
    const ran = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(ran.filter(({ status }) => status === 'failed')).toEqual([]);
    const files = report.testResults.map(({ status }) => status);
    expect(files).toEqual(FILES.map(() => 'passed'));
    const passed = ran.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
    for (const engine of engines)
      expect(passed.filter((test) => test.startsWith(`${name} on ${engine} `))).toHaveLength(CONTRACTS);
    for (const what of ['is listed', 'is compared']) expect(passed).toContain(`${name} ${what}`);
    expect(passed).toContain('the table of published schedulers srpt stands in it');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}, 300_000);
