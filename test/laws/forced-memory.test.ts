/** What the engine makes of reserves, of requests that cannot fit, and of those that can never run. */
import { describe, expect, it } from 'vitest';
import { type BatchDecision, Place, type ReplicaView } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Rules } from '../../env/serving/rules.js';
import type { WorkloadColumns } from '../../env/workloads/workload.js';
import { episode, ranked, same, small } from './forced.js';
import { idsOf } from './policies.js';

describe('memory', () => {
  /** Most that ran together. */
  const together = (
    rules: Rules,
    columns: WorkloadColumns,
    say: (view: ReplicaView, out: BatchDecision) => void,
  ): number => {
    let most = 0;
    const recorder: Recorder = {
      planned({ plan }) {
        most = Math.max(most, plan.n);
      },
    };
    episode(rules, columns, say, { recorders: [recorder] });
    return most;
  };
  const pool = ranked({ blocks: 12, maxModelLen: 48, displaces: 'nobody' });

  it('a reserve keeps others out, is cut to what the request may ever need, and −1 is the engine’s rule', () => {
    const reserving = (tokens: number): number =>
      together(pool, same(4, 8, 8), ({ live }, out) => {
        for (const r of idsOf(live)) out.reserve[r] = tokens;
      });
    expect(reserving(-1)).toBe(4);
    expect(reserving(16)).toBe(3);
    expect(reserving(0x7fffffff)).toBe(3);
    expect(reserving(-0x80000000)).toBe(4);
  });

  it('headroom leaves blocks free beside others, and lets one in alone', () => {
    const leaving = (blocks: number): number =>
      together(pool, same(4, 8, 1), (_view, out) => {
        out.headroom = blocks;
      });
    expect(leaving(0)).toBe(4);
    expect(leaving(6)).toBe(3);
    expect(leaving(1e9)).toBe(1);
    expect(leaving(Infinity)).toBe(1);
    expect(leaving(-Infinity)).toBe(4);
  });

  it('place = drop takes the blocks, and what was computed is computed again', () => {
    const { replica } = episode(ranked(), same(1, 6, 6), ({ now }, out) => {
      out.place[0] = now === 30 ? Place.drop : Place.auto;
      out.touch(0);
    });
    expect(replica.requests.evictions[0]).toBe(1);
    expect(replica.totals.recomputedTokens).toBe(8);
    expect(replica.totals.finished).toBe(1);
  });

  it('place = drop at every turn still ends: each recomputation brings a token', () => {
    const { replica, outcome } = episode(ranked(), same(2, 6, 6), ({ live }, out) => {
      for (const r of idsOf(live)) out.place[r] = Place.drop;
    });
    expect(outcome).toBe('drained');
    expect(replica.totals.evictions).toBeGreaterThan(5);
  });
});

describe('requests that cannot fit', () => {
  const rules = (changes: Partial<Rules> = {}): Rules => preset('vllm-v1', { ...small, blocks: 8, ...changes });

  it('are rejected on what is known of them, and block nobody', () => {
    const columns = { ...same(3, 8, 4), promptTokens: [64, 20, 8], declared: [4, 20, 4] };
    const { replica } = episode(rules(), columns, () => {});
    expect(Array.from(replica.requests.state.subarray(0, 3))).toEqual([6, 6, 4]);
    expect(replica.totals.areaInSystem).toBe(replica.hidden.left[2]);
  });

  it('are served to the end where prompt and declared output just fit, whatever drafts would like to have', () => {
    for (const name of ['vllm-v1', 'vllm-v1-async', 'vllm-v1@0.19', 'vllm-v1+rank'] as const) {
      for (const proposer of ['eagle', 'draft-model'] as const) {
        const changes: Partial<Rules> = {
          blockSize: 4,
          blocks: 4,
          drafts: 5,
          maxDrafts: 5,
          maxModelLen: 100,
          proposer,
          prefixCaching: false,
        };
        expect(episode(preset(name, changes), same(2, 8, 8), () => {}).outcome, `${name}, ${proposer}`).toBe('drained');
      }
    }
  });
});

describe('what can never run', () => {
  it.each(['nobody', 'worse'] as const)('blocks by rank without hanging, displacing %s', (displaces) => {
    // Prompts beyond the model length get no token, and `unfit: block` does not reject them.
    const rules = ranked({
      unfit: 'block',
      displaces,
      blockSize: 8,
      blocks: 6,
      maxBatch: 3,
      maxModelLen: 10,
      tokenBudget: 64,
    });
    const columns = { ...same(3, 55, 5), promptTokens: [55, 27, 37] };
    expect(episode(rules, columns, () => {}).outcome).toBe('stuck');
  });
});
