/** Rewards over a drained episode add up to what the metrics say of it. */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../env/serving/engine.js';
import type { PresetName } from '../../../env/serving/presets.js';
import type { Summary } from '../../../env/serving/summary.js';
import { rewardOf } from '../../../env/tasks/rewards/reward.js';
import { createServingEnv } from '../../../env/tasks/serving-env.js';
import { slotCodec } from '../../../env/tasks/slot-codec.js';
import { resolveScheduler } from '../../../experiments/catalogue.js';
import { oracle } from '../../../predictors/oracle.js';
import { startSmall } from '../../contracts/small-world.js';

const engines: readonly PresetName[] = ['serial', 'vllm-v1', 'vllm-v1+rank', 'vllm-v1-async', 'sglang'];
const seeds = [4, 7, 9];

interface Drained {
  readonly rewards: readonly number[];
  readonly summary: Summary;
}

/** An episode under a scheduler, the agent asked now and then. */
function drained({ setup }: Engine, reward: string, reference?: string, scheduler = 'srpt'): Drained {
  const base = resolveScheduler(scheduler).make;
  const { rules, cost, predictor = oracle, promises = [], workload } = setup;
  const world = { rules, cost, predictor, promises, source: { name: 'small', sample: () => workload } };
  const codec = slotCodec({ base, perRequest: ['rank'], forAll: [], slots: 4, span: 1, longest: 4_000 });
  const made = rewardOf(reward, reference === undefined ? undefined : resolveScheduler(reference).make);
  const env = createServingEnv(world, codec, { reward: made });
  env.reset({ seed: 2 });
  const rewards: number[] = [];
  for (;;) {
    const [, gain, terminated, , info] = env.step(new Float32Array(4));
    rewards.push(gain);
    if (terminated) return { rewards, summary: info.summary as Summary };
  }
}

/** Σ JCT, µs. */
const sumOf = ({ jct }: Summary): number => Math.round(jct.mean * jct.count);

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe.each([...engines])('on %s', (engine) => {
  it('-jct: in µs exactly −ΣJCT, in every interval', () => {
    for (const seed of seeds) {
      const { rewards, summary } = drained(startSmall({ engine, seed }), '-jct');
      const micros = rewards.map((gain) => Math.round(gain * 1e6));
      expect(sum(micros)).toBe(-sumOf(summary));
      for (const [k, gain] of rewards.entries()) expect(Math.abs(gain * 1e6 - micros[k])).toBeLessThan(1e-3);
    }
  });

  it('jct-vs of a heuristic under that heuristic is 0 in every step', () => {
    for (const seed of seeds) {
      const { rewards } = drained(startSmall({ engine, seed }), 'jct-vs', 'srpt');
      expect(rewards.length).toBeGreaterThan(10);
      for (const gain of rewards) expect(Math.abs(gain)).toBe(0);
    }
  });

  it('jct-vs of another one is −jct less that one’s, over the episode', () => {
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      const { rewards, summary } = drained(small, 'jct-vs', 'fcfs');
      const other = drained(small, '-jct', undefined, 'fcfs').summary;
      expect(sum(rewards)).toBeCloseTo((sumOf(other) - sumOf(summary)) * 1e-6, 9);
    }
  });

  it('slo-vs is the same of broken promises: 0 under the heuristic itself, else the difference', () => {
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      for (const gain of drained(small, 'slo-vs', 'srpt').rewards) expect(Math.abs(gain)).toBe(0);
      const others = sum(drained(small, 'slo', undefined, 'fcfs').rewards);
      expect(sum(drained(small, 'slo-vs', 'fcfs').rewards)).toBe(sum(drained(small, 'slo').rewards) - others);
    }
  });

  it('slo, goodput, ttft and slowdown are what the summary says', () => {
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      const of = (name: string): Drained => drained(small, name);
      const { summary } = of('slo');
      const { arrived } = summary.requests;
      const kept = Math.round(summary.sloAttainment * arrived);
      expect(sum(of('slo').rewards)).toBe(kept - arrived);
      expect(sum(of('goodput').rewards)).toBe(kept);
      expect(summary.goodput * summary.span * 1e-6).toBeCloseTo(kept, 9);
      expect(sum(of('ttft').rewards)).toBeCloseTo(-summary.ttft.mean * summary.ttft.count * 1e-6, 9);
      expect(sum(of('slowdown').rewards)).toBeCloseTo(-summary.slowdown.mean * summary.slowdown.count, 8);
      expect(sum(of('kept - 2 * missed').rewards)).toBe(3 * kept - 2 * arrived);
    }
  });
});
