/** The length-information gap: shares of a gap whose truth is known, predictor and policy in turns, and the command end to end. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexWeights } from '../../../agents/index-policy.js';
import { lengthGap } from '../../../experiments/learning/lengths/share.js';
import { inTurns } from '../../../experiments/learning/lengths/turns.js';
import type { Place } from '../../../experiments/learning/places.js';
import { servegym, temporaryFolder } from '../terminal.js';

describe('share of the gap', () => {
  const place: Place = { name: 'home', load: 1, parameters: {} };
  const jcts: Readonly<Record<string, number>> = { base: 10, half: 8, known: 6, 'run 1': 9, 'run 2': 7, 'run 3': 8.5 };
  const rows = lengthGap(
    (at, index, player) => {
      const jct = jcts[player] * (1 + (index % 3));
      return { place: at.name, index, player, jct, p99: 3 * jct, cost: 0, longestWait: 0, unserved: 0 };
    },
    place,
    9,
    ['base', 'half', 'known'].map((label) => ({ label, beliefs: 'noisy', players: [label] })),
  );

  it('is 0 for the first arm, 1 for the last, and what lies between is measured on the same seeds', () => {
    expect(rows.map(({ share }) => share.value)).toEqual([0, 0.5, 1]);
    const [, { share, to, p99 }] = rows;
    for (const end of [share.low, share.high]) expect(end).toBeCloseTo(0.5, 10);
    expect(to.value).toBeCloseTo(-0.2, 10);
    expect(p99.value).toBeCloseTo(-0.2, 10);
  });

  it('of several trainings is that of the median one', () => {
    const trained = { label: 'trained', beliefs: 'noisy', players: ['run 1', 'run 2', 'run 3'] };
    const [first, , last] = ['base', 'half', 'known'].map((label) => ({ label, beliefs: '', players: [label] }));
    const [, row] = lengthGap(
      (at, index, player) => ({
        place: at.name,
        index,
        player,
        jct: jcts[player],
        p99: 1,
        cost: 0,
        longestWait: 0,
        unserved: 0,
      }),
      place,
      5,
      [first, trained, last],
    );
    expect(row.share.value).toBeCloseTo((10 - 8.5) / 4, 10);
    expect(row.share.low).toBeCloseTo(0.25, 10);
    expect(row.share.high).toBeCloseTo(0.75, 10);
    expect(row.trainings).toBe(3);
  });
});

describe('in turns', () => {
  const where = { task: 'Serve-v0', settings: ['long-prompts'], requests: 80, loads: [3], parameters: {} };
  const candidates = ['running-mean+posterior', 'oracle+posterior'];
  const idle = () => Promise.resolve(indexWeights({ perRequest: ['rank'], forAll: [], hidden: 0 }, 1));

  it('takes the predictor that costs least, trains on it, and ends when the choice stays', async () => {
    const asked: string[] = [];
    const { turns, beliefs, settled } = await inTurns({
      where,
      candidates,
      seeds: 2,
      seed: 1,
      most: 3,
      signal: new AbortController().signal,
      train: (on) => {
        asked.push(on);
        return idle();
      },
    });
    expect(asked).toEqual(['oracle+posterior']);
    expect({ beliefs, settled }).toEqual({ beliefs: 'oracle+posterior', settled: true });
    expect(turns.map(({ policy }) => policy)).toEqual(['the heuristic', 'policy 1']);
    const [{ costs }] = turns;
    expect(costs[0].cost).toBe(0);
    expect(costs[1].cost).toBeLessThan(0);
    expect(turns[1].costs).toEqual(costs); // a policy that adds nothing is the heuristic
  });

  it('ends on Ctrl-C', async () => {
    const signal = AbortSignal.abort();
    const ends = inTurns({ where, candidates, seeds: 2, seed: 1, most: 3, signal, train: idle });
    await expect(ends).rejects.toThrow('goes on');
  });
});

describe('policy lengths', () => {
  it('trains, judges, and does not train again what is there', async () => {
    const folder = join(temporaryFolder(), 'lengths');
    const args = [
      ['policy', 'lengths', '--requests', '20', '--budget', '80', '--seeds', '3', '--predictor-seeds', '2'],
      ['--candidates', 'trail+posterior', '--controls', 'declared+posterior', '--workers', '0', '--out', folder],
    ].flat();
    const { code, out, err } = await servegym(args);
    expect(code, err).toBe(0);
    expect(out).toContain('policy and predictor in turns');
    const { arms, turns } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
    expect(arms[0].share.value).toBe(0);
    expect(arms.at(-1).share.value).toBe(1);
    expect(turns).toMatchObject({ beliefs: 'trail+posterior', settled: true });
    const kept = ['policy-1', 'policy-2'].map((name) => join(folder, name, 'policy.json'));
    const times = kept.map((file) => statSync(file).mtimeMs);
    const page = readFileSync(join(folder, 'page.md'), 'utf8');
    expect((await servegym(args)).code).toBe(0);
    expect(kept.map((file) => statSync(file).mtimeMs)).toEqual(times);
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toBe(page);
  });

  it.each([
    [['--setting', 'nowhere'], 'unknown setting "nowhere"'],
    [['--refining', 'nothing'], 'nothing'],
    [['--base', 'fcfs'], 'fcfs reads no lengths'],
    [['--seeds', '1'], 'seeds'],
  ])('refuses %j in one sentence', async (args, message) => {
    const { code, err } = await servegym(['policy', 'lengths', '--requests', '20', '--budget', '80', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
