/** `servegym dataset`: what is read back is what happened; a run that was interrupted ends with the same bytes. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spaceFromJson } from '../../env/gym/index.js';
import type { SpaceJson } from '../../env/gym/spaces/space.js';
import { logEpisodes } from '../../experiments/dataset/log.js';
import { readDataset } from '../../experiments/index.js';
import { openPlay } from '../../experiments/play/open.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const SMALL = ['--set', 'requests=12,load=1.1', '--episodes', '4', '--seed', '5'];
const log = (out: string, ...more: string[]) => servegym(['dataset', ...more, ...SMALL, '--out', join(folder, out)]);
const contents = (out: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, out)).map((name) => [name, readFileSync(join(folder, out, name), 'base64')]),
  );

describe('a dataset of choices', async () => {
  const said = await log('pick', 'Pick-v0', '--policy', 'mix');
  const data = readDataset(join(folder, 'pick'));

  it('says what it is', () => {
    expect(said.code).toBe(0);
    expect(said.out).toContain('4 episodes of Pick-v0');
    expect(data.header).toMatchObject({ task: 'Pick-v0', policy: 'mix', seed: 5, names: { requests: 12, load: 1.1 } });
    expect(data.header.episodes.map(({ policy }) => policy)).toEqual([
      'heuristic',
      'epsilon:0.1',
      'random',
      'heuristic',
    ]);
    const space = spaceFromJson(data.header.observationSpace as SpaceJson);
    expect(data.columns.observation.shape).toEqual(space.shape);
    expect(
      Object.values(data.columns).every(
        ({ values, shape }) => values.length === data.rows * shape.reduce((a, b) => a * b, 1),
      ),
    ).toBe(true);
  });

  it.each([0, 1, 2, 3])('is what happened in episode %i', (k) => {
    const { policy, seed, rows, return: sum } = data.header.episodes[k];
    const play = openPlay('Pick-v0', policy, data.header.names);
    let { observation, mask } = play.begin(seed);
    const { columns } = data;
    let total = 0;
    const end = data.starts[k] + rows - 1;
    for (let row = data.starts[k]; row < end; row++) {
      expect(columns.observation.at(row)).toEqual(observation);
      expect(columns.mask.at(row)).toEqual(mask);
      const step = play.step();
      const numbers = ['action', 'logPropensity', 'reward', 'elapsed', 'terminated', 'episode', 'last'].map(
        (name) => columns[name].values[row],
      );
      expect(numbers).toEqual([
        step.action,
        step.logPropensity,
        step.reward,
        step.elapsed,
        Number(row === end - 1),
        k,
        0,
      ]);
      total += step.reward;
      ({ observation, mask } = step);
    }
    expect(columns.observation.at(end)).toEqual(observation);
    expect([columns.last.values[end], columns.reward.values[end]]).toEqual([1, 0]);
    expect(sum).toBe(total);
  });

  it('is there already when asked for again, and not given up for another', async () => {
    const before = contents('pick');
    const again = await log('pick', 'Pick-v0', '--policy', 'mix');
    expect([again.code, again.out]).toEqual([0, `${join(folder, 'pick')} has this dataset already\n`]);
    const other = await log('pick', 'Pick-v0', '--policy', 'random');
    expect(other.code).toBe(2);
    expect(other.err).toContain('has another dataset');
    expect(contents('pick')).toEqual(before);
  });
});

it('keeps sets as rows, real numbers with densities', async () => {
  const { code } = await log('serve', 'Serve-v0', '--policy', 'epsilon:0.5');
  expect(code).toBe(0);
  const { columns, rows, header } = readDataset(join(folder, 'serve'));
  const play = openPlay('Serve-v0', 'epsilon:0.5', header.names);
  let { observation } = play.begin(header.episodes[0].seed) as { observation: Record<string, Float32Array> };
  for (let row = 0; row < header.episodes[0].rows - 1; row++) {
    expect(columns['observation.requests'].at(row)).toEqual(observation.requests);
    expect(columns['observation.engine'].at(row)).toEqual(observation.engine);
    const step = play.step();
    const action = step.action as Record<string, Float32Array>;
    expect(columns['action.requests'].at(row)).toEqual(action.requests);
    expect(columns['action.engine'].at(row)).toEqual(action.engine);
    expect([columns.atom.values[row], columns.logPropensity.values[row]]).toEqual([
      Number(step.atom),
      step.logPropensity,
    ]);
    observation = step.observation as Record<string, Float32Array>;
  }
  expect(columns['action.requests'].starts).toHaveLength(rows + 1);
  expect(columns['action.requests'].at(rows - 1)).toHaveLength(0);
});

describe('interrupted', () => {
  const policy = ['Pick-v0', '--policy', 'epsilon:0.1'];

  it('it goes on to the same bytes, whatever a crash left behind', async () => {
    await log('whole', ...policy);
    const out = join(folder, 'cut');
    const controller = new AbortController();
    const stopped = logEpisodes({
      task: 'Pick-v0',
      names: { requests: 12, load: 1.1 },
      policy: 'epsilon:0.1',
      episodes: 4,
      seed: 5,
      out,
      resume: true,
      progress: { at: (done) => done === 2 && controller.abort(), end() {} },
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow('2 of 4 episodes are in');
    expect(() => readDataset(out)).toThrow('dataset.json: no such file');
    writeFileSync(join(out, 'reward.bin.partial'), 'half of an episode', { flag: 'a' });
    expect((await log('cut', ...policy)).code).toBe(0);
    expect(contents('cut')).toEqual(contents('whole'));
  });

  it('after a column was named but not the last one, it finishes', async () => {
    const whole = contents('whole');
    cpSync(join(folder, 'whole'), join(folder, 'named'), { recursive: true });
    const { episodes, hash, files } = readDataset(join(folder, 'whole')).header;
    rmSync(join(folder, 'named', 'dataset.json'));
    const bytes = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
    const nothing = Object.fromEntries(files.map(({ name }) => [name, 0]));
    const entries = episodes.map((facts, k) => ({ facts, bytes: k === 0 ? bytes : nothing }));
    const lines = [{ hash }, ...entries].map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(join(folder, 'named', 'episodes.partial.jsonl'), lines.join(''));
    expect((await log('named', ...policy)).code).toBe(0);
    expect(contents('named')).toEqual(whole);
  });

  it('a column that lost bytes is one error, and starting anew mends it', async () => {
    const out = join(folder, 'named');
    const { hash, files } = readDataset(out).header;
    const bytes = Object.fromEntries(files.map(({ name }) => [name, name === 'reward.bin' ? 1e9 : 0]));
    rmSync(join(out, 'dataset.json'));
    const entry = { facts: {}, bytes };
    writeFileSync(join(out, 'episodes.partial.jsonl'), `${JSON.stringify({ hash })}\n${JSON.stringify(entry)}\n`);
    const { code, err } = await log('named', ...policy);
    expect(code).toBe(2);
    expect(err).toMatch(/reward\.bin\.partial: has \d+ bytes, expected 1000000000; --no-resume starts anew/);
    expect((await log('named', ...policy, '--no-resume')).code).toBe(0);
    expect(contents('named')).toEqual(contents('whole'));
  });
});

describe('a damaged dataset', () => {
  /** A copy of a good one, damaged. */
  function damaged(name: string, damage: (path: string) => void): string {
    const to = join(folder, `damaged-${name}`);
    cpSync(join(folder, 'pick'), to, { recursive: true });
    damage(to);
    return to;
  }
  const flip = (file: string): void => {
    const bytes = readFileSync(file);
    bytes[0] ^= 1;
    writeFileSync(file, bytes);
  };
  const header = (path: string, change: Record<string, unknown>): void => {
    const file = join(path, 'dataset.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
  };

  it.each<[string, (path: string) => void, RegExp]>([
    ['missing', (path) => rmSync(join(path, 'reward.bin')), /reward\.bin: no such file$/],
    ['short', (path) => truncateSync(join(path, 'mask.bin'), 3), /mask\.bin: has 3 bytes, expected \d+$/],
    ['flipped', (path) => flip(join(path, 'action.bin')), /action\.bin: is not what was written/],
    ['torn', (path) => truncateSync(join(path, 'dataset.json'), 100), /dataset\.json: not valid JSON/],
    [
      'foreign',
      (path) => writeFileSync(join(path, 'dataset.json'), '{"format":"minari"}'),
      /"minari".*expected servegym-dataset/,
    ],
    ['newer', (path) => header(path, { version: 2 }), /version 2, expected servegym-dataset of version 1/],
    ['wrong', (path) => header(path, { rows: 'many' }), /dataset\.json: rows: /],
    ['silent', (path) => header(path, { files: [] }), /says nothing of/],
  ])('that is %s is one clear error', (name, damage, words) => {
    expect(() => readDataset(damaged(name, damage))).toThrow(words);
  });

  it('can be read without checksums', () => {
    const path = damaged('trusted', (to) => flip(join(to, 'action.bin')));
    expect(readDataset(path, { verify: false }).rows).toBeGreaterThan(0);
  });
});

it.each([
  [['Pick-v0', '--policy', 'epsilon:7'], 'expected a share'],
  [['Pik-v0'], 'did you mean "Pick-v0"'],
])('%j is refused before anything is written', async (args, words) => {
  const { code, err } = await log('none', ...args);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
