/** One seed, one course: the same bytes, whoever else runs and whoever looks on. */
import { describe, expect, it } from 'vitest';
import { act, createEngine, toTurn } from '../../env/serving/engine.js';
import { oracle } from '../../predictors/oracle.js';
import { createAuditor } from './auditor.js';
import { forAll, randomEpisode, seededDraw } from './generators.js';
import { restless } from './policies.js';
import { bytesOf, ran } from './results.js';

describe('determinism', () => {
  it('gives the same bytes for the same seed', () => {
    forAll(30, (d) => {
      const episode = { horizon: 20_000, ...randomEpisode(d), scheduler: restless(d.int(0, 1000)) };
      expect(bytesOf(ran(episode))).toBe(bytesOf(ran(episode)));
    });
  });

  it('gives another course for another seed', () => {
    const episode = {
      ...randomEpisode(seededDraw('courses'), { preset: 'serial', exits: false }),
      horizon: 20_000,
      scheduler: restless(1),
    };
    expect(bytesOf(ran({ ...episode, seed: 1 }))).not.toBe(bytesOf(ran({ ...episode, seed: 2 })));
  });

  it('does not depend on engines that run in between', () => {
    forAll(15, (d) => {
      const episodes = [1, 2, 3].map(() => ({
        horizon: 10_000,
        ...randomEpisode(d),
        scheduler: restless(d.int(0, 1000)),
      }));
      const alone = episodes.map((episode) => bytesOf(ran(episode)));
      const engines = episodes.map((episode) => createEngine({ ...episode, predictor: oracle }));
      // One turn each, in turns.
      let open = engines.filter((engine) => toTurn(engine));
      while (open.length > 0) {
        for (const engine of open) act(engine);
        open = open.filter((engine) => toTurn(engine));
      }
      expect(engines.map(bytesOf)).toEqual(alone);
    });
  });

  it('does not depend on recorders', () => {
    forAll(30, (d) => {
      const episode = { horizon: 20_000, ...randomEpisode(d), scheduler: restless(d.int(0, 1000)) };
      const recorded = ran({ ...episode, recorders: [createAuditor(), createAuditor()] });
      expect(bytesOf(recorded)).toBe(bytesOf(ran(episode)));
    });
  });
});
