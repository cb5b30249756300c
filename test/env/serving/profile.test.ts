/** Profile costs: what interpolation owes to the measured points, and what a batch is looked up as. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchShape, createShape } from '../../../env/serving/cost/cost.js';
import { type AttentionPoint, type OperatorProfile, profileCost } from '../../../env/serving/cost/profile.js';
import { createGrid, valueAt } from '../../../env/serving/cost/profile-grid.js';

const at = (points: number[][], ...x: number[]): number => valueAt(createGrid(points), Float64Array.from(x));

/** Ragged grids: every value of the first axis has its own values of the second. */
const ragged = fc
  .uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 6 })
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc
          .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 10_000 })), {
            minLength: 1,
            maxLength: 6,
            selector: ([second]) => second,
          })
          .map((rest) => rest.map(([second, value]) => [key, second, value])),
      ),
    ),
  )
  .map((rows) => rows.flat());

describe('interpolation', () => {
  it('is exact at every measured point, in any order of the points', () => {
    fc.assert(
      fc.property(ragged, (points) => {
        const grid = createGrid([...points].reverse());
        for (const [x, y, value] of points) expect(valueAt(grid, Float64Array.of(x, y))).toBe(value);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('between neighbours of an axis lies on the line between them', () => {
    const points = [
      [10, 5],
      [20, 9],
      [40, 8],
    ];
    expect(at(points, 15)).toBe(7);
    expect(at(points, 25)).toBe(8.75);
    const square = [0, 8].flatMap((x) => [0, 4].map((y) => [x, y, 3 * x + 2 * y + x * y]));
    expect(at(square, 2, 3)).toBeCloseTo(3 * 2 + 2 * 3 + 2 * 3, 12);
  });

  it('is monotone where the measured points are', () => {
    const points = [1, 2, 3, 8, 64, 100, 512].map((x, k) => [x, 10 + k * k]);
    let before = 0;
    for (let x = 1; x < 2000; x += 0.5) {
      const value = at(points, x);
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
  });

  it('beyond an end follows the line to the nearest point a factor of two away, not the last step', () => {
    const staircase = [
      [64, 100],
      [128, 200],
      [240, 400],
      [256, 400],
    ];
    expect(at(staircase, 384)).toBe(600); // through (128, 200) and (256, 400); the last two points alone are level
    expect(at(staircase, 32)).toBe(50);
    expect(at([[7, 3]], 1000)).toBe(3);
    expect(
      at(
        [
          [100, 1],
          [120, 2],
        ],
        140,
      ),
    ).toBe(3);
  });

  it('refuses two values at one place', () => {
    expect(() =>
      createGrid([
        [1, 2, 3, 5],
        [1, 2, 3, 6],
      ]),
    ).toThrow('two times for (1, 2, 3)');
  });
});

/** Operators whose true times are planes, so that interpolation must give them back exactly. */
const attentionAt = (q: number, c: number, n: number, k: number): number =>
  8 + q / 16 + (q * c) / 4096 + n * (1 + k / 512);
const grid = (mixed: boolean): AttentionPoint[] =>
  [0, 64, 512, 2048].flatMap((q) =>
    [0, 1, 16, 128].flatMap((n) => {
      if ((q === 0 && n === 0) || (!mixed && q > 0 && n > 0)) return [];
      return (q === 0 ? [0] : [0, 1024, 8192]).flatMap((c) =>
        (n === 0 ? [0] : [16, 1024, 8192]).map((k): AttentionPoint => [q, c, n, k, attentionAt(q, c, n, k)]),
      );
    }),
  );
const profile = (mixed = true): OperatorProfile => ({
  name: 'planes',
  byTokens: [
    { name: 'gemm', calls: 4, points: [1, 16, 256, 2048].map((n) => [n, 100 + n]) },
    { name: 'norm', calls: 8, points: [1, 2048].map((n) => [n, 2 + n / 512]) },
  ],
  bySequences: [{ name: 'head', calls: 1, points: [1, 8, 256].map((n) => [n, 700 + 2 * n]) }],
  attention: { calls: 4, points: grid(mixed) },
});

function batch({ q = 0, c = 0, n = 0, k = 0, drafts = 0 }): BatchShape {
  return {
    ...createShape(),
    sequences: (q > 0 ? 1 : 0) + n,
    tokens: q + n * (1 + drafts),
    prefillTokens: q,
    prefills: q > 0 ? 1 : 0,
    prefillWork: q * c + (q * q) / 2,
    prefillReads: q > 0 ? c + q : 0,
    decodeTokens: n * (1 + drafts),
    decodes: n,
    context: n * k,
  };
}

const dense = (tokens: number): number => 4 * (100 + tokens) + 8 * (2 + tokens / 512);

describe('a batch is the sum of its operators', () => {
  const cost = profileCost(profile());

  it.each<[string, { q?: number; c?: number; n?: number; k?: number }]>([
    ['decodes', { n: 24, k: 3000 }],
    ['a chunk from empty', { q: 640 }],
    ['a chunk behind others', { q: 300, c: 2000 }],
    ['a chunk with decodes', { q: 700, c: 500, n: 40, k: 900 }],
    ['more than was measured', { q: 4096, c: 9000, n: 200, k: 20_000 }],
  ])('%s', (_name, { q = 0, c = 0, n = 0, k = 0 }) => {
    const expected = dense(q + n) + 700 + 2 * (n + (q > 0 ? 1 : 0)) + 4 * attentionAt(q, c, n, k);
    expect(cost.device(batch({ q, c, n, k }))).toBe(Math.round(expected));
    expect(cost.iteration(batch({ q, c, n, k }))).toBe(Math.round(expected));
    expect(cost.cpu(batch({ q, c, n, k }))).toBe(0);
  });

  it('a verification computes a token and a row of logits for each draft, and reads its context once', () => {
    const expected = dense(8 * 6) + 700 + 2 * (8 * 6) + 4 * attentionAt(0, 0, 8, 900);
    expect(cost.device(batch({ n: 8, k: 900, drafts: 5 }))).toBe(Math.round(expected));
  });

  it('two short prompts attend like one chunk with as many pairs, not like one of their length', () => {
    const two: BatchShape = { ...batch({ q: 512 }), sequences: 2, prefills: 2, prefillWork: 2 * (256 ** 2 / 2) };
    const expected = dense(512) + 704 + 4 * attentionAt(Math.sqrt(2) * 256, 0, 0, 0);
    expect(cost.device(two)).toBe(Math.round(expected));
    expect(cost.device(two)).toBeLessThan(cost.device(batch({ q: 512 })));
  });

  it('CPU time, exposed time and drafts are added; an empty batch takes only planning', () => {
    const cpu = { a0: 1000, a1: 10 };
    const all = profileCost(profile(), { cpu, exposed: { a0: 50, a1: 3 }, draft: { perDepth: 20, perToken: 2 } });
    const shape = { ...batch({ n: 4, k: 100 }), draftDepth: 5, draftTokens: 20 };
    const extra = 50 + 3 * 4 + 20 * 5 + 2 * 20;
    expect(all.device(shape)).toBe(cost.device(shape) + extra);
    expect(all.iteration(shape)).toBe(cost.device(shape) + extra + 1040);
    expect([all.cpu(createShape()), all.device(createShape())]).toEqual([1000, 0]);
  });

  it('without mixed points the two kinds of attention are added', () => {
    const apart = profileCost(profile(false));
    const expected = dense(740) + 700 + 82 + 4 * (attentionAt(700, 500, 0, 0) + attentionAt(0, 0, 40, 900));
    expect(apart.device(batch({ q: 700, c: 500, n: 40, k: 900 }))).toBe(Math.round(expected));
  });

  it('longer contexts never cost less, and equal shapes cost the same whatever came between', () => {
    let before = 0;
    for (let k = 1; k < 12_000; k += 97) {
      const now = cost.device(batch({ n: 37, k }));
      cost.device(batch({ q: 100, n: 3, k: 5 }));
      expect(cost.device(batch({ n: 37, k }))).toBe(now);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });

  it('names the operator with no time, or two at one place', () => {
    const bad = (changes: Partial<OperatorProfile>) => () => profileCost({ ...profile(), ...changes });
    expect(bad({ byTokens: [{ name: 'gemm', calls: 1, points: [] }] })).toThrow('gemm has no measured time');
    const twice = [[8, 1] as const, [8, 2] as const];
    expect(bad({ bySequences: [{ name: 'head', calls: 1, points: twice }] })).toThrow('head: two times for (8)');
    expect(bad({ attention: { calls: 1, points: [] } })).toThrow('attention has no measured time');
    const [first] = grid(true);
    expect(bad({ attention: { calls: 1, points: [first, first] } })).toThrow(
      /^attention .*two times for \(0, 1, 0, 16\)/,
    );
  });
});
