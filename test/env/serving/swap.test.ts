/** Swapping by hand: who leaves, when its blocks come free, when it is back, and what that costs. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { act, createEngine, type Engine, run, type Setup, toTurn } from '../../../env/serving/engine.js';
import { blockTransferMicros, loadModel } from '../../../env/serving/hardware.js';
import { Cause, fcfs, Place, type Scheduler } from '../../../env/serving/policy.js';
import { type PresetName, preset } from '../../../env/serving/presets.js';
import { State } from '../../../env/serving/requests.js';
import type { Rules } from '../../../env/serving/rules.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { createAuditor } from '../../laws/auditor.js';

/** Iterations of 100 µs whatever is in them. */
const steady = affineCost({ base: 100 });

const HOST: Partial<Rules> = {
  blockSize: 4,
  prefixCaching: false,
  hostBlocks: 100,
  onEviction: 'swap',
  transferMicros: 10,
  outMicros: 20,
  backMicros: 30,
};

function world(
  name: PresetName,
  changes: Partial<Rules>,
  prompts: number[],
  outputs: number[],
  more: Partial<Setup> & { arrival?: number[]; abortAt?: number[] } = {},
): Engine {
  const { arrival = prompts.map(() => 0), abortAt, ...setup } = more;
  const workload = createWorkload({
    name: 'by hand',
    arrival,
    promptTokens: prompts,
    outputTokens: outputs,
    declared: outputs,
    ...(abortAt && { abortAt }),
  });
  return createEngine({
    workload,
    rules: preset(name, { ...HOST, ...changes }),
    cost: steady,
    recorders: [createAuditor()],
    ...setup,
  });
}

/** [time, states by id] whenever a batch was formed or nothing could run. */
function states(engine: Engine): string[] {
  const seen: string[] = [];
  const letters = 'wrpafxj';
  while (toTurn(engine)) {
    const { now, requests } = engine.replica;
    const text = Array.from({ length: engine.delivered }, (_, r) => letters[requests.state[r]]).join('');
    const line = `${now} ${text}`;
    if (seen.at(-1) !== line) seen.push(line);
    act(engine);
  }
  return seen;
}

const asked = (): Scheduler => ({ ...fcfs(), wakeIn: 1 });

