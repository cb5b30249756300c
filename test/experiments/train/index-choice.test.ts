/** Searches over index policies in tasks that choose a request. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const SEARCH = '--train-seeds 16 --validation-seeds 4 --seed 1 --workers 0 --json'.split(' ');

interface Row {
  readonly name: string;
  readonly cost: { readonly value: number };
}

async function train(name: string, flags: readonly string[]) {
  const at = join(folder, name);
  const { code, out, err } = await servegym(['train', ...flags, ...SEARCH, '--out', at]);
  return {
    code,
    err,
    at,
    costOf: (who: string) => (JSON.parse(out).evaluation as Row[]).find((row) => row.name === who)?.cost.value,
  };
}

describe('train', () => {
  it('finds the shortest by CMA-ES in Queue-v0', async () => {
    const { code, err, costOf, at } = await train('queue', ['Queue-v0', '--requests', '100', '--budget', '200']);
    expect(code, err).toBe(0);
    expect(Number(costOf('policy')) / Number(costOf('srpt'))).toBeLessThan(1.05);
    expect(Number(costOf('fcfs')) / Number(costOf('srpt'))).toBeGreaterThan(1.2);
    expect(readFileSync(join(at, 'policy.json'), 'utf8')).toContain('"requests/layer0.kernel"');
  });

  it('finds a better order than arrival by random search in Pick-v0, and it plays in comparisons', async () => {
    const flags = ['Pick-v0', '--agent', 'random', '--requests', '100', '--budget', '120', '--batch', '2'];
    const { code, err, costOf, at } = await train('pick', flags);
    expect(code, err).toBe(0);
    expect(Number(costOf('policy'))).toBeLessThan(Number(costOf('fcfs')));
    const compared = await servegym([
      ...['compare', '--setting', 'chat-long', '--requests', '60', '--seeds', '2', '--load', '0.9', '--quiet'],
      ...['--schedulers', `fcfs,policy:${at}`, '--out', join(folder, 'compared')],
    ]);
    expect(compared.code, compared.err).toBe(0);
  });

  it.each([
    ['Queue-v0 --network scorer', '--network scorer: is for ppo and reinforce, expected mlp or index'],
    ['Queue-v0 --agent ppo --network index', '--network index: is for searches, expected mlp or scorer'],
    ['Queue-v0 --agent ppo --network own', '--network own: is for searches, expected mlp or scorer'],
    [
      'Admit-v0 --parameters slots=4 --network own',
      '--network own: requests are scored as a set, expected slots=0, got 4',
    ],
    ['Draft-v0 --network own', 'Draft-v0 neither adds to a heuristic nor chooses a request'],
    ['Draft-v0 --network index', 'Draft-v0 neither adds to a heuristic nor chooses a request'],
    ['Serve-v0 --network index', 'Serve-v0 adds to a heuristic, where a search has no other network'],
    ['Queue-v0 --hidden 8,8', '--hidden 8,8: an index policy has one hidden layer at most'],
    ['Queue-v0 --agent dqn --network mlp', 'dqn has no network'],
  ])('refuses %s in one line', async (flags, message) => {
    const at = join(folder, 'wrong');
    const { code, err } = await servegym(['train', ...flags.split(' '), '--out', at]);
    expect([code, err.trim().split('\n')]).toEqual([2, [expect.stringContaining(message)]]);
    expect(existsSync(at)).toBe(false);
  });
});
