/** `servegym tune` end to end on tiny episodes, and what becomes of its files. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { packageFile } from '../../../env/files.js';
import { settings } from '../../../env/settings/catalogue.js';
import { resolvePredictor, resolveScheduler } from '../../../experiments/catalogue.js';
import { commandLine } from '../../../experiments/tune/command-line.js';
import { tuneText } from '../../../experiments/tune/report.js';
import { readTuned, shippedFor, shippedName } from '../../../experiments/tune/tuned.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const TINY = [
  '--setting',
  'heavy-tail',
  '--requests',
  '20',
  '--budget',
  '70',
  '--train-seeds',
  '4',
  '--validation-seeds',
  '3',
];

const tune = async (name: string, ...more: string[]) => {
  const at = join(folder, name);
  const said = await servegym(['tune', 'volume', ...TINY, '--out', at, ...more]);
  return { ...said, at, file: (own: string) => readFileSync(join(at, own), 'utf8') };
};
/** Without the folder's name. */
const tunedIn = (text: string): unknown => JSON.parse(text);

describe('tune', () => {
  it('keeps to its budget and says what it found, where it is, and what to do with it', async () => {
    const { code, err, out, file } = await tune('a');
    expect(code).toBe(0);
    expect(err).toContain('dimensions: volume.exponent');
    expect(out).toMatch(/volume on heavy-tail, vllm-v1, load 0.95: rung 3, every knob tuned/);
    expect(out).toMatch(/Ended: /);
    const { provenance, gain, objective } = readTuned(join(folder, 'a', 'tuned.json'));
    const episodes = file('episodes.jsonl').trim().split('\n');
    expect(provenance.spent).toBe(episodes.length);
    expect(episodes.length).toBeLessThanOrEqual(70);
    expect(provenance.command).toContain('servegym tune volume --setting heavy-tail --requests 20 --budget 70');
    expect(gain.validation).toBeGreaterThanOrEqual(0);
    expect(objective).toBe('jct');
    expect(file('search.jsonl').trim().split('\n').length).toBeGreaterThanOrEqual(3);
  });

  it('gives the same bytes again, also after an interruption', async () => {
    const at = join(folder, 'cut');
    const partial = join(at, 'episodes.partial.jsonl');
    const controller = new AbortController();
    const cut = await servegym(['tune', 'volume', ...TINY, '--out', at], {
      signal: controller.signal,
      interactive: true,
      onErr: () => {
        if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 20) controller.abort();
      },
    });
    expect(cut.code).toBe(130);
    expect(cut.err).toMatch(/\d+ episodes are kept in .*the same command goes on/);
    const before = readFileSync(partial, 'utf8').trim().split('\n').length;
    expect(before).toBeGreaterThan(5);
    const resumed = await tune('cut');
    expect(resumed.err).toContain(`${before - 1} episodes of an interrupted run are kept`);
    for (const file of ['tuned.json', 'search.jsonl', 'episodes.jsonl'])
      expect(resumed.file(file)).toBe(readFileSync(join(folder, 'a', file), 'utf8'));
  });

  it('names its budget in the command even where it is the usual one', () => {
    expect(
      commandLine('tune', z.object({ budget: z.int().default(1000) }), { budget: 1000 }, undefined, ['budget']),
    ).toBe('servegym tune --budget 1000');
  });

  it('inside the preset turns nothing but the order', async () => {
    const { code, file } = await tune('two', '--rung', '2');
    expect(code).toBe(0);
    expect(tunedIn(file('tuned.json'))).toMatchObject({ rung: 2, contender: { rules: {}, gamma: 3 } });
  });

  it('keeps promises where the setting makes some', async () => {
    const { code, file } = await tune('slo', '--setting', 'two-classes');
    expect(code).toBe(0);
    expect(tunedIn(file('tuned.json'))).toMatchObject({ objective: 'missed' });
  });

  it.each([
    [['--budget', '5'], /budget is 5 episodes, expected at least \d+ with 4 training and 3 validation seeds/],
    [['--setting', 'heavytail'], /unknown setting "heavytail": did you mean/],
    [['--rung', '4'], /--rung is 4/],
    [['--engine', 'orca'], /--engine is "orca"/],
  ])('refuses %j in one line', async (flags, message) => {
    const { code, err } = await tune('wrong', ...flags);
    expect(code).toBe(2);
    expect(err.trim().split('\n').at(-1)).toMatch(message);
  });
});