describe('swap on shortage (vllm-v1)', () => {
  it('copies the victim out, lets the others go on when its blocks are free, and brings it back without computing again', () => {
    // Two prompts of 4 fill one block each of three; at 5 tokens both want a second one.
    const engine = world('vllm-v1', { blocks: 3, maxModelLen: 16 }, [4, 4], [6, 6], { scheduler: asked });
    const seen = states(engine);
    const { totals, requests } = engine.replica;
    // 0: both admitted; 100: both have a token; A takes the third block, B finds none and leaves (10 + 20 µs);
    // 130 < 200: at the border its block is free.
    expect(seen[0]).toBe('0 ww');
    expect(seen).toContain('100 rr');
    expect(seen).toContain('200 ra');
    expect(totals.swapsOut).toBe(1);
    expect(totals.swapsIn).toBe(1);
    expect(totals.swappedBlocks).toBe(2);
    expect(totals.recomputedTokens).toBe(0);
    expect(requests.evictions[1]).toBe(1);
    expect(totals.scheduledTokens).toBe(4 + 4 + 5 + 5);
    expect(totals.finished).toBe(2);
  });

  it('computes again where the host has no room', () => {
    const engine = world('vllm-v1', { blocks: 3, maxModelLen: 16, hostBlocks: 1 }, [4, 4], [6, 6]);
    const none = world('vllm-v1', { blocks: 3, maxModelLen: 16, onEviction: 'recompute' }, [4, 4], [6, 6]);
    run(engine);
    run(none);
    expect(engine.replica.totals.swapsOut).toBe(1); // one block of 4 tokens fits
    expect(none.replica.totals).toMatchObject({ swapsOut: 0, recomputedTokens: 4, evictions: 1 });
  });

  it('takes the cheaper of both', () => {
    // A round trip of one block takes 20 + 50 µs, computing its tokens again 100 µs.
    const swapped = world('vllm-v1', { blocks: 3, maxModelLen: 16, onEviction: 'cheaper' }, [4, 4], [6, 6]);
    const slow = { blocks: 3, maxModelLen: 16, onEviction: 'cheaper', backMicros: 61 } as const;
    const recomputed = world('vllm-v1', slow, [4, 4], [6, 6]);
    run(swapped);
    run(recomputed);
    expect([swapped.replica.totals.swapsOut, recomputed.replica.totals.swapsOut]).toEqual([1, 0]);
  });

  it('stalls the one that needs the blocks until they are free, and evicts nobody else for them', () => {
    const engine = world('vllm-v1', { blocks: 3, maxModelLen: 16, outMicros: 990 }, [4, 4], [6, 6], {
      scheduler: asked,
    });
    // B leaves from 100 to 1100; A has the third block and goes on until it needs a fourth … it needs none: 10 tokens, 3 blocks.
    const seen = states(engine);
    expect(seen.filter((line) => line.endsWith('ra')).length).toBeGreaterThan(4);
    expect(engine.replica.totals.evictions).toBe(1);
  });

  it('waits with every batch for the transfers that began with it, where transfers block', () => {
    const run1 = world('vllm-v1', { blocks: 3, maxModelLen: 16 }, [4, 4], [6, 6]);
    const run2 = world('vllm-v1', { blocks: 3, maxModelLen: 16, transfers: 'blocking' }, [4, 4], [6, 6]);
    run(run1);
    run(run2);
    const idle = (engine: Engine): number => engine.replica.now - 100 * engine.replica.totals.iterations;
    expect(idle(run2)).toBe(30 + 40); // one block out, one block back
    expect(idle(run1)).toBeLessThan(70);
  });

  it('forgets the transfer of one that gives up', () => {
    const engine = world('vllm-v1', { blocks: 3, maxModelLen: 16, outMicros: 5000 }, [4, 4], [6, 6], {
      abortAt: [Number.POSITIVE_INFINITY, 700],
    });
    run(engine);
    const { totals, swap, free } = engine.replica;
    expect(totals).toMatchObject({ aborted: 1, finished: 1 });
    expect([swap?.hostFree, swap?.leaving, free]).toEqual([100, 0, 3]);
  });
});

describe('time of a transfer', () => {
  it('is bytes over bandwidth, and dispatch where every piece is a copy of its own', () => {
    const model = loadModel('llama-3-8b');
    // 32 layers × (keys, values) × 16 tokens × 8 heads × 128 × 2 bytes = 2 MiB.
    expect(blockTransferMicros(model)).toBeCloseTo(2 ** 21 / 25e3, 6);
    expect(blockTransferMicros(model, { tensorParallel: 4 })).toBeCloseTo(2 ** 19 / 25e3, 6);
    expect(blockTransferMicros(model, { dispatchMicros: 5 })).toBeCloseTo(64 * 5 + 2 ** 21 / 25e3, 6);
    expect(blockTransferMicros(model, { dispatchMicros: 5, run: 10 })).toBeCloseTo(32 + 2 ** 21 / 25e3, 6);
  });
});

