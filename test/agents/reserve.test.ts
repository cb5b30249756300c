/** Reserve by predicted growth: what is set aside, for whom, and what that prevents. */
import { describe, expect, it } from 'vitest';
import { reserve } from '../../agents/combine/reserve.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';

/** Ten requests of 16 + 64 tokens at once; 18 blocks hold three and a half of them. */
function serve(scheduler: () => Scheduler, blocks = 18): Engine {
  const ten = <T>(value: T): T[] => new Array(10).fill(value);
  const engine = createEngine({
    workload: createWorkload({
      name: 'ten alike',
      arrival: ten(0),
      promptTokens: ten(16),
      outputTokens: ten(64),
      declared: ten(100),
    }),
    rules: preset('vllm-v1', { blocks, prefixCaching: false }),
    cost: constantStep(10),
    scheduler,
    predictor: oracle,
  });
  run(engine);
  return engine;
}

const evictions = (engine: Engine): number => engine.replica.totals.evictions;

describe('reserve', () => {
  it('with the whole growth evicts nobody, where the engine alone does', () => {
    expect(evictions(serve(fcfs))).toBeGreaterThan(0);
    expect(evictions(serve(reserve(fcfs, { share: 1 })))).toBe(0);
  });

  it('evicts the less the more it sets aside', () => {
    const counts = [0, 0.5, 1].map((share) => evictions(serve(reserve(fcfs, { share }))));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(counts[2]);
  });

  it('asks for what is known and a share of what is believed to come, and leaves the order alone', () => {
    const { decision } = serve(reserve(srpt, { share: 0.5 }), 100).replica;
    expect(Array.from(decision.reserve.subarray(0, 10))).toEqual(new Array(10).fill(16 + 32));
    expect(decision.rank).toEqual(serve(srpt, 100).replica.decision.rank);
  });
});
