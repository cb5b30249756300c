/** Nothing gets lost: requests, tokens, blocks and time add up at every border, whatever the engine and the policy. */
import { describe, expect, it } from 'vitest';
import { createEngine, run } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Replica } from '../../env/serving/replica.js';
import { oracle } from '../../predictors/oracle.js';
import { createAuditor } from './auditor.js';
import { type Episode, forAll, PRESETS, randomEpisode } from './generators.js';
import { asked, eventful, indexPolicies, restless } from './policies.js';
import { watched } from './watched.js';

/** Policies under which everyone is served in the end; others may let requests take each other's blocks for ever. */
const steadfast = ['fcfs', 'sjf', 'priority', 'lcfs', 'srpt'];

function audited({ horizon = Infinity, ...episode }: Episode, scheduler: () => Scheduler): void {
  const auditor = createAuditor();
  const drains = steadfast.includes(scheduler().name) && episode.rules.unfit === 'reject';
  let replica: Replica | null = null;
  const engine = createEngine({
    ...episode,
    horizon: Math.min(horizon, drains ? Infinity : 15_000),
    scheduler: watched(scheduler, () => replica as Replica),
    predictor: oracle,
    recorders: [auditor],
  });
  replica = engine.replica;
  run(engine);
  auditor.close(engine);
}

describe('conservation', () => {
  for (const preset of PRESETS) {
    it(`holds on ${preset} under index policies`, () => {
      forAll(20, (d) => {
        const episode = randomEpisode(d, { preset });
        audited(episode, asked(d.pick(Object.values(indexPolicies)), d.pick([1, 1, 3, Infinity])));
      });
    });

    it(`holds on ${preset} under policies that use every knob`, () => {
      forAll(20, (d) => {
        const episode = randomEpisode(d, { preset });
        audited(episode, d.chance(0.5) ? eventful(d.int(0, 1000), d.int(20, 500)) : restless(d.int(0, 1000)));
      });
    });
  }

  it('is really checked', () => {
    forAll(3, (d) => {
      const { workload, rules, cost } = randomEpisode(d, { preset: 'vllm-v1', horizon: false });
      const auditor = createAuditor();
      const engine = createEngine({ workload, rules, cost, recorders: [auditor] });
      run(engine);
      expect(auditor.audits).toBeGreaterThan(0);
      engine.replica.totals.generatedTokens++;
      expect(() => auditor.planned?.(engine.replica)).toThrow(/law broken/);
    });
  });
});
