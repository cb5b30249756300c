/** What a policy says of everyone in one number is what it could say of each. */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { forAll, randomEpisode } from './generators.js';
import { ran, resultsOf } from './results.js';

interface Said {
  readonly cap: number;
  readonly growth: number;
}

/** An order that moves, so that requests lose their blocks and come again. */
const ordered =
  (say: Scheduler['decide']): (() => Scheduler) =>
  () => ({
    name: 'ordered',
    scope: 'all',
    decide(view, out) {
      const { ids, n } = view.live;
      for (let k = 0; k < n; k++) out.rank[ids[k]] = (31 * ids[k] + view.requests.generated[ids[k]]) % 7;
      say(view, out);
    },
  });

const ofAll = ({ cap, growth }: Said): (() => Scheduler) =>
  ordered((_, out) => {
    out.chunkCap = cap;
    out.growth = growth;
  });

const ofEach = ({ cap, growth }: Said): (() => Scheduler) =>
  ordered(({ live: { ids, n }, requests: { known, generated }, beliefs: { length } }, out) => {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      out.chunk[r] = cap;
      if (growth > 0) out.reserve[r] = Math.ceil(known[r] + growth * Math.max(0, length[r] - generated[r]));
    }
  });

const resultOf = (engine: Engine): string => JSON.stringify(resultsOf(engine));

describe('what is said of everyone', () => {
  it.each([
    ['chunkCap', (x: number): Said => ({ cap: 1 + Math.floor(12 * x), growth: 0 })],
    ['growth', (x: number): Said => ({ cap: 0x7fffffff, growth: 0.05 + 2 * x })],
  ])('%s is what is said of each', (_, saidBy) => {
    let differs = 0;
    forAll(60, (d) => {
      const episode = { horizon: 20_000, ...randomEpisode(d) };
      const said = saidBy(d.int(0, 100) / 100);
      const result = resultOf(ran({ ...episode, scheduler: ofAll(said) }));
      expect(result).toBe(resultOf(ran({ ...episode, scheduler: ofEach(said) })));
      if (result !== resultOf(ran({ ...episode, scheduler: ordered(() => {}) }))) differs++;
    });
    expect(differs).toBeGreaterThan(5);
  });

  it('what a policy says of a request goes before what it says of everyone', () => {
    forAll(20, (d) => {
      const episode = { horizon: 20_000, ...randomEpisode(d) };
      const own = ordered(({ live: { ids, n } }, out) => {
        for (let k = 0; k < n; k++) out.reserve[ids[k]] = 5;
      });
      const both = ordered(({ live: { ids, n } }, out) => {
        for (let k = 0; k < n; k++) out.reserve[ids[k]] = 5;
        out.growth = 3;
      });
      expect(resultOf(ran({ ...episode, scheduler: both }))).toBe(resultOf(ran({ ...episode, scheduler: own })));
    });
  });
});
