/** The README's sections on the gym and on learning: every block runs as it stands, and does what is said of it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import * as agents from '../agents/index.js';
import { packageFolder } from '../env/files.js';
import * as gym from '../env/gym/index.js';
import * as env from '../env/index.js';
import * as tasks from '../experiments/tasks/index.js';

const readme = readFileSync(join(packageFolder(), 'README.md'), 'utf8');
/** The TypeScript in a section. */
function blocksIn(title: string): string[] {
  const [, after] = readme.split(`\n## ${title}\n`);
  const [section] = after.split('\n## ');
  return [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
}

const blocks = blocksIn('The gym');
const entries: Record<string, unknown> = {
  servegym: env,
  'servegym/gym': gym,
  'servegym/tasks': tasks,
  'servegym/agents': agents,
};
const load = createRequire(import.meta.url);

/** Runs a block as a module of a user of the package, until it has printed `lines` lines. @returns what it printed */
async function printed(code: string, lines: number): Promise<unknown[][]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(code, { compilerOptions: options });
  try {
    new Function('exports', 'require', outputText)({}, (name: string) => entries[name] ?? load(name));
    await vi.waitFor(() => expect(log.mock.calls.length).toBeGreaterThanOrEqual(lines), { timeout: 60_000 });
    return log.mock.calls;
  } finally {
    log.mockRestore();
  }
}

describe('first contact', () => {
  const returns = new Map<unknown, number>();

  it.each([
    ['chance', 0],
    ['shortest first', 1],
    ['the formula', 2],
  ])('with %s prints a return, in at most ten lines', async (name, block) => {
    expect(blocks[block].split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(10);
    const calls = await printed(blocks[block], 1);
    expect(calls).toEqual([[name, expect.any(Number)]]);
    returns.set(...(calls[0] as [unknown, number]));
  });

  it('meets the same requests, where a heuristic beats chance', () => {
    const [chance, shortest, formula] = returns.values();
    expect(shortest).toBeGreaterThan(chance);
    expect(formula).toBeGreaterThan(chance);
    expect(formula).toBeLessThan(0);
  });
});

it('a live p99 is told while the engine runs', async () => {
  const calls = await printed(blocks[3], 9);
  const seconds = calls.map(([line]) => Number(/^p99 (\d+\.\d\d) s$/.exec(String(line))?.[1]));
  expect(seconds.every((p99) => p99 > 0)).toBe(true);
  expect(new Set(seconds).size).toBeGreaterThan(3);
  expect(blocks).toHaveLength(4);
});

it('a training is told iteration by iteration', async () => {
  const [block, ...others] = blocksIn('Agents that learn');
  const calls = await printed(block, 2);
  expect(calls.map(([done]) => done)).toEqual([2048, 4096]);
  for (const [, meanReturn] of calls) expect(meanReturn).toBeLessThan(0);
  expect(others).toEqual([]);
});
