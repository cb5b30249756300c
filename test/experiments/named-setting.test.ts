/** Named settings on the command line: what they bring, what flags change, and what comes of their promises. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createShape } from '../../env/serving/cost/cost.js';
import { settings } from '../../env/settings/catalogue.js';
import { openSetting } from '../../env/settings/setting.js';
import { poissonArrivals } from '../../env/workloads/arrivals.js';
import { constantDuration } from '../../env/workloads/durations.js';
import { constantLength, independentLengths } from '../../env/workloads/lengths.js';
import { recipeSource } from '../../env/workloads/recipe.js';
import { writeWorkload } from '../../env/workloads/write.js';
import { hardwareOf, statedCapacity } from '../../experiments/setting.js';
import { openWorld } from '../../experiments/world.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const SHORT = ['--seeds', '2', '--schedulers', 'srpt', '--beliefs', 'oracle', '--no-pictures', '--no-bound'];

/** The settings that a command line comes to. */
const effective = async (...flags: string[]) => {
  const { code, out, err } = await servegym(['compare', ...flags, '--print-config']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return parse(out);
};

describe('a named setting', () => {
  it('brings engine, hardware, requests and load', async () => {
    const given = await effective('--setting', 'heavy-tail');
    expect(given).toMatchObject({
      setting: 'heavy-tail',
      split: 'test',
      requests: 600,
      engine: ['vllm-v1'],
      kvBlocks: 800,
      draft: 'eagle',
      gamma: 3,
      load: [0.95],
    });
    expect(given).not.toHaveProperty('longShare');
    expect(given).not.toHaveProperty('arrivals');
  });

  it('yields to flags and files, and is printed as YAML that gives the same settings', async () => {
    const file = join(folder, 'own.yaml');
    writeFileSync(file, 'setting: heavy-tail\nrequests: 70\nload: 0.5\n');
    const given = await effective('--config', file, '--kv-blocks', '1000', '--load', '0.7');
    expect(given).toMatchObject({ requests: 70, load: [0.7], kvBlocks: 1000, gamma: 3 });
    const { out } = await servegym(['compare', '--config', file, '--print-config']);
    writeFileSync(file, out);
    expect((await servegym(['compare', '--config', file, '--print-config'])).out).toBe(out);
  });

  it.each(Object.values(settings))(
    '$name is the same engine on the command line as in the library',
    async (setting) => {
      const given = await effective('--setting', setting.name);
      const { rules, cost, source } = openSetting(setting);
      const hardware = hardwareOf(given);
      expect(hardware.rules(given.engine[0], given.gamma)).toEqual(rules);
      expect(hardware.cost.name).toBe(cost.name);
      const batch = { ...createShape(), sequences: 9, tokens: 908, prefillTokens: 900, decodeTokens: 8, decodes: 8 };
      const shape = { ...batch, context: 4000, prefills: 1, prefillWork: 4e5, prefillReads: 900, draftDepth: 2 };
      expect(hardware.cost.iteration(shape)).toBe(cost.iteration(shape));
      const rate = setting.load * (statedCapacity(given) as number);
      const {
        acceptance: _theirs,
        texts: said,
        ...world
      } = (await openWorld({ ...given, seed: 0 }, 1)).sample(0, rate);
      const { acceptance: _ours, texts, ...library } = source.sample(0);
      expect(world).toEqual(library);
      expect(said?.prompt(7)).toBe(texts?.prompt(7));
    },
  );

  it('states its capacity as long as nothing that decides it is changed', async () => {
    const capacity = settings['chat-long'].capacity.requestsPerSecond;
    const named = ['--setting', 'chat-long'];
    expect(statedCapacity(await effective(...named))).toBe(capacity);
    expect(statedCapacity(await effective(...named, '--load', '2', '--split', 'train'))).toBe(capacity);
    expect(statedCapacity(await effective(...named, '--kv-blocks', '900'))).toBeUndefined();
    expect(statedCapacity(await effective(...named, '--gamma', '1'))).toBeUndefined();
    expect(statedCapacity(await effective(...named, '--parameters', 'longShare=0.4'))).toBeUndefined();
    expect(statedCapacity(await effective())).toBeUndefined();
  });
});

describe('compare on a setting', () => {
  const run = async (name: string, ...flags: string[]): Promise<string> => {
    const said = await servegym([
      'compare',
      '--setting',
      name,
      ...SHORT,
      '--requests',
      '40',
      '--out',
      join(folder, `${name}${flags.join('')}`),
      ...flags,
    ]);
    expect(said.code).toBe(0);
    return said.out;
  };

  it('tells how many promises are kept where some are made', async () => {
    const out = await run('two-classes');
    expect(out).toMatch(/SLO kept, %.*goodput, requests\/s/);
    expect(out).toMatch(/Most promises kept: srpt × oracle, \d+\.\d % of the requests/);
    expect(out).toContain('load 1 = 4.38 requests/s');
  });

  it('draws other requests in training', async () => {
    const [train, test] = [await run('heavy-tail', '--split', 'train'), await run('heavy-tail')];
    expect(test).not.toContain('SLO kept');
    expect(train).toContain('parameters drawn for train');
    const fcfs = (text: string): string | undefined => /^fcfs .*/m.exec(text)?.[0].slice(0, 60);
    expect(fcfs(train)).not.toBe(fcfs(test));
  });

  it('takes arrivals of another kind', async () => {
    expect(await run('heavy-tail', '--arrivals', 'gamma:cv=3')).toContain('gamma:cv=3 arrivals');
  });
});

describe('simulate on a setting', () => {
  it('writes one episode of it, and says what became of the promises', async () => {
    const file = join(folder, 'times.jsonl');
    const { code, out } = await servegym(['simulate', '--setting', 'two-classes', '--out', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/600 of 600 requests finished/);
    expect(out).toMatch(/promises kept: \d+/);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(600);
  });

  it('takes the requests of a file to the engine of a setting', async () => {
    const requests = join(folder, 'few.jsonl');
    writeFileSync(requests, '{"arrival": 0, "prompt_tokens": 100, "output_tokens": 20}\n');
    const args = [
      'simulate',
      '--setting',
      'chat-long',
      '--requests',
      requests,
      '--out',
      join(folder, 'few-times.jsonl'),
    ];
    expect((await servegym(args)).out).toMatch(/1 of 1 requests finished/);
    const lost = await servegym(['simulate', '--requests', requests, '--load', '2', '--out', join(folder, 'x.jsonl')]);
    expect(lost.err).toContain('load: belongs to a named setting, give --setting as well');
  });
});

describe('list', () => {
  it('shows settings with their slots and waiting, families with their ranges', async () => {
    const { out } = await servegym(['list', 'settings']);
    for (const name of Object.keys(settings)) expect(out).toContain(`  ${name} `);
    expect(out).toMatch(/ordering; family heavy-tail, .* 13 slots, FCFS waits 79 % of the JCT/);
    const families = (await servegym(['list', 'families'])).out;
    expect(families).toMatch(/heavy-tail .*\n +:sigma .*train 0\.9 … 1\.3; validation 0\.9 … 1\.4; test 1\.2 … 1\.8/);
  });
});

describe('a trace of conversations', () => {
  const file = join(folder, 'talk.jsonl');
  const talk = recipeSource({
    name: 'talk',
    requests: 120,
    arrivals: poissonArrivals(1),
    classes: [{ share: 1, lengths: independentLengths(constantLength(60), constantLength(20)) }],
    longestPrompt: 500,
    conversation: { rounds: () => 3, think: constantDuration(4), context: 1000 },
  }).sample(1);
  writeWorkload(talk, file);
  const open = async (flags: object) => {
    const given = await effective('--trace', file);
    return openWorld({ ...given, ...flags, seed: 0 }, 2);
  };

  it('keeps sessions whole in windows, and their time to think at any rate', async () => {
    const world = await open({});
    const part = world.sample(1, 50);
    expect(part.count).toBe(60);
    expect(new Set(part.rounds?.think)).toEqual(new Set([0, 4e6]));
    expect(world.origin.join()).toContain('in 40 sessions');
    expect(world.backlog().rounds).toBeUndefined();
  });

  it('draws whole sessions anew', async () => {
    const world = await open({ arrivals: 'poisson', requests: 90 });
    const drawn = world.sample(0, 3);
    expect(drawn.count).toBe(90);
    const opening = [...drawn.arrival].filter(Number.isFinite);
    expect(opening).toHaveLength(30);
    expect(Math.max(...opening) / 1e6).toBeGreaterThan(15); // 30 sessions at 1 a second
    expect(Math.max(...opening) / 1e6).toBeLessThan(60);
  });
});
