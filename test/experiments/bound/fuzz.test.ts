/** Nothing beats the bound: random engines, costs and workloads under schedulers of every kind. */
import { describe, expect, it } from 'vitest';
import { createEngine, run } from '../../../env/serving/engine.js';
import { boundOf } from '../../../experiments/bound.js';
import { oracle } from '../../../predictors/oracle.js';
import { LONGER, PRESETS, randomEpisode, seededDraw } from '../../laws/generators.js';
import { hostile } from '../../laws/hostile.js';
import { asked, indexPolicies, restless } from '../../laws/policies.js';
import { meanJctOf } from './mean-jct.js';

const CASES = 12 * LONGER;

describe.each(PRESETS)('on %s', (preset) => {
  it('no schedule has a smaller mean JCT', { timeout: 3_600_000 }, () => {
    let proven = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const d = seededDraw(`bound ${preset} ${seed}`);
      const episode = randomEpisode(d, {
        preset,
        exits: false,
        followers: false,
        horizon: false,
        rules: { unfit: 'reject' },
      });
      const bound = boundOf(episode.workload, episode.rules, episode.cost);
      if (!bound.proven) continue;
      proven++;
      const policies = {
        ...indexPolicies,
        restless: restless(seed),
        hostile: hostile(seed, d.int(1, 100)),
        'srpt again': asked(indexPolicies.srpt, 1),
      };
      for (const [name, scheduler] of Object.entries(policies)) {
        const engine = createEngine({ ...episode, predictor: oracle, scheduler });
        expect(run(engine)).toBe('drained');
        expect(engine.replica.totals.finished).toBe(bound.requests);
        const jct = meanJctOf(engine);
        if (!(jct >= bound.meanJct - 1e-6))
          throw new Error(`seed ${seed}, ${name}: ${jct} < ${bound.meanJct} ${JSON.stringify(bound)}`);
      }
    }
    expect(proven).toBeGreaterThan(CASES / 3);
  });
});
