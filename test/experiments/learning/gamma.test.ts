/** γ by load: what is counted, who is compared, and what a study says of episodes whose truth is known. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PolicyFile } from '../../../agents/policy-file.js';
import { namedSetting } from '../../../env/settings/catalogue.js';
import { batchNames, meanGamma } from '../../../experiments/learning/draft-counter.js';
import { FIXED, gammaPlaces, gammaRivals, gammaStudy } from '../../../experiments/learning/gamma.js';
import { gammaVerdicts } from '../../../experiments/learning/gamma-page.js';
import { openField, type Result } from '../../../experiments/learning/meetings.js';
import type { Group, Player } from '../../../experiments/learning/players.js';
import { servegym, temporaryFolder } from '../terminal.js';

const chat = namedSetting('chat-long');

describe('rivals', () => {
  it('play in the order and with the engine knobs of the base, whatever it says of γ itself', () => {
    const specs = (base: string) => gammaRivals(base, ['gamma-by-load:few=3'], chat).map(({ scheduler }) => scheduler);
    expect(specs('tuned:volume')[0]).toBe('fixed-gamma(volume:exponent=1.3,prefill=1.64):gamma=0');
    expect(specs('goodput-gamma(reserve(srpt)):most=4')).toEqual([
      ...FIXED.map((gamma) => `fixed-gamma(reserve(srpt)):gamma=${gamma}`),
      'gamma-by-load(reserve(srpt)):few=3',
      'goodput-gamma(reserve(srpt)):most=4',
    ]);
  });

  it.each(['srpt', 'gamma-by-load(srpt)'])('refuses %s, which is no rule for γ', (rule) => {
    expect(() => gammaRivals('srpt', [rule], chat)).toThrow(`"${rule}": expected one of gamma-by-load`);
  });
});

describe('episodes', () => {
  it('count the drafts that were verified by size of the batch, under the knobs of the base', async () => {
    const places = gammaPlaces([0.9]);
    const names = { beliefs: 'noisy+posterior' };
    const work = await openField({
      task: 'Draft-v0',
      setting: 'chat-long',
      requests: 40,
      names,
      places,
      seed: 1,
    });
    const players: Player[] = gammaRivals('tuned:volume', [], chat);
    const results: Result[] = [];
    for await (const result of work({ place: 0, index: 0, players })) results.push(result);
    const of = (name: string): Result => results.find(({ player }) => player === name) as Result;
    const gammaOf = ({ drafts }: Result): number => (drafts ? meanGamma([drafts]) : Number.NaN);
    expect(gammaOf(of('γ 0'))).toBe(0);
    for (const gamma of [1, 3]) {
      // A request holds no drafts in its first iteration, and not all of them at its end.
      expect(gammaOf(of(`γ ${gamma}`))).toBeGreaterThan(0.9 * gamma);
      expect(gammaOf(of(`γ ${gamma}`))).toBeLessThanOrEqual(gamma);
    }
    const { player: _own, ...tuned } = of('tuned:volume');
    const { player: _fixed, ...two } = of('γ 2');
    expect(tuned).toEqual(two); // the tuned γ is 2
  });
});

const groups: Group[] = [
  {
    name: 'es',
    policies: [1, 2, 3].map((k) => ({ label: `es/${k}`, folder: '', scheduler: '', file: {} as PolicyFile })),
  },
];

describe('study', () => {
  /** γ 3 is best at load 0.2, γ 1 at load 1; trainings are 2 %, 1 % and 5 % above the best one. */
  const best: Readonly<Record<string, number>> = { 0.2: 3, 1: 1 };
  const off: Readonly<Record<string, number>> = { 'es/1': 1.02, 'es/2': 1.01, 'es/3': 1.05, base: 1.1 };
  const study = gammaStudy(
    ({ name, load }, index, player) => {
      const jct = 10 + ((index * 7) % 5);
      const fixed = /^γ (\d)$/.exec(player)?.[1];
      const factor = fixed === undefined ? off[player] : 1 + 0.1 * Math.abs(Number(fixed) - best[load]);
      const drafts = { decodes: batchNames.map(() => 10), drafts: batchNames.map((_, at) => 10 * (at < 2 ? 3 : 1)) };
      return { place: name, index, player, cost: 0, p99: 0, longestWait: 0, unserved: 0, jct: jct * factor, drafts };
    },
    {
      places: gammaPlaces([0.2, 1]),
      rivals: [...FIXED.map((gamma) => `γ ${gamma}`), 'base'].map((label) => ({
        label,
        rung: 'published defaults' as const,
        scheduler: label,
      })),
      groups,
      seeds: 8,
    },
  );

  it('finds the best fixed γ of each load, and compares the median training with it and with no drafts', () => {
    expect(study.loads.map((at) => at.best)).toEqual([3, 1]);
    const [light, busy] = study.loads.map(({ rows }) => rows.find(({ label }) => label === 'es'));
    expect(light?.toBest.value).toBeCloseTo(0.02, 10);
    expect(light?.toBest.low).toBeCloseTo(0.01, 10);
    expect(light?.toNone.value).toBeCloseTo(1.02 / 1.3 - 1, 10);
    expect(busy?.toNone.value).toBeCloseTo(1.02 / 1.1 - 1, 10);
    expect(light?.gamma).toBeCloseTo(10 / 6, 10);
    expect(study.batches.find(({ label }) => label === 'base')?.gamma).toEqual([3, 3, 1, 1, 1, 1]);
  });

  it('says so in words', () => {
    const [sweep, es] = gammaVerdicts(study, ['es']);
    expect(sweep).toBe('Best fixed γ: 3 at load 0.2, 1 at load 1.');
    expect(es).toContain('at worst +2.0 % [+1.0, +5.0] (load 0.2) to the best fixed γ');
    expect(es).toContain('−7.3 %');
  });
});

it('policy report has a part on γ where it is asked for', async () => {
  const folder = join(temporaryFolder(), 'report');
  const { code, out, err } = await servegym(
    [
      ['policy', 'report', 'Draft-v0', '--requests', '30', '--seeds', '2', '--workers', '0', '--out', folder],
      ['--gamma-loads', '0.3,0.9', '--gamma-seeds', '2', '--gamma-rules', 'gamma-by-load:few=3'],
    ].flat(),
  );
  expect(code, err).toBe(0);
  expect(out).toContain('Best fixed γ');
  const { gamma } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
  expect(gamma.loads.map(({ load }: { load: number }) => load)).toEqual([0.3, 0.9]);
  const page = readFileSync(join(folder, 'page.md'), 'utf8');
  expect(page).toContain('## γ by load');
  expect(page).toContain('gamma-by-load:few=3');
  expect(existsSync(join(folder, 'gamma.svg'))).toBe(true);
});
