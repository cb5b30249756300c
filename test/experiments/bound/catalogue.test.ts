/** LB-4: every scheduler of the catalogue with every belief, on the engines of the contract suite: nobody is below the bound. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { type PresetName, preset } from '../../../env/serving/presets.js';
import { boundOf } from '../../../experiments/bound.js';
import { predictors, resolvePredictor, resolveScheduler, schedulers } from '../../../experiments/catalogue.js';
import { smallWorkload } from '../../contracts/small-world.js';
import { PRESETS } from '../../laws/generators.js';
import { meanJctOf } from './mean-jct.js';

const cost = affineCost({
  base: 900,
  perPrefillToken: 20,
  perDecodeToken: 9,
  perContextToken: 1,
  cpu: { a0: 100, a1: 10 },
});
const LONG = process.env.SERVEGYM_LONG;
const SEEDS = LONG ? 20 : 1;
const beliefs = LONG ? Object.keys(predictors) : ['oracle', 'noisy'];

const small = (name: PresetName, drafts: number) => {
  const able = preset(name).proposers.length > 0;
  const size = { blockSize: 4, maxModelLen: 128, maxBatch: 4, maxResident: 4, ...(able && { drafts, maxDrafts: 3 }) };
  if (name === 'serial') return preset(name, able ? { drafts, maxDrafts: 3 } : {});
  return preset(name, { ...size, blocks: 40, ...(preset(name).chunkedPrefill ? { tokenBudget: 24 } : {}) });
};

describe.each(PRESETS)('on %s', (name) => {
  it('nobody is below the bound', { timeout: 600_000 }, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const workload = smallWorkload(seed);
      for (const drafts of LONG ? [0, 2] : [2]) {
        const rules = small(name, drafts);
        const bound = boundOf(workload, rules, cost);
        if (!bound.proven) throw new Error(bound.because);
        for (const [spec, { reads }] of Object.entries(schedulers)) {
          for (const belief of reads === 'nothing' ? ['declared'] : beliefs) {
            const engine = createEngine({
              workload,
              rules,
              cost,
              seed,
              scheduler: resolveScheduler(spec).make,
              predictor: resolvePredictor(belief).make,
            });
            expect(run(engine)).toBe('drained');
            expect(meanJctOf(engine), `${spec} × ${belief}, seed ${seed}`).toBeGreaterThanOrEqual(bound.meanJct);
          }
        }
      }
    }
  });
});
