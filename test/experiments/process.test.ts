/** The real program in a process of its own: worker threads, Ctrl-C, pipes. Sources are transpiled into a folder for it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../env/files.js';
import { transpile } from '../transpiled.js';
import { servegym, temporaryFolder, writeTrace } from './terminal.js';

const folder = temporaryFolder();
const program = join(folder, 'experiments', 'main.js');

beforeAll(() => {
  transpile(['env', 'predictors', 'agents', 'experiments'], folder);
});

const compare = (requests: number): string[] => [
  ...[
    'compare',
    '--trace',
    writeTrace(join(folder, `${requests}.csv`), requests),
    '--kv-blocks',
    '200',
    '--load',
    '0.9',
  ],
  ...'--engine vllm-v1 --draft none --schedulers srpt,las --beliefs oracle --no-pictures'.split(' '),
];
const start = (args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
const result = (at: string) => {
  const { measured: _times, files: _paths, ...rest } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
  return rest;
};

describe('the program', () => {
  it('gives the same results on three threads as this process on one', async () => {
    const args = (name: string): string[] => [
      ...compare(80),
      '--seeds',
      '4',
      '--no-bound',
      '--quiet',
      '--out',
      join(folder, name),
    ];
    const { status, stderr } = start([...args('threads'), '--workers', '3']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await servegym([...args('alone'), '--workers', '0']);
    expect(result(join(folder, 'threads'))).toEqual(result(join(folder, 'alone')));
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
    const long = [...compare(480), '--seeds', '12'];
    const at = join(folder, 'stopped');
    const partial = join(at, 'episodes.partial.jsonl');
    const child = spawn(process.execPath, [program, ...long, '--workers', '2', '--out', at]);
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const watch = setInterval(() => {
      if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 3) child.kill('SIGINT');
    }, 5);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(watch);
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted: \d+ of 36 episodes are kept/);
    expect(readdirSync(dirname(partial))).toEqual(['episodes.partial.jsonl', 'yardsticks.partial.jsonl']);

    const resumed = await servegym([...long, '--out', at]);
    expect(resumed.code).toBe(0);
    expect(resumed.err).toMatch(/\d+ episodes of an interrupted run are kept/);
    await servegym([...long, '--out', join(folder, 'undisturbed')]);
    expect(result(at)).toEqual(result(join(folder, 'undisturbed')));
  });

  it('stops in good order in a pipeline whose readers Ctrl-C has ended', async () => {
    const at = join(folder, 'unheard');
    const partial = join(at, 'episodes.partial.jsonl');
    const child = spawn(process.execPath, [program, ...compare(480), '--seeds', '12', '--workers', '2', '--out', at]);
    const watch = setInterval(() => {
      if (!existsSync(partial) || readFileSync(partial, 'utf8').split('\n').length < 4 || child.stderr.destroyed)
        return;
      child.stdout.destroy();
      child.stderr.destroy();
      child.kill('SIGINT');
    }, 5);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(watch);
    expect(code).toBe(130);
    expect(readdirSync(at)).toEqual(['episodes.partial.jsonl', 'yardsticks.partial.jsonl']);
  });

  it('learns lengths by a pretrained encoder, and believes what it learned', () => {
    const encoder = join(packageFolder(), 'test', 'fixtures', 'encoder');
    const run = (line: string, folderOfEncoder: string | undefined = encoder) =>
      spawnSync(process.execPath, [program, ...line.split(' ')], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, SERVEGYM_ENCODER: folderOfEncoder },
      });
    const first = run('predictor train --kind encoder --data written --most 300 --name tiny --out one');
    expect({ status: first.status, end: first.stdout.split('\n').slice(-4) }).toEqual({
      status: 0,
      end: ['  one/tiny.json', 'Next:', '  servegym compare --beliefs learned:path=one/tiny.json', ''],
    });
    const compared = run(
      'compare --requests 60 --seeds 2 --schedulers srpt,fcfs --beliefs learned:path=one/tiny.json --no-bound --no-pictures --workers 2 --quiet --out believed',
    );
    expect({ status: compared.status, stderr: compared.stderr }).toEqual({ status: 0, stderr: '' });
    expect(compared.stdout).toContain('srpt');
    const without = run('predictor predict hello --model one/tiny.json', '');
    expect({ status: without.status, stderr: without.stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: one\/tiny\.json: SERVEGYM_ENCODER is not set, expected the folder of/),
    });
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
