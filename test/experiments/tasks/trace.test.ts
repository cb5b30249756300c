/** One's own requests in a task: windows of a trace, at a load of what the engine serves of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toSeconds } from '../../../env/time.js';
import { makeFolder } from '../../../experiments/files.js';
import { resolvePlayer } from '../../../experiments/play/player.js';
import { taskArguments } from '../../../experiments/tasks/arguments.js';
import { openNamedTask, readTraces } from '../../../experiments/tasks/index.js';
import { resolveTask } from '../../../experiments/tasks/open.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const trace = join(folder, 'own.csv');
const timeless = join(folder, 'timeless.csv');
const foreign = join(folder, 'foreign.csv');
const COUNT = 600;

beforeAll(() => {
  makeFolder(folder);
  const rows = Array.from({ length: COUNT }, (_, k) => [
    k * 0.5 + (k % 7) * 0.01,
    200 + ((k * 37) % 300),
    20 + ((k * 53) % 200),
  ]);
  writeFileSync(trace, ['arrival,prompt_tokens,output_tokens', ...rows.map((row) => row.join(','))].join('\n'));
  const theirs = rows.map(([time, input, output]) => [1000 * time, input, output].join(','));
  writeFileSync(foreign, ['when,in,out', ...theirs].join('\n'));
  writeFileSync(timeless, ['prompt_tokens,output_tokens', ...rows.map(([, ...sizes]) => sizes.join(','))].join('\n'));
});

describe('a trace in a task', () => {
  const sample = (names: object, seed: number) =>
    resolveTask('Serve-v0', { trace, requests: 40, ...names }).world.source.sample(seed);

  it('is read ahead', async () => {
    expect(() => sample({}, 1)).toThrow('was not read yet');
    await expect(readTraces([{ trace: join(folder, 'none.csv') }])).rejects.toThrow('no such file');
    await readTraces([{ trace }]);
    expect(sample({}, 1).count).toBe(40);
  });

  it('gives contiguous windows by seed, no request to two splits', () => {
    const seen = (split: string): Set<number> => {
      const keys = new Set<number>();
      for (let seed = 0; seed < 40; seed++) {
        const { key } = sample({ split }, seed);
        expect([...key].every((each, k) => k === 0 || each === key[k - 1] + 1)).toBe(true);
        for (const each of key) keys.add(each);
      }
      return keys;
    };
    const [train, validation, test] = ['train', 'validation', 'test'].map(seen);
    expect(train.size + validation.size + test.size).toBe(COUNT);
    expect(new Set([...train, ...validation, ...test]).size).toBe(COUNT);
    const [first, second] = [sample({}, 3), sample({}, 3)];
    expect([second.key, second.arrival]).toEqual([first.key, first.arrival]);
    expect(() => sample({ split: 'train', requests: 200 }, 1)).toThrow('expected 5 for training, validation and test');
  });

  it('arrives at a share of what the engine serves of it', () => {
    const spanAt = (load: number): number => {
      const { arrival, count } = sample({ load }, 2);
      return toSeconds(arrival[count - 1] - arrival[0]);
    };
    expect(spanAt(0.5) / spanAt(1)).toBeCloseTo(2, 3);
    const { rules, cost } = resolveTask('Serve-v0', { trace }).world;
    expect(rules.maxBatch).toBe(48); // the knobs of the task's base hold
    expect(cost).toBeDefined();
  });

  it('takes arrivals of a process where it has none', async () => {
    await readTraces([{ trace: timeless, arrivals: 'poisson' }]);
    const { arrival } = sample({ trace: timeless, arrivals: 'poisson' }, 1);
    expect(new Set(arrival).size).toBe(40);
  });

  it('has columns by names of its own, and times in a unit', async () => {
    const columns = { arrival: 'when', promptTokens: 'in', outputTokens: 'out' };
    const names = { trace: foreign, columns, unit: 'ms' } as const;
    await expect(readTraces([{ trace: foreign }])).rejects.toThrow('foreign.csv');
    await readTraces([names, { trace }]);
    const [theirs, ours] = [sample(names, 5), sample({}, 5)];
    expect([theirs.key, theirs.promptTokens, theirs.outputTokens]).toEqual([
      ours.key,
      ours.promptTokens,
      ours.outputTokens,
    ]);
    expect(theirs.arrival).toEqual(ours.arrival);
    expect(() => resolveTask('Serve-v0', { columns })).toThrow('Serve-v0: columns: belongs to a trace');
    expect(() => resolveTask('Serve-v0', { ...names, unit: 'h' as 's' })).toThrow('Serve-v0: unit');
    await expect(readTraces([{ trace: foreign, columns: { promptToken: 'in' } }])).rejects.toThrow('promptTokens');
  });

  it('makes environments', () => {
    const env = openNamedTask('Pick-v0', { trace, requests: 10 });
    env.reset({ seed: 1 });
    expect(env.actionMasks?.().some((legal) => legal === 1)).toBe(true);
  });
});

describe('on the command line', () => {
  it('is watched, and logged', async () => {
    const set = ['--set', `trace=${trace},requests=15,load=0.9`];
    const { code, out, err } = await servegym(['watch', 'Serve-v0', ...set, '--quiet']);
    expect(code, err).toBe(0);
    expect(out).toContain('15 of 15 requests finished');
    const at = join(folder, 'logged');
    expect((await servegym(['dataset', 'Pick-v0', ...set, '--episodes', '1', '--out', at])).out).not.toContain(
      'epsilon',
    );
    expect(JSON.parse(readFileSync(join(at, 'dataset.json'), 'utf8')).names.trace).toBe(trace);
    const lost = await servegym(['watch', 'Serve-v0', '--set', 'trace=nowhere.csv', '--quiet']);
    expect([lost.code, lost.err.trim()]).toEqual([2, expect.stringContaining('nowhere.csv: no such file')]);
  });

  it('is trained on, and the card says so', async () => {
    const at = join(folder, 'trained');
    const { code, err } = await servegym([
      ...'train Serve-v0 --base srpt --requests 20 --budget 40 --batch 2 --population 4 --train-seeds 4'.split(' '),
      ...['--validation-seeds', '2', '--trace', trace, '--workers', '0', '--out', at],
    ]);
    expect(code, err).toBe(0);
    const { card } = JSON.parse(readFileSync(join(at, 'policy.json'), 'utf8'));
    expect(card.data).toEqual(['windows of own.csv, splits train and validation']);
    expect(card.command).toContain('--trace');
  });

  it('is trained on, and watched, by its own columns', async () => {
    const at = join(folder, 'trained-foreign');
    const { code, err } = await servegym([
      ...'train Serve-v0 --base srpt --requests 20 --budget 20 --batch 1 --population 2 --train-seeds 2'.split(' '),
      ...['--validation-seeds', '2', '--trace', foreign, '--workers', '0', '--out', at],
      ...['--columns', 'arrival=when,promptTokens=in,outputTokens=out', '--unit', 'ms'],
    ]);
    expect(code, err).toBe(0);
    const { card } = JSON.parse(readFileSync(join(at, 'policy.json'), 'utf8'));
    expect(card.command).toContain('promptTokens=in');
    const columns = '{arrival: when, promptTokens: in, outputTokens: out}';
    const set = ['--set', `trace=${foreign},columns=${columns},unit=ms,requests=15`];
    const watched = await servegym(['watch', 'Serve-v0', ...set, '--quiet']);
    expect(watched.code, watched.err).toBe(0);
    expect(watched.out).toContain('15 of 15 requests finished');
  });

  it('takes lists', () => {
    const read = (text: string) => taskArguments().parse([text]);
    expect(read('heuristics=srpt,fixed-gamma(srpt,las):gamma=1,load=1.1')).toEqual({
      heuristics: ['srpt', 'fixed-gamma(srpt,las):gamma=1'],
      load: 1.1,
    });
    expect(read('heuristics=[srpt, edf],slots=4')).toEqual({ heuristics: ['srpt', 'edf'], slots: 4 });
    expect(read('base=expr: remaining * known,truncateAfterSeconds=null')).toEqual({
      base: 'expr: remaining * known',
      truncateAfterSeconds: null,
    });
    expect(() => read('load=1,srpt')).toThrow('expected name=value');
    expect(resolvePlayer('edf', 'Select-v0', read('heuristics=srpt,edf')).says).toBe('edf always has the say');
  });
});
