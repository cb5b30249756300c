/** What policies may demand and what the engine makes of it: holds, keeps, caps, budgets, places, absurd numbers. */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../env/serving/engine.js';
import { type BatchDecision, Place } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Replica } from '../../env/serving/replica.js';
import type { Rules } from '../../env/serving/rules.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { episode, finished, holdAll, ranked, SYNCHRONOUS, same } from './forced.js';
import { idsOf } from './policies.js';

describe('hold', () => {
  for (const name of [...SYNCHRONOUS, 'vllm-v1-async'] as const) {
    it(`${name}: where all are held and nothing is to come the lowest id is served, and counted`, () => {
      for (const wakeIn of [1, Infinity]) {
        const engine = episode(preset(name), same(3, 4, 5), holdAll, { wakeIn });
        expect(engine.outcome).toBe('drained');
        const ends = finished(engine);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
        expect(new Set(ends).size).toBe(3);
        expect(engine.replica.totals.forced).toBeGreaterThanOrEqual(3);
      }
    });
  }

  it('waits for what is to come: the held ones are not served before the last arrival', () => {
    const columns = { ...same(2, 4, 3), arrival: [0, 500] };
    const { replica } = episode(ranked(), columns, holdAll);
    expect(replica.requests.firstToken[0]).toBeGreaterThan(500);
  });

  it('pauses a resident by rank: it keeps its blocks and goes on where it stood', () => {
    const blocks = new Set<number>();
    const { replica } = episode(ranked(), same(2, 6, 12), ({ now, requests }, out) => {
      const paused = now >= 50 && now < 100;
      out.hold[0] = paused ? 1 : 0;
      out.touch(0);
      if (now > 50 && now <= 100) blocks.add(requests.blocks[0]);
    });
    expect([...blocks]).toEqual([3]);
    expect(replica.requests.pauses[0]).toBe(1);
    expect(replica.totals.evictions).toBe(0);
    expect(finished({ replica } as Engine)).toEqual([170, 120]);
  });

  it('is refused for a resident by vllm-v1, which cannot pause, and waits until it is queued', () => {
    const engine = episode(preset('vllm-v1'), same(2, 6, 12), ({ now }, out) => {
      if (now >= 50) out.hold[0] = 1;
      out.touch(0);
    });
    expect(finished(engine)).toEqual([120, 120]);
    expect(engine.replica.totals.pauses).toBe(0);
    expect(engine.replica.totals.forced).toBe(0);
  });

  it('any other value than 0 holds', () => {
    const { replica } = episode(ranked(), same(2, 4, 3), ({ now }, out) => {
      out.hold[0] = now < 100 ? 255 : 0;
      out.touch(0);
    });
    expect(replica.requests.firstToken[0]).toBeGreaterThan(replica.requests.lastToken[1]);
  });
});

describe('keep', () => {
  /** Two that do not fit together: 20 tokens each for 32. */
  const tight: Partial<Rules> = { blocks: 8, maxModelLen: 32, admissionReserve: 'chunk' };

  for (const [what, spoil] of [
    ['keep = ∞', (out: BatchDecision, r: number) => (out.keep[r] = Infinity)],
    ['place = keep', (out: BatchDecision, r: number) => (out.place[r] = Place.keep)],
  ] as const) {
    it(`by ${what} for everyone: the worst rank yields when a block is needed`, () => {
      const { replica } = episode(ranked({ ...tight, victim: 'worst-rank' }), same(2, 8, 12), ({ live }, out) => {
        for (const r of idsOf(live)) spoil(out, r);
      });
      expect(replica.requests.evictions[0]).toBe(0);
      expect(replica.requests.evictions[1]).toBeGreaterThan(0);
    });
  }

  it('protects a worse rank', () => {
    const { replica } = episode(ranked({ ...tight, displaces: 'nobody' }), same(2, 8, 12), (_view, out) => {
      out.keep[1] = 1;
      out.touch(1);
    });
    expect(replica.requests.evictions[0]).toBeGreaterThan(0);
    expect(replica.requests.evictions[1]).toBe(0);
  });
});

describe('numbers out of range', () => {
  /** γ that was verified, by request. */
  const verified = (seen: Set<number>): Recorder => ({
    planned({ plan }: Replica) {
      for (let k = 0; k < plan.n; k++) if (plan.drafts[k] > 0) seen.add(plan.drafts[k]);
    },
  });

  it('γ is at most the engine’s maxDrafts, and 0 where it has none', () => {
    for (const [maxDrafts, expected] of [
      [3, [3]],
      [0, []],
    ] as const) {
      const seen = new Set<number>();
      const columns = { ...same(2, 4, 20), acceptance: constantAcceptance(0, [0, 1], 1) };
      episode(
        preset('vllm-v1', { drafts: 0, maxDrafts }),
        columns,
        ({ live }, out) => {
          for (const r of idsOf(live)) out.draft[r] = 255;
        },
        { recorders: [verified(seen)] },
      );
      expect([...seen]).toEqual(expected);
    }
  });

  /** Tokens of request 0 in each batch until its first token. */
  const chunks = (rules: Rules, prompt: number, say: (out: BatchDecision) => void): number[] => {
    const tokens: number[] = [];
    episode(rules, same(1, prompt, 1), (_view, out) => say(out), {
      recorders: [{ planned: ({ plan }) => void tokens.push(...plan.tokens.subarray(0, plan.n)) }],
    });
    return tokens;
  };

  it('a chunk cap holds, and is at least one token', () => {
    const cap = (value: number): number[] =>
      chunks(ranked(), 10, (out) => {
        out.chunk[0] = value;
        out.touch(0);
      });
    expect(cap(4)).toEqual([4, 4, 2]);
    expect(cap(0)).toEqual(Array(10).fill(1));
    expect(cap(-7)).toEqual(Array(10).fill(1));
    expect(cap(0x7fffffff)).toEqual([10]);
  });

  it('a token budget holds, from one token to the engine’s', () => {
    const budget = (tokenBudget: number): number[] =>
      chunks(preset('vllm-v1', { tokenBudget: 64, prefixCaching: false }), 100, (out) => {
        out.tokenBudget = tokenBudget;
      });
    expect(budget(40)).toEqual([40, 40, 20]);
    expect(budget(Infinity)).toEqual([64, 36]);
    expect(budget(0)).toEqual(Array(100).fill(1));
    expect(budget(-5)).toEqual(Array(100).fill(1));
  });

  it('a budget too small for a prompt that cannot be chunked does not stop it', () => {
    const rules = preset('vllm-v1', { chunkedPrefill: false, tokenBudget: 8192 });
    expect(chunks(rules, 100, (out) => (out.tokenBudget = 1))).toEqual([100]);
  });

  it('wake-ups in the past or at fractions come at the next border, and the clock stays whole', () => {
    for (const shift of [0, -5, 0.5, -Infinity]) {
      const times: number[] = [];
      const { replica } = episode(ranked(), same(1, 4, 5), ({ now }, out) => {
        times.push(now);
        out.wakeIn = Infinity;
        out.wakeAt = now + shift;
      });
      expect(times).toEqual([0, 10, 20, 30, 40]);
      expect(replica.now).toBe(50);
    }
  });

  it('iterations until the next turn are at least one', () => {
    for (const wakeIn of [0, -1, 0.5, -Infinity]) {
      const times: number[] = [];
      episode(ranked(), same(1, 4, 5), ({ now }, out) => {
        times.push(now);
        out.wakeIn = wakeIn;
      });
      expect(times).toEqual([0, 10, 20, 30, 40]);
    }
  });
});
