/** The real program in a process of its own: worker threads, Ctrl-C, pipes. Sources are transpiled into a folder for it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { transpile } from '../transpiled.js';
import { temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const program = join(folder, 'experiments', 'main.js');

beforeAll(() => {
  transpile(['env', 'predictors', 'agents', 'experiments'], folder);
});

const TINY = [
  'compare',
  '--engine',
  'vllm-v1',
  '--requests',
  '40',
  '--seeds',
  '4',
  '--load',
  '0.9',
  '--draft',
  'none',
  '--schedulers',
  'srpt,las',
  '--beliefs',
  'oracle',
  '--no-pictures',
];
const start = (args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
const result = (at: string) => {
  const { measured: _times, files: _paths, ...rest } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
  return rest;
};

describe('the program', () => {
  it('gives the same results with one thread and with three', () => {
    const [alone, threads] = ['0', '3'].map((workers) => {
      const { status, stderr } = start([
        ...TINY,
        '--no-bound',
        '--workers',
        workers,
        '--out',
        `workers-${workers}`,
        '--quiet',
      ]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return result(join(folder, `workers-${workers}`));
    });
    expect(threads).toEqual(alone);
  });

  it('reports bad input in one line, with exit code 2', () => {
    writeFileSync(join(folder, 'few.csv'), 'arrival,prompt_tokens,output_tokens\n0,10,10\n1,10,10\n2,10,10\n');
    const { status, stdout, stderr } = start([
      'compare',
      '--trace',
      'few.csv',
      '--seeds',
      '2',
      '--workers',
      '2',
      '--quiet',
    ]);
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(/^error: few\.csv: 3 requests are too few for 2 windows/);
  });

  it('stops at Ctrl-C with 130, keeps what is finished, and goes on from there', async () => {
    const long = [...TINY, '--seeds', '12', '--workers', '2', '--out', 'stopped'];
    const partial = join(folder, 'stopped', 'episodes.partial.jsonl');
    const child = spawn(process.execPath, [program, ...long], { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const watch = setInterval(() => {
      if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 8) child.kill('SIGINT');
    }, 5);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(watch);
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted: \d+ of 36 episodes are kept/);
    expect(readdirSync(dirname(partial))).toEqual(['episodes.partial.jsonl', 'yardsticks.partial.jsonl']);

    const resumed = start([...long, '--workers', '0']);
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).toMatch(/\d+ episodes of an interrupted run are kept/);
    start([...long, '--workers', '0', '--out', 'undisturbed']);
    expect(result(join(folder, 'stopped'))).toEqual(result(join(folder, 'undisturbed')));
  });

  it('does not complain when its reader leaves early', () => {
    const { stdout, stderr, status } = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${program}" list | head -1; exit \${PIPESTATUS[0]}`],
      { encoding: 'utf8' },
    );
    expect({ stdout, stderr, status }).toEqual({ stdout: 'settings\n', stderr: '', status: 0 });
  });
});