describe('the report of a search', () => {
  const step = (spent: number, validationGain: number | null) =>
    ({ stage: 'local', spent, points: 2, seeds: 4, best: {}, trainGain: 0, validationGain }) as const;
  const files = { tuned: 't.json', compare: 't.yaml', log: 'l', episodes: 'e' };
  const said = (gains: readonly (number | null)[], ended: 'no gain' | 'budget' = 'budget'): string => {
    const [shipped] = shippedFor('chat-long');
    const validation = Math.max(0, ...gains.map((gain) => gain ?? 0));
    const provenance = {
      ...shipped.provenance,
      command: 'servegym tune srpt --budget 90',
      budget: 90,
      spent: 90,
      ended,
    };
    const tuned = { ...shipped, gain: { train: 0, validation }, provenance };
    const log = gains.map((gain, k) => step(30 * (k + 1), gain));
    const found = { point: {}, trainGain: 0, validationGain: validation, spent: 90, ended, log };
    return tuneText(tuned, found, files, 'there.json');
  };

  it('without a gain claims none, and ships nothing', () => {
    const text = said([-0.1, null, 0]);
    expect(text).toContain('Ended: the budget is spent; there was no gain on validation.');
    expect(text).not.toMatch(/more may be found|ships it|compare --config/);
    expect(text).toContain('npx servegym tune srpt --budget 180');
  });

  it('says when the last gain was, and whether more is likely', () => {
    expect(said([0.1, 0.05, null])).toContain('the last gain on validation was at episode 30 of 90.');
    expect(said([0.1, 0.05, 0.2])).toContain(
      'the last gain on validation was at episode 90 of 90, so more may be found.',
    );
    expect(said([0.1, null, null], 'no gain')).toContain('Ended: no gain on validation in the last third');
    expect(said([0.1])).toMatch(/cp t\.json there\.json\n +ships it/);
  });
});

describe('a tuned policy', () => {
  it('is compared with FCFS and its published defaults on the test seeds', async () => {
    const { at } = await tune('b');
    const args = [
      'compare',
      '--config',
      join(at, 'tuned.yaml'),
      '--seeds',
      '2',
      '--no-pictures',
      '--no-bound',
      '--out',
      join(folder, 'c'),
    ];
    const { code, out } = await servegym(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^tuned:.*tuned\.json +noisy\+posterior/m);
    expect(out).toMatch(/^volume +noisy\+posterior/m);
    const other = await servegym([...args, '--engine', 'vllm-v1+rank']);
    expect(other.err).toMatch(/was tuned on vllm-v1, not on vllm-v1\+rank: compare on --engine vllm-v1/);
  });

  it('that is broken is refused with file and field', async () => {
    const file = join(folder, 'broken.json');
    copyFileSync(join(folder, 'a', 'tuned.json'), file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"rung": 3', '"rung": 7'));
    const { code, err } = await servegym(['compare', '--setting', 'heavy-tail', '--schedulers', `tuned:${file}`]);
    expect(code).toBe(2);
    expect(err).toMatch(/broken\.json: not a tuned policy \(rung: /);
  });

  it('that nobody tuned is refused with those there are', async () => {
    const { err } = await servegym(['compare', '--setting', 'heavy-tail', '--schedulers', 'tuned:volum']);
    expect(err).toMatch(/unknown tuned policy "volum"; there are .*volume@3/);
    const { err: where } = await servegym(['compare', '--schedulers', 'tuned:heavy-tial/volume']);
    expect(where).toMatch(/unknown setting "heavy-tial".*heavy-tail/);
    const none = await servegym(['compare', '--schedulers', 'tuned:volume']);
    expect(none.err).toMatch(/none ships for requests without a --setting/);
  });
});

describe('the tuned policies that ship', () => {
  const shipped = Object.keys(settings).flatMap((setting) => shippedFor(setting));

  it('are read by name, and their schedulers and beliefs exist', () => {
    expect(shipped.length).toBeGreaterThan(0);
    for (const tuned of shipped) {
      expect(existsSync(packageFile(shippedName(tuned)))).toBe(true);
      expect(resolveScheduler(tuned.contender.scheduler).name).toBe(tuned.contender.scheduler);
      expect(resolvePredictor(tuned.contender.belief).name).toBe(tuned.contender.belief);
      expect(resolveScheduler(tuned.base).name).toBe(tuned.base);
    }
    const files = readdirSync(packageFile('experiments/tuned'), { recursive: true }).filter((name) =>
      `${name}`.endsWith('.json'),
    );
    expect(files).toHaveLength(shipped.length);
  });

  it('are shown as rungs beside the published defaults', async () => {
    const flags = ['--setting', 'heavy-tail', '--rungs', '--schedulers', 'fcfs', '--requests', '40', '--seeds', '2'];
    const { code, out } = await servegym([
      'compare',
      ...flags,
      '--no-pictures',
      '--no-bound',
      '--out',
      join(folder, 'rungs'),
    ]);
    expect(code).toBe(0);
    for (const { base, rung } of shippedFor('heavy-tail')) {
      expect(out).toContain(`tuned:${base}@${rung} `);
      expect(out).toMatch(new RegExp(`^${base} `, 'm'));
    }
    expect(out).toMatch(/tuned:volume@3: rung 3, every knob tuned: /);
  });
});
