/** Arrivals, prefixes and sessions in one pass against what the whole list gives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceRow } from '../../../env/workloads/traces/row.js';
import { createArrivals } from '../../../experiments/inspect/arrivals.js';
import { createInspection } from '../../../experiments/inspect/inspection.js';
import { createPrefixReuse } from '../../../experiments/inspect/prefix-reuse.js';
import { createSessions } from '../../../experiments/inspect/sessions.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const variance = (values: readonly number[]): number =>
  sum(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1);

/** A request that repeats `prompt` (names and tokens). */
const row = (prompt: readonly (readonly [string, number])[], answer?: string, outputTokens = 10): TraceRow => ({
  promptTokens: sum(prompt.map(([, n]) => n)),
  outputTokens,
  segments: prompt,
  ...(answer !== undefined && { answer }),
});

describe('arrivals', () => {
  it('have the rate, gaps and counts in windows that all times together have', () => {
    const gap = fc.oneof(fc.nat(1000), fc.nat(3_000_000), fc.nat(90_000_000));
    fc.assert(
      fc.property(fc.nat(1e9), fc.array(gap, { minLength: 3, maxLength: 60 }), (start, gaps) => {
        const times = [start];
        for (const g of gaps) times.push(times[times.length - 1] + g);
        const counter = createArrivals();
        for (const time of times) expect(counter.add(time)).toBe(time - start);
        const s = counter.summary();
        const span = sum(gaps) / 1e6;
        expect(s).toMatchObject({ count: times.length, span });
        if (span === 0) return;
        expect(s?.rate).toBeCloseTo(gaps.length / span, 9);
        expect(s?.gaps.mean).toBeCloseTo(mean(gaps) / 1e6, 9);
        expect(s?.gaps.cv).toBeCloseTo(Math.sqrt(variance(gaps)) / mean(gaps), 9);
        for (const { window, windows, ratio } of s?.dispersion ?? []) {
          expect(windows).toBe(Math.floor(span / window));
          const counts = new Array<number>(windows).fill(0);
          for (const time of times) {
            const at = Math.floor((time - start) / (window * 1e6));
            if (at < windows) counts[at]++;
          }
          if (windows > 1) expect(ratio).toBeCloseTo(variance(counts) / mean(counts), 6);
        }
      }),
      { seed: 1 },
    );
  });

  it('know whether a gap is like the one before', () => {
    const lag1 = (gaps: readonly number[]): number | undefined => {
      const counter = createArrivals();
      let now = 0;
      for (const g of [0, ...gaps]) {
        now += g;
        counter.add(now);
      }
      return counter.summary()?.gaps.lag1;
    };
    expect(lag1([1, 9, 1, 9, 1, 9, 1])).toBeCloseTo(-1, 12);
    expect(lag1([1, 2, 3, 4, 5])).toBeCloseTo(1, 12);
    expect(lag1([5, 5, 5])).toBeNaN();
    expect(createArrivals().summary()).toBeUndefined();
  });
});

describe('prefix reuse', () => {
  it('counts what was there before: prompts, their answers, parts of them', () => {
    const reuse = createPrefixReuse(16);
    const hits = [
      row([['system', 100]], 'first'),
      row([['system', 60]], 'a'), // the beginning of a longer one
      row([['system', 120]], 'b'), // 100 of these
      row([
        ['system', 120],
        ['x', 8],
      ]), // the longer one is there now
      row([
        ['system', 100],
        ['first', 10],
        ['next', 20],
      ]), // a conversation goes on
      row([
        ['first', 10],
        ['system', 100],
      ]), // the same words in another order are no prefix
    ].map(reuse.add);
    expect(hits).toEqual([0, 60, 100, 120, 110, 0]);
    const summary = reuse.summary();
    expect(summary).toMatchObject({ blockTokens: 16, sampled: 1, mostlyHit: 4 / 6 });
    expect(summary?.tokens).toBeCloseTo(390 / 648, 12);
    // Whole prompts: 60 tokens are 4 blocks. Else full blocks: 100 → 6, 120 → 7, 110 → 6.
    expect(summary?.blocks).toBeCloseTo((4 + 6 + 7 + 6) / (7 + 4 + 8 + 8 + 9 + 7), 12);
  });

  it('finds the longest common beginning with any prompt before', () => {
    const prompt = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 4,
    });
    // A name followed by itself would be a sequence that starts anew, which no token tells apart: names differ from place to place.
    const named = prompt.map((segments) => segments.map(([name, n], k) => [`${name}${k}`, n] as const));
    const tokens = (segments: readonly (readonly [string, number])[]): string[] =>
      segments.flatMap(([name, n]) => Array.from({ length: n }, (_, k) => `${name}.${k}`));
    fc.assert(
      fc.property(fc.array(named, { maxLength: 20 }), (prompts) => {
        const reuse = createPrefixReuse(1);
        prompts.forEach((segments, k) => {
          const mine = tokens(segments);
          const common = prompts.slice(0, k).map((other) => {
            const end = mine.findIndex((token, at) => token !== tokens(other)[at]);
            return end < 0 ? mine.length : end;
          });
          expect(reuse.add(row(segments))).toBe(Math.max(0, ...common));
        });
      }),
      { seed: 2 },
    );
  });

  it('estimates from a sample when there are too many prefixes', () => {
    const [all, few] = [createPrefixReuse(16), createPrefixReuse(16, 500)];
    // Prompts of 20 segments of 64 tokens; each repeats the first k of an earlier one, k = 0 … 19.
    const prompts: [string, number][][] = [];
    for (let n = 0; n < 2000; n++) {
      const from = prompts[Math.floor(n / 2)] ?? [];
      const kept = from.slice(0, (7 * n) % 20);
      prompts.push([
        ...kept,
        ...Array.from({ length: 20 - kept.length }, (_, k) => [`${n}/${k}`, 64] as [string, number]),
      ]);
    }
    for (const prompt of prompts) {
      all.add(row(prompt));
      few.add(row(prompt));
    }
    const [exact, estimate] = [all.summary(), few.summary()];
    expect(exact?.sampled).toBe(1);
    expect(estimate?.sampled).toBeLessThan(0.05);
    expect(Math.abs((estimate?.tokens ?? 0) - (exact?.tokens ?? 1))).toBeLessThan(0.05);
  });

  it('is nothing to speak of where nobody says what prompts are', () => {
    const reuse = createPrefixReuse(16);
    expect(reuse.add({ promptTokens: 5, outputTokens: 5 })).toBe(0);
    expect(reuse.summary()).toBeUndefined();
  });
});

