/** `servegym policy report` end to end, on policies whose worth is known: one that adds nothing, and one that turns the order round. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { asVector, indexWeights, withVector } from '../../../agents/index-policy.js';
import { writePolicyFile } from '../../../agents/policy-file.js';
import { stageOf } from '../../../experiments/train/stage.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const TINY = [
  'policy',
  'report',
  'Admit-v0',
  '--requests',
  '40',
  '--seeds',
  '3',
  '--shifted-seeds',
  '2',
  '--workers',
  '0',
];

/** Puts every weight of the rank head to `x`. */
function policyAt(name: string, x: number): void {
  const { facts } = stageOf({ task: 'Admit-v0', heads: ['rank', 'gamma'], parameters: {} });
  const first = indexWeights({ ...(facts.heads ?? { perRequest: [], forAll: [] }), hidden: 0 }, 1);
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  writePolicyFile(join(at, 'policy.json'), {
    kind: 'index-policy',
    about: facts,
    card: {
      name,
      summary: 'made by hand',
      data: [],
      command: `servegym train --seed ${name}`,
      seed: 1,
      backend: 'typed arrays',
      measured: {},
      limits: [],
    },
    weights: withVector(
      first,
      asVector(first).map((_, k) => (k % 2 === 0 ? x : 0)),
    ),
  });
}

beforeAll(() => {
  policyAt('nothing/seed-1', 0);
  policyAt('nothing/seed-2', 0);
  policyAt('something', -0.3);
});

const group = (name: string): string => `${name}=${join(folder, name)}`;

describe('policy report', () => {
  it('shows every training seed: who adds nothing is the base on every seed and in every place', async () => {
    const at = join(folder, 'report');
    const { code, out, err } = await servegym([
      ...TINY,
      '--policies',
      `${group('nothing')},${group('something')}`,
      '--rivals',
      'srpt,tuned:late-last,tuned:edf-size',
      '--out',
      at,
    ]);
    expect(code, err).toBe(0);
    expect(out).toContain('nothing/seed-1');
    const { rows, groups, heads } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
    const row = (label: string) => rows.find((each: { label: string }) => each.label === label);
    const none = { value: 0, low: 0, high: 0 };
    for (const k of [1, 2])
      expect(row(`nothing/seed-${k}`).to).toEqual({ cost: none, jct: none, p99: none, longestWait: none });
    expect(row('something/something').to.jct.value).not.toBe(0);
    for (const rung of [
      'published defaults',
      'tuned inside the preset',
      'tuned with every knob',
      'clairvoyant',
      'learned',
    ])
      expect(rows.some((each: { rung: string }) => each.rung === rung)).toBe(true);
    const idle = groups.filter((each: { group: string }) => each.group === 'nothing');
    expect(idle.length).toBeGreaterThan(4);
    for (const { to, better, of } of idle) expect([to.cost, better, of]).toEqual([none, 0, 2]);
    expect(heads.map(({ group: of, head }: Record<string, string>) => `${of} ${head}`)).toEqual([
      'nothing rank',
      'nothing gamma',
      'something rank',
      'something gamma',
    ]);
    const asked = ['srpt, knobs of tuned:edf-size', 'tuned:late-last'];
    expect(
      rows.filter((each: { rung: string }) => each.rung === 'asked for').map((each: { label: string }) => each.label),
    ).toEqual(asked);
    expect(row(asked[0]).mean.jct).not.toBe(row('srpt').mean.jct);
    for (const { toRival } of idle) expect([...asked, 'tuned:edf-size']).toContain(toRival.rival);
    const page = readFileSync(join(at, 'page.md'), 'utf8');
    expect(page).toContain(`servegym train --seed nothing/seed-2 --out ${join(folder, 'nothing', 'seed-2')}`);
    expect(page).toContain('servegym policy report Admit-v0');
    expect(existsSync(join(at, 'episodes.partial.jsonl'))).toBe(false);
  });

  it('goes on after an interruption to the same bytes', async () => {
    const args = [...TINY, '--policies', group('something'), '--no-ablation'];
    const whole = join(folder, 'whole');
    await servegym([...args, '--out', whole]);
    const cut = join(folder, 'cut');
    const partial = join(cut, 'episodes.partial.jsonl');
    const controller = new AbortController();
    const stopped = await servegym([...args, '--out', cut], {
      signal: controller.signal,
      interactive: true,
      onErr: () => {
        if (existsSync(partial) && readFileSync(partial, 'utf8').split('\n').length > 20) controller.abort();
      },
    });
    expect(stopped.code).toBe(130);
    expect((await servegym([...args, '--out', cut])).code).toBe(0);
    for (const file of ['episodes.jsonl', 'config.yaml'])
      expect(readFileSync(join(cut, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
  });

  it.each([
    [['--policies', 'x=/nowhere'], '/nowhere: holds no policy.json'],
    [['--policies', 'nowhere'], '"nowhere": expected name=value'],
    [['--rivals', 'sprt'], 'unknown scheduler "sprt"'],
    [['--seeds', '1'], 'seeds'],
    [['--setting', 'nowhere'], 'nowhere'],
  ])('refuses %j in one sentence', async (args, message) => {
    const { code, err } = await servegym([...TINY, ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