describe('place (by rank)', () => {
  /** Says where request 0 should be, from a time on. */
  const placing = (plan: readonly (readonly [number, number])[]): (() => Scheduler) => {
    return () => ({
      name: 'placing',
      wakeIn: 1,
      decide({ now, live }, out) {
        for (let k = 0; k < live.n; k++) {
          if (live.ids[k] !== 0) continue;
          for (const [time, place] of plan) if (now >= time) out.place[0] = place;
          out.touch(0);
        }
      },
    });
  };
  const rules = { blocks: 16, maxModelLen: 64 };

  it('out: the request leaves and stays away until the policy wants it elsewhere', () => {
    const scheduler = placing([
      [300, Place.out],
      [900, Place.auto],
    ]);
    const engine = world('vllm-v1+rank', rules, [4, 4], [10, 20], { scheduler });
    const seen = states(engine);
    expect(seen).toContain('400 ar');
    expect(seen).toContain('900 ar');
    expect(engine.replica.totals).toMatchObject({ swapsOut: 1, swapsIn: 1, recomputedTokens: 0, finished: 2 });
    // 3 tokens by 300; back at 900 + 10 + 2 × 30 = 970; in the batches from 1000 on; 7 tokens more.
    expect(engine.replica.requests.lastToken[0]).toBe(1700);
  });

  it('in: it comes back before its turn, and resides without running while it is held', () => {
    const scheduler: () => Scheduler = () => ({
      name: 'prefetching',
      wakeIn: 1,
      decide({ now, live }, out) {
        for (let k = 0; k < live.n; k++) {
          if (live.ids[k] !== 0) continue;
          out.place[0] = now < 300 ? Place.auto : now < 600 ? Place.out : Place.in;
          out.hold[0] = now >= 300 && now < 1000 ? 1 : 0;
          out.touch(0);
        }
      },
    });
    const engine = world('vllm-v1+rank', rules, [4, 4], [10, 20], { scheduler });
    const seen = states(engine);
    expect(seen).toContain('700 pr'); // 600 + 10 + 2 × 30 = 670
    expect(seen).toContain('900 pr');
    expect(engine.replica.requests.lastToken[0]).toBe(1000 + 700);
  });

  it('drop: it is computed again, host or not', () => {
    const scheduler = placing([
      [300, Place.drop],
      [301, Place.auto],
    ]);
    const engine = world('vllm-v1+rank', rules, [4, 4], [10, 20], { scheduler });
    run(engine);
    expect(engine.replica.totals).toMatchObject({ swapsOut: 0, evictions: 1, recomputedTokens: 6 });
  });

  it('tells the policy of every transfer that ends', () => {
    const causes: number[] = [];
    const inner = placing([
      [300, Place.out],
      [600, Place.auto],
    ]);
    const scheduler = (): Scheduler => {
      const policy = inner();
      return {
        ...policy,
        decide(view, out) {
          causes.push(view.cause & Cause.swap);
          policy.decide(view, out);
        },
      };
    };
    run(world('vllm-v1+rank', rules, [4, 4], [10, 20], { scheduler }));
    expect(causes.filter((cause) => cause > 0).length).toBe(2);
  });

  it('one transfer follows another on a link', () => {
    const scheduler: () => Scheduler = () => ({
      name: 'everyone out',
      wakeIn: 1,
      decide({ now, live }, out) {
        for (let k = 0; k < live.n; k++) {
          out.place[live.ids[k]] = now >= 300 && now < 500 ? Place.out : Place.auto;
          out.touch(live.ids[k]);
        }
      },
    });
    const engine = world('vllm-v1+rank', { ...rules, outMicros: 100 }, [4, 4, 4], [9, 9, 9], { scheduler });
    const left: number[] = [];
    while (toTurn(engine)) {
      const { swap } = engine.replica;
      act(engine);
      if (swap && swap.out.queue.n === 3) left.push(...swap.out.ends.subarray(0, 3));
    }
    expect(left.slice(0, 3)).toEqual([300 + 210, 300 + 420, 300 + 630]);
    expect(engine.replica.totals).toMatchObject({ finished: 3, swapsOut: 3, swapsIn: 3 });
    expect(engine.replica.requests.state[0]).toBe(State.finished);
  });
});

describe('swap where prompts go alone (vllm-v0)', () => {
  it.each(['blocking', 'overlapped'] as const)(
    'brings nobody back before those who decode have their blocks: %s',
    (transfers) => {
      // Two fill a pool of four blocks; the first wants a third one, for which the second leaves. It would fit in again at once.
      const engine = world('vllm-v0', { blocks: 4, blockSize: 2, maxModelLen: 16, transfers }, [4, 3], [4, 3]);
      expect(run(engine)).toBe('drained');
      const { totals, requests } = engine.replica;
      expect([...requests.evictions.subarray(0, 2)]).toEqual([0, 1]);
      expect(totals.swapsOut).toBe(1);
      // One prompt batch; a border without a batch, while the second one leaves; three decodes of the first, then two of the second.
      expect(totals.iterations).toBe(7);
    },
  );
});
