/** What a judgement says about episodes whose truth is known. */
import { describe, expect, it } from 'vitest';
import type { PolicyFile } from '../../../agents/policy-file.js';
import { namedSetting } from '../../../env/settings/catalogue.js';
import { type Contest, judge, type Played } from '../../../experiments/learning/judge.js';
import { learningMarkdown } from '../../../experiments/learning/page.js';
import { type Place, placesOf } from '../../../experiments/learning/places.js';
import { ablationsOf, type Group, learnersOf, readGroup } from '../../../experiments/learning/players.js';

const places: readonly [Place, ...Place[]] = [
  { name: 'home', load: 1, parameters: {} },
  { name: 'elsewhere', load: 1.1, parameters: {} },
];
const file = { about: { heads: { perRequest: ['rank', 'gamma'], forAll: [] } } } as unknown as PolicyFile;
const group: Group = {
  name: 'es',
  policies: [1, 2, 3].map((k) => ({ label: `es/seed-${k}`, folder: `es/${k}`, scheduler: `policy:es/${k}`, file })),
};
const ablations = ablationsOf(group);
const contest: Contest = {
  base: 'base',
  players: [
    { label: 'base', rung: 'tuned with every knob', scheduler: 'base' },
    { label: 'base, lengths known', rung: 'clairvoyant', scheduler: 'base', beliefs: 'oracle' },
    ...learnersOf([group]),
    ...ablations.flatMap(({ players }) => players),
  ],
  groups: [group],
  rivals: [],
  places,
  ablation: true,
  seeds: 20,
  shiftedSeeds: 10,
};

/** Costs of the base differ by seed; everybody else's are shares of them. */
const shares: Readonly<Record<string, number>> = {
  base: 1,
  'base, lengths known': 0.5,
  'es/seed-1': 0.7,
  'es/seed-2': 0.8,
  'es/seed-3': 1.3,
  'es/seed-1 without rank': 1,
  'es/seed-2 without rank': 1,
  'es/seed-3 without rank': 1,
  'es/seed-1 without gamma': 0.7,
  'es/seed-2 without gamma': 0.8,
  'es/seed-3 without gamma': 1.3,
};
const played: Played = (place, index, player) => {
  const cost = (50 + ((index * 37) % 41)) * shares[player] * (place.name === 'home' || player === 'base' ? 1 : 1.1);
  return { cost, jct: cost / 2, p99: cost * 3, longestWait: cost * 4, unserved: index % 2 };
};

describe('judge', () => {
  const { rows, groups, heads } = judge(played, contest);

  it('compares on the same seeds: a constant share has no spread, however much seeds differ', () => {
    const of = (label: string) => rows.find((row) => row.label === label);
    expect(of('base')?.to).toBeNull();
    expect(of('base')?.unserved).toBe(0.5);
    const known = of('base, lengths known')?.to;
    for (const interval of Object.values(known ?? {}))
      for (const end of Object.values(interval)) expect(end).toBeCloseTo(-0.5, 10);
    expect(rows.map(({ label }) => label)).not.toContain('es/seed-1 without rank');
  });

  it('takes the median training seed, and says how many are better for themselves', () => {
    const [home, elsewhere] = groups;
    expect(home).toMatchObject({ place: 'home', group: 'es', better: 2, of: 3 });
    expect(home.to.cost.value).toBeCloseTo(-0.2, 10);
    expect(home.to.cost.low).toBeCloseTo(-0.3, 10);
    expect(home.to.cost.high).toBeCloseTo(0.3, 10); // three training seeds say little
    expect(elsewhere.to.cost.value).toBeCloseTo(0.8 * 1.1 - 1, 10);
    expect(elsewhere.better).toBe(2);
  });

  it('says what a decision is worth', () => {
    expect(heads.map(({ head }) => head)).toEqual(['rank', 'gamma']);
    expect(heads[0].worth.value).toBeCloseTo(0.2, 10);
    expect(heads[1].worth).toEqual({ value: 0, low: 0, high: 0 });
    expect(judge(played, { ...contest, ablation: false }).heads).toEqual([]);
  });

  it('compares with the best rival of each place, and with the one that is best in all', () => {
    const costs: Readonly<Record<string, number>> = {
      'early/home': 0.9,
      'early/elsewhere': 1.5,
      'late/home': 1,
      'late/elsewhere': 1,
    };
    const withRivals: Played = (place, index, player) => {
      const share = costs[`${player}/${place.name}`];
      return share === undefined
        ? played(place, index, player)
        : { ...played(place, index, 'base'), cost: share * played(place, index, 'base').cost };
    };
    const judgement = judge(withRivals, { ...contest, rivals: ['early', 'late'] });
    const [home, elsewhere] = judgement.groups.map(({ toRival }) => toRival);
    expect([home?.rival, elsewhere?.rival]).toEqual(['early', 'late']);
    expect(home?.cost.value).toBeCloseTo(0.8 / 0.9 - 1, 10);
    expect(elsewhere?.cost.value).toBeCloseTo(0.88 - 1, 10);
    expect(judgement.everywhere).toMatchObject([{ group: 'es', rival: 'late' }]);
    expect(judgement.everywhere[0].cost.value).toBeCloseTo((0.8 + 0.88) / 2 - 1, 10);
    const text = learningMarkdown({ task: 'T-v0', question: 'Which?', judgement, facts: [] }, []);
    expect(text).toContain('es: in all places together −16.0 %');
    expect(text).toContain('at worst −11.1 %');
    expect(judge(played, contest).everywhere).toEqual([]);
  });

  it('is a page that shows every training seed and says what is not shown', () => {
    const page = { task: 'T-v0', question: 'Which?', judgement: judge(played, contest), facts: ['a fact'] };
    const text = learningMarkdown(page, ['servegym train T-v0', 'servegym policy report T-v0']);
    for (const { label } of group.policies) expect(text).toContain(`| learned | ${label} |`);
    expect(text).toContain('not shown to be better');
    expect(text).toContain('| elsewhere | es |');
    expect(text).toContain('servegym policy report T-v0');
  });
});

describe('places', () => {
  it('are the setting, other loads, and every parameter at the ends of its test range', () => {
    const names = placesOf(namedSetting('two-classes'), 1.15).map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual([
      'two-classes, load 1.15',
      'load 1.035',
      'load 1.265',
      'drawn from the test ranges',
    ]);
    expect(names.slice(4).sort()).toEqual(['high 1.5', 'high 1.9', 'interactive 0.55', 'interactive 0.8']);
    const asked = placesOf(namedSetting('two-classes'), 1.15, [0.9, 1.15, 1.3]).map(({ name }) => name);
    expect(asked.slice(0, 4)).toEqual(['two-classes, load 1.15', 'load 0.9', 'load 1.3', 'drawn from the test ranges']);
  });
});

describe('groups', () => {
  it.each([
    ['/nowhere/at/all', '/nowhere/at/all: holds no policy.json'],
    ['package.json', 'package.json: holds no policy.json'],
  ])('refuses %s', (folder, message) => {
    expect(() => readGroup('es', folder, 'Admit-v0')).toThrow(message);
  });
});
