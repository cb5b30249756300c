/**
 * Random engines and workloads under policies that write garbage: nothing crashes, hangs or breaks a law of the auditor.
 * `SERVEGYM_LONG=1` tries 10,000 cases, `SERVEGYM_FUZZ_SEED=n` the one that a failure names.
 */
import { describe, expect, it } from 'vitest';
import { createEngine, type Outcome, run } from '../../env/serving/engine.js';
import { oracle } from '../../predictors/oracle.js';
import { createAuditor } from './auditor.js';
import { LONGER, randomEpisode, seededDraw } from './generators.js';
import { hostile, NAN_TARGETS, poisonous } from './hostile.js';
import { watched } from './watched.js';

const one = process.env.SERVEGYM_FUZZ_SEED;
const CASES = 400 * LONGER;
const seeds = one === undefined ? Array.from({ length: CASES }, (_, seed) => seed) : [Number(one)];

/** One case: hostile for up to 300 turns, then at peace until the engine is empty. */
function fuzz(seed: number): Outcome {
  const d = seededDraw(`fuzz ${seed}`);
  const episode = randomEpisode(d);
  const scheduler = hostile(seed, d.int(1, 300));
  const auditor = createAuditor({ iterations: 20_000 });
  const endless = episode.rules.unfit === 'block'; // there a request that never fits may be computed and evicted for ever
  const engine = createEngine({
    ...episode,
    ...(endless && episode.horizon === undefined ? { horizon: 50_000 } : {}),
    predictor: oracle,
    scheduler: watched(scheduler, () => engine.replica),
    recorders: [auditor],
  });
  const outcome = run(engine);
  auditor.close(engine);
  return outcome;
}

const named = (seed: number, error: unknown): Error =>
  new Error(`SERVEGYM_FUZZ_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });

describe('fuzz', () => {
  it('no garbage breaks a law', { timeout: 3_600_000 }, () => {
    const outcomes = new Set<Outcome>();
    for (const seed of seeds) {
      try {
        outcomes.add(fuzz(seed));
      } catch (error) {
        throw named(seed, error);
      }
    }
    if (one === undefined) expect([...outcomes].sort()).toEqual(['drained', 'horizon', 'stuck']);
  });

  for (const target of NAN_TARGETS) {
    it(`NaN in ${target} is refused with the name of the policy`, () => {
      for (let seed = 0; seed < 40 * LONGER; seed++) {
        const d = seededDraw(`nan ${target} ${seed}`);
        const episode = { ...randomEpisode(d), horizon: 50_000 };
        const engine = createEngine({ ...episode, predictor: oracle, scheduler: poisonous(target, d.int(1, 5)) });
        let refused = '';
        try {
          run(engine);
        } catch (error) {
          refused = error instanceof Error ? error.message : '';
        }
        // An episode may be over before the turn comes.
        if (refused || engine.replica.totals.turns >= 5)
          expect(refused, `seed ${seed}`).toMatch(new RegExp(`policy poisonous wrote NaN into ${target}`));
      }
    });
  }
});
