/** What every command has in common: settings, help, errors of one line, exit codes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createProgress } from '../../experiments/cli/progress.js';
import { commandsFor } from '../../experiments/commands.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();

describe('settings', () => {
  it('are printed as YAML that gives the same settings', async () => {
    const flags = [
      '--schedulers',
      'srpt,hysteresis(srpt):gap=2,ratio=0.5',
      '--schedulers',
      'expr: max(remaining, age)',
      '--load',
      '0.6:0.8:0.1',
      '--rules',
      'maxBatch=16',
      '--gamma',
      '3',
      '--no-pictures',
    ];
    const first = await servegym(['compare', ...flags, '--print-config']);
    expect(first.code).toBe(0);
    const file = join(folder, 'printed.yaml');
    writeFileSync(file, first.out);
    const again = await servegym(['compare', '--config', file, '--print-config']);
    expect(again.out).toBe(first.out);
    expect(parse(first.out)).toMatchObject({
      schedulers: ['srpt', 'hysteresis(srpt):gap=2,ratio=0.5', 'expr: max(remaining, age)'],
      load: [0.6, 0.7, 0.8],
      rules: { maxBatch: 16 },
      gamma: 3,
      pictures: false,
    });
  });

  it('come from defaults, then the file, then flags', async () => {
    const file = join(folder, 'some.yaml');
    writeFileSync(file, 'seeds: 3\nrequests: 50\n');
    const { out } = await servegym(['compare', '--config', file, '--seeds', '4', '--print-config']);
    expect(parse(out)).toMatchObject({ seeds: 4, requests: 50, gpu: 'a100' });
  });

  it('fill in what depends on others', async () => {
    const embedded = parse((await servegym(['capacity', '--print-config'])).out);
    const trace = parse((await servegym(['capacity', '--trace', 'x.csv', '--print-config'])).out);
    expect(embedded).toMatchObject({ draft: 'eagle', arrivals: 'on-off', kvBlocks: 2500, gamma: 'best' });
    expect(trace).toMatchObject({ draft: 'none', arrivals: 'trace', gamma: 0 });
    expect(trace).not.toHaveProperty('kvBlocks');
  });
});

describe('bad input ends with 2 and one line that says what was expected', () => {
  const unknownKey = join(folder, 'unknown.yaml');
  writeFileSync(unknownKey, 'seedz: 3\n');
  const noMapping = join(folder, 'list.yaml');
  writeFileSync(noMapping, '- 1\n');
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'a: [1\n');
  const cases: [string[], RegExp][] = [
    [['comparee'], /unknown command 'comparee'.*compare/],
    [['compare', '--sedes', '3'], /unknown option '--sedes'.*--seeds/],
    [['compare', '--seeds', 'x'], /--seeds is "x": .*expected number/],
    [['compare', '--seeds', '0'], /--seeds is 0: .*>=1/],
    [['compare', '--seeds', '1e9'], /--seeds is 1000000000: .*<=10000/],
    [['compare', '--requests', '1e12'], /--requests is 1000000000000: .*<=10000000/],
    [['capacity', '--kv-blocks', '1', '--gamma', '0'], /vllm-v1.* rejects every request of .*: one may have 16 tokens/],
    [['capacity', '--kv-blocks', '1e15'], /prefixCaching needs at most 16777216 blocks/],
    [['compare', '--load', 'abc'], /--load .*: "abc" is neither a number nor from:to:step$/m],
    [['compare', '--load', '0.5:0.4'], /: "0\.5:0\.4" is neither a number nor from:to:step$/m],
    [['compare', '--load', '1.1:0.6:0.1'], /: 1\.1:0\.6:0\.1: expected from:to:step with from ≤ to, step > 0 and/],
    [['compare', '--load', '0.6:1.1:0'], /: 0\.6:1\.1:0: expected from:to:step with from ≤ to, step > 0 and/],
    [['compare', '--load', '0.6,-1'], /--load .*\(item 1\): .*>0/],
    [['compare', '--gamma', 'most'], /--gamma is "most": expected best or a whole number/],
    [['compare', '--arrivals', 'onoff'], /--arrivals is "onoff".*on-off/],
    [['compare', '--config', unknownKey], /unknown key "seedz": did you mean "seeds"/],
    [['compare', '--config', noMapping], /list\.yaml: expected a mapping/],
    [['compare', '--config', broken], /broken\.yaml: not valid YAML/],
    [['compare', '--config', join(folder, 'absent.yaml')], /absent\.yaml: no such file/],
    [['compare', '--schedulers', 'sprt'], /unknown scheduler "sprt"/],
    [['compare', '--schedulers', 'expr: remainin'], /remainin.*did you mean.*remaining/],
    [['compare', '--beliefs', 'orcle'], /unknown predictor "orcle": did you mean "oracle"/],
    [['compare', '--engine', 'vlm-v1'], /unknown engine "vlm-v1": did you mean "vllm-v1"/],
    [['compare', '--rules', 'maxbatch=3'], /unknown rule "maxbatch": did you mean "maxBatch"/],
    [['compare', '--rules', 'maxBatch'], /"maxBatch": expected name=value/],
    [['compare', '--gpu', 'a10'], /unknown GPU "a10": there are a100/],
    [['compare', '--trace', join(folder, 'absent.csv')], /absent\.csv/],
    [['compare', '--setting', 'heavytail'], /unknown setting "heavytail": did you mean "heavy-tail"/],
    [['compare', '--split', 'train'], /split: belongs to a named setting, give --setting as well/],
    [['compare', '--setting', 'chat-long', '--long-share', '0.5'], /longShare: .*--parameters longShare=0.5/],
    [
      ['compare', '--setting', 'heavy-tail', '--parameters', 'sigmo=2'],
      /there is no parameter "sigmo", expected sigma, high/,
    ],
    [['compare', '--cpu', 'a0=x'], /cpu: a0: .*expected number/],
    [['simulate'], /--out is required/],
    [['simulate', '--out', join(folder, 'none.jsonl')], /--requests is required: give a file, or a --setting/],
    [['validate', 'golden', join(folder, 'nowhere')], /nowhere: no such folder/],
    [['validate', 'golden', unknownKey], /is a file, expected a folder of recordings/],
    [['validate', 'golden', folder], /no recordings/],
    [['list', 'colours'], /expected one of "settings"/],
  ];
  it.each(cases)('%j', async (args, expected) => {
    const { code, out, err } = await servegym(args);
    expect(err).toMatch(expected);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(
      err
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('measuring')),
    ).toHaveLength(1);
  });
});

describe('--json', () => {
  it('prints the result, or writes it to a file beside the text', async () => {
    const file = join(folder, 'figures.json');
    const args = ['bench', '--only', 'no such benchmark'];
    expect((await servegym([...args, '--json', file])).err).toMatch(/no such benchmark, there are/);
    const said = await servegym(['task', 'list', '--json', file]);
    expect(said.out).toBe((await servegym(['task', 'list'])).out);
    expect(readFileSync(file, 'utf8')).toBe((await servegym(['task', 'list', '--json'])).out);
  });

  it('says before anything is computed that a file cannot be written there', async () => {
    const { code, out, err } = await servegym(['bench', '--json', folder]);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `error: ${folder}: is a folder, expected a file\n` });
  });

  it('takes nothing from the argument behind it', async () => {
    const { code, out } = await servegym(['list', '--json', 'beliefs']);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(out))).toEqual(['beliefs']);
  });
});

describe('help', () => {
  it.each([['compare'], ['capacity'], ['simulate'], ['validate', 'golden'], ['list']])(
    'of %s shows examples and exit codes',
    async (...words) => {
      const { code, out, err } = await servegym([...words, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      for (const part of [
        `servegym ${words.join(' ')}`,
        'Examples:',
        'Exit codes: 0 done',
        '--json',
        '--seed',
        '--quiet',
        '--config',
        '--print-config',
      ]) {
        expect(out).toContain(part);
      }
    },
  );

  it.each(commandsFor([]))('%j is a command of that name, alone and among all', async (words) => {
    expect(commandsFor(words)).toHaveLength(1);
    const { code, out } = await servegym([...words, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: servegym ${words.join(' ')} `));
    const [last, ...groups] = words.toReversed();
    const { out: listed } = await servegym([...groups, '--help']);
    expect(listed).toMatch(new RegExp(`^ {2}${last} \\[options\\] `, 'm'));
  });

  it('lists names that other commands take', async () => {
    const { out } = await servegym(['list', '--json']);
    const names = Object.fromEntries(
      Object.entries(JSON.parse(out) as Record<string, { name: string }[]>).map(([kind, list]) => [
        kind,
        list.map(({ name }) => name),
      ]),
    );
    expect(names.schedulers).toEqual(expect.arrayContaining(['fcfs', 'srpt', 'laps-sd', 'expr: FORMULA']));
    expect(names.engines).toEqual(expect.arrayContaining(['vllm-v1', 'vllm-v1+rank', 'serial']));
    expect(names.gpus).toContain('a100');
    expect(names.formats).toContain('azure-2023');
    const one = await servegym(['list', 'beliefs']);
    expect(one.out).toContain('oracle');
    expect(one.out).not.toContain('srpt');
  });
});

describe('progress', () => {
  const draw = (interactive: boolean): string => {
    let said = '';
    let now = 0;
    const terminal = {
      out: () => {},
      err: (text: string) => {
        said += text;
      },
      interactive,
      signal: new AbortController().signal,
      clock: () => now,
    };
    const progress = createProgress(terminal, 'episodes', 10);
    for (let done = 1; done <= 10; done++) {
      now += 1000;
      progress.at(done);
    }
    progress.end();
    return said;
  };

  it('is a bar that is wiped on a screen', () => {
    expect(draw(true)).toMatch(/\r.*█{14}░{14} episodes 5\/10 · 5 s left/);
    expect(draw(true).endsWith('\r\x1b[2K')).toBe(true);
  });

  it('is a plain line now and then elsewhere', () => {
    expect(draw(false)).toBe('episodes 5/10 · 5 s left\nepisodes 10/10 · 0 s left\n');
  });
});
