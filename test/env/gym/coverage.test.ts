/** The table of Gymnasium's features in `env/gym/README.md`: what it names exists, what it leaves out has a reason, and nothing is left unnamed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../../../env/files.js';
import * as gym from '../../../env/gym/index.js';
import { wrappers } from '../../../env/gym/wrappers/catalogue.js';
import { countingEnv } from './check/counting.js';

const page = readFileSync(join(packageFolder(), 'env/gym/README.md'), 'utf8');
const [, table] = /<!-- coverage -->\n([\s\S]*?)<!-- \/coverage -->/.exec(page) ?? [];
const rows = table
  .split('\n')
  .slice(2)
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .filter(([, theirs]) => theirs !== undefined && !theirs.startsWith('**'))
  .map(([, theirs, here, note]) => ({ theirs, here: [...here.matchAll(/`([^`]+)`/g)].map(([, name]) => name), note }));

const env = countingEnv() as gym.Env;
/** What `Kind.member` is looked up in. */
const made: Readonly<Record<string, object>> = {
  Env: env,
  Space: gym.discrete(2),
  VectorEnv: gym.syncVector([() => countingEnv() as gym.Env]),
};

describe('coverage of Gymnasium', () => {
  it.each(rows)('$theirs', ({ here, note }) => {
    expect(here.length > 0 || (note !== '–' && note.length > 10)).toBe(true);
    for (const name of here) {
      const [kind, member] = name.split('.');
      if (member === undefined) expect(Object.keys(gym)).toContain(kind);
      else expect(member in made[kind], name).toBe(true);
    }
  });

  it('names every wrapper and every space of ours', () => {
    const named = new Set(rows.flatMap(({ here }) => here));
    const factories = Object.keys(wrappers).map((name) => name[0].toLowerCase() + name.slice(1));
    const known = factories.filter((name) => name in gym);
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((name) => !named.has(name))).toEqual([]);
  });

  it.each([
    'TimeLimit',
    'RecordEpisodeStatistics',
    'NormalizeObservation',
    'FrameStackObservation',
    'OneOf',
    'pprint_registry',
    'AsyncVectorEnv',
    'check_env',
    'env_match',
    'FuncEnv',
  ])('has %s', (name) => {
    expect(rows.filter(({ theirs }) => theirs.includes(name))).toHaveLength(1);
  });
});