describe('sessions', () => {
  const request = (key: number, follows?: number, think = 0): TraceRow => ({
    ...{ key, promptTokens: 1, outputTokens: 1 },
    ...(follows !== undefined && { follows, think }),
  });

  it('are those who come, and all who follow', () => {
    const sessions = createSessions();
    const rows = [
      request(1),
      request(2),
      request(3, 1, 2e6),
      request(4, 3, 4e6),
      request(5, 1, 6e6),
      request(6),
      request(7, 99, 8e6),
    ];
    rows.forEach((r, k) => {
      sessions.add(r, k);
    });
    expect(sessions.summary()).toMatchObject({
      sessions: 3,
      followers: 3,
      unplaced: 1,
      rounds: { count: 3, mean: 2, max: 4 },
      think: { mean: 4, max: 6 },
    });
  });

  it('know a row without a key by its line', () => {
    const sessions = createSessions();
    sessions.add({ promptTokens: 1, outputTokens: 1 }, 7);
    sessions.add({ promptTokens: 1, outputTokens: 1, follows: 7 }, 9);
    expect(sessions.summary()).toMatchObject({ sessions: 1, rounds: { max: 2 } });
  });

  it('beyond the limit are counted, not placed', () => {
    const sessions = createSessions(2);
    [request(1), request(2), request(3), request(4, 3), request(5, 1)].forEach((r, k) => {
      sessions.add(r, k);
    });
    expect(sessions.summary()).toMatchObject({ sessions: 3, unplaced: 1, rounds: { count: 2, mean: 1.5 } });
  });

  it('do not exist where nobody follows', () => {
    const sessions = createSessions();
    sessions.add(request(1), 1);
    expect(sessions.summary()).toBeUndefined();
  });
});

describe('an inspection', () => {
  it('says only what the file knows', () => {
    const plain = createInspection(16);
    plain.add({ promptTokens: 8, outputTokens: 2 }, 1);
    expect(Object.keys(plain.statistics())).toEqual(['requests', 'prompt', 'output', 'logCorrelation']);
    expect(plain.curves().overTime).toEqual([]);
  });

  it('of a part leaves out those whose session is elsewhere', () => {
    const inspection = createInspection(16, true);
    const common = { promptTokens: 8, outputTokens: 64 };
    inspection.add({ ...common, arrival: 0, key: 1 }, 1);
    inspection.add({ ...common, follows: 99 }, 2);
    inspection.add({ ...common, follows: 1 }, 3);
    expect(inspection.statistics()).toMatchObject({ requests: 2, sessions: { followers: 1, unplaced: 1 } });
  });

  it('counts times of followers from their arrival, classes and declared lengths', () => {
    const inspection = createInspection(16);
    const common = { promptTokens: 8, outputTokens: 64, declared: 64 };
    inspection.add({ ...common, arrival: 5e6, deadline: 7e6, tenant: 3, slo: 1, priority: -1 }, 1);
    inspection.add({ ...common, outputTokens: 32, follows: 1, deadline: 4e6, abortAt: 9e6, tenant: 4 }, 2);
    expect(inspection.statistics()).toMatchObject({
      requests: 2,
      arrivals: { count: 1, span: 0 },
      declared: { count: 2, p50: 64, reached: 0.5, values: { distinct: 1 } },
      deadlines: { count: 2, mean: 3 },
      timeouts: { count: 1, max: 9 },
      tenants: { distinct: 2 },
      sloClasses: { distinct: 1, top: [{ value: 1, share: 0.5 }] },
      priorities: { top: [{ value: -1, share: 0.5 }] },
    });
  });
});
