/** Virtual token counter: the paper's loop step by step, and its bound on what two tenants who always wait are served. */
import { describe, expect, test } from 'vitest';
import { vtc } from '../../agents/schedulers/vtc.js';
import { stream } from '../../env/random.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { served } from './by-hand.js';

describe('by hand', () => {
  test('the tenant served least is next; who runs is not interrupted', () => {
    const jobs = [
      { arrival: 0, output: 2, tenant: 7 },
      { arrival: 0, output: 2, tenant: 7 },
      { arrival: 0, output: 2, tenant: 7 },
      { arrival: 5, output: 1, tenant: 3 },
      { arrival: 5, output: 1, tenant: 3 },
    ];
    // A alone takes tenant 7 to 1 + 2·2 = 5. Tenant 3 is lifted to the 3 that 7 had when it came: D takes it to 6, B 7 to 10.
    expect(served(jobs, fcfs)).toBe('AABBCCDE');
    expect(served(jobs, vtc)).toBe('AADBBECC');
  });

  test('who was away earns no credit', () => {
    const busy = Array.from({ length: 6 }, () => ({ arrival: 0, output: 3, tenant: 1 }));
    const jobs = [...busy, ...Array.from({ length: 4 }, () => ({ arrival: 95, output: 3, tenant: 2 }))];
    // Tenant 2 comes after nine tokens of the other and takes turns from there on, instead of catching up.
    expect(served(jobs, vtc)).toBe('AAABBBCCCDDDGGGEEEHHHFFFIIIJJJ');
  });

  test('weights of prompts and answers', () => {
    const jobs = [
      { arrival: 0, output: 4, tenant: 1 },
      { arrival: 1, output: 1, tenant: 1 },
      { arrival: 1, output: 1, tenant: 2 },
      { arrival: 1, output: 1, tenant: 2 },
      { arrival: 1, output: 1, tenant: 2 },
    ];
    expect(served(jobs, vtc)).toBe('AAAACDBE');
    expect(served(jobs, () => vtc({ outputWeight: 0 }))).toBe('AAAABCDE');
  });
});

describe('two tenants who always wait', () => {
  const PROMPT = 40;
  const blocks = 60;
  const bound = 2 * Math.max(PROMPT, 2 * blocks * 4);

  /** The largest difference of service between the tenants, over every interval in which both wait, and over all of it. */
  function unfairness(scheduler: () => Scheduler, seed: number): { worst: number; service: number } {
    const { next } = stream(seed, 'tenants');
    // Tenant 0 sends many small requests at once, tenant 1 few large ones; both far more than the engine can serve by then.
    const rows = Array.from({ length: 900 }, (_, k) => {
      const small = next() < 0.85;
      return {
        tenant: small ? 0 : 1,
        arrival: Math.floor(k * 20),
        prompt: small ? 1 + Math.floor(6 * next()) : 20 + Math.floor(21 * next()),
        output: small ? 1 + Math.floor(6 * next()) : 10 + Math.floor(40 * next()),
      };
    });
    const given = [0, 0];
    let low = 0;
    let high = 0;
    let worst = 0;
    const watch: Recorder = {
      committed(s, plan) {
        const { tenant, promptTokens, generated, state } = s.requests;
        for (let k = 0; k < plan.n; k++) {
          const r = plan.ids[k];
          const tokens = generated[r] - (counted.get(r) ?? 0);
          if (!counted.has(r)) given[tenant[r]] += promptTokens[r];
          counted.set(r, generated[r]);
          given[tenant[r]] += 2 * tokens;
        }
        const queued = [0, 0];
        for (let k = 0; k < s.live.n; k++) {
          const r = s.live.ids[k];
          if (state[r] === 0 && !counted.has(r)) queued[tenant[r]]++;
        }
        const ahead = given[0] - given[1];
        if (queued[0] === 0 || queued[1] === 0) low = high = ahead;
        low = Math.min(low, ahead);
        high = Math.max(high, ahead);
        worst = Math.max(worst, high - low);
      },
    };
    const counted = new Map<number, number>();
    const engine = createEngine({
      workload: createWorkload({
        name: 'two tenants',
        arrival: rows.map(({ arrival }) => arrival),
        promptTokens: rows.map(({ prompt }) => prompt),
        outputTokens: rows.map(({ output }) => output),
        declared: rows.map(({ output }) => output),
        tenant: rows.map(({ tenant }) => tenant),
      }),
      rules: preset('vllm-v1', {
        blockSize: 4,
        blocks,
        tokenBudget: 64,
        maxBatch: 16,
        maxModelLen: 128,
        prefixCaching: false,
      }),
      cost: affineCost({ base: 100, perPrefillToken: 2, perDecodeToken: 1 }),
      scheduler,
      recorders: [watch],
    });
    run(engine);
    return { worst, service: given[0] + given[1] };
  }

  test('neither is served more than the bound beyond the other; first come, first served has none', () => {
    for (let seed = 0; seed < 4; seed++) {
      const fair = unfairness(vtc, seed);
      const unfair = unfairness(fcfs, seed);
      expect(fair.service).toBe(unfair.service);
      expect(fair.service).toBeGreaterThan(10 * bound);
      expect(fair.worst).toBeLessThan(bound);
      expect(unfair.worst).toBeGreaterThan(2 * bound);
    }
  });
});
