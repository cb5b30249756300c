/** Nothing gets lost: requests, tokens, blocks and time add up at every border, whatever the engine and the policy. */
import { describe, expect, it } from 'vitest';
import { createEngine, run } from '../../env/serving/engine.js';
import { enqueue } from '../../env/serving/order.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Replica } from '../../env/serving/replica.js';
import { oracle } from '../../predictors/oracle.js';
import { createAuditor } from './auditor.js';
import { type Episode, forAll, PRESETS, randomEpisode, seededDraw, type Wishes } from './generators.js';
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

const calm: Wishes = { preset: 'vllm-v1', exits: false, horizon: false, rules: { blocks: 64, unfit: 'reject' } };

/** What a broken engine might do in the middle of an episode. */
const spoilers: Record<string, (s: Replica) => void> = {
  'a block from nowhere': (s) => s.free++,
  'a block held twice': (s) => s.requests.blocks[s.running.ids[0]]++,
  'a token from nowhere': (s) => s.totals.generatedTokens++,
  'a computed token': (s) => s.requests.computed[s.running.ids[0]]++,
  'a request that is lost': (s) => s.live.n--,
  'a request in two lists': (s) => enqueue(s, s.running.ids[0]),
  'an eviction of nobody': (s) => s.totals.evictions++,
  'a reservation of nobody': (s) => s.reservedBlocks++,
  'a microsecond of nobody': (s) => s.totals.areaInSystem++,
  'a batch of another shape': (s) => s.plan.shape.context++,
  'a clock that goes back': (s) => s.now--,
};

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

  for (const [what, spoil] of Object.entries(spoilers)) {
    it(`is really checked: ${what} is noticed`, () => {
      const { workload, rules, cost } = randomEpisode(seededDraw(2), calm);
      let batches = 0;
      const culprit: Recorder = {
        planned(s) {
          if (++batches === 5) spoil(s);
        },
      };
      const engine = createEngine({ workload, rules, cost, recorders: [culprit, createAuditor()] });
      expect(() => run(engine)).toThrow(/law broken/);
    });
  }
});
