import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../../env/workloads/arrivals.js';
import { atOnce, atRate, take, withArrivals } from '../../../env/workloads/retime.js';
import { readTrace } from '../../../env/workloads/traces/read.js';
import { createWorkload, type Workload } from '../../../env/workloads/workload.js';
import { workloadLines, writeWorkload } from '../../../env/workloads/write.js';

const some = (): Workload =>
  createWorkload({
    name: 'some',
    arrival: [10, 20, 35],
    promptTokens: [4, 5, 6],
    outputTokens: [7, 8, 9],
    key: [5, 3, 8],
    deadline: [100, Infinity, 40],
    abortAt: [Infinity, 50, Infinity],
    ids: ['a', 'b', 'c'],
    content: [4, 5, 6].map((n, k) => ({ segments: [[`p${k}`, n]], answer: `a${k}` })),
  });

describe('the same requests at other times', () => {
  test('atRate divides times; deadlines and aborts keep their distance', () => {
    const fast = atRate(some(), 2);
    expect([...fast.arrival]).toEqual([5, 10, 18]);
    expect([...fast.deadline]).toEqual([95, Infinity, 23]);
    expect([...fast.abortAt]).toEqual([Infinity, 40, Infinity]);
    expect(fast.key).toEqual(some().key);
    expect(atRate(some(), 1)).toEqual(some());
    expect(() => atRate(some(), 0)).toThrow('atRate: factor is 0, expected a number > 0');
  });

  test('atOnce and withArrivals', () => {
    expect([...atOnce(some()).arrival]).toEqual([0, 0, 0]);
    expect([...atOnce(some()).deadline]).toEqual([90, Infinity, 5]);
    const drawn = withArrivals(some(), poissonArrivals(1), 4);
    expect(withArrivals(some(), poissonArrivals(1), 4)).toEqual(drawn);
    expect([...drawn.arrival]).toEqual([...drawn.arrival].sort((a, b) => a - b));
    expect(drawn.deadline[0] - drawn.arrival[0]).toBe(90);
    expect([...some().arrival]).toEqual([10, 20, 35]); // the original is left as it is
  });

  test('take keeps the first requests', () => {
    const two = take(some(), 2);
    expect(two).toEqual(
      createWorkload({
        ...{ name: 'some', arrival: [10, 20], promptTokens: [4, 5], outputTokens: [7, 8], key: [5, 3] },
        ...{ deadline: [100, Infinity], abortAt: [Infinity, 50], ids: ['a', 'b'] },
        content: [4, 5].map((n, k) => ({ segments: [[`p${k}`, n]], answer: `a${k}` })),
        acceptance: two.acceptance,
      }),
    );
    expect(take(some(), 9)).toEqual(some());
    expect(() => take(some(), 0)).toThrow('take: count is 0, expected a whole number ≥ 1');
  });
});

describe('a written workload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'servegym-write-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'inner', 'some');

  const request = fc.record({
    arrival: fc.nat(2 ** 40),
    prompt: fc.array(fc.tuple(fc.constantFrom('system', 'shared', 'answer 1', 'x'), fc.integer({ min: 1, max: 900 })), {
      minLength: 1,
      maxLength: 3,
    }),
    output: fc.integer({ min: 1, max: 5000 }),
    declared: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: 0x7fffffff }),
    priority: fc.integer({ min: -3, max: 3 }),
    tenant: fc.nat(2),
    slo: fc.nat(2),
    patience: fc.option(fc.nat(1e9), { nil: Infinity }),
    wait: fc.option(fc.nat(1e9), { nil: Infinity }),
    id: fc.string(),
  });

  test('reads back with equal columns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (rows, shared, keys) => {
          const workload = createWorkload({
            name: 'some',
            arrival: rows.map((r) => r.arrival),
            promptTokens: rows.map((r) => r.prompt.reduce((sum, [, n]) => sum + n, 0)),
            outputTokens: rows.map((r) => r.output),
            declared: rows.map((r) => r.declared),
            priority: rows.map((r) => r.priority),
            tenant: rows.map((r) => r.tenant),
            slo: rows.map((r) => r.slo),
            deadline: rows.map((r) => r.arrival + r.wait),
            abortAt: rows.map((r) => r.arrival + r.patience),
            ids: rows.map((r) => r.id),
            ...(keys && { key: rows.map((_, k) => 1000 - 7 * k), tie: rows.map((_, k) => 3 * k - 5) }),
            ...(shared && { content: rows.map((r, k) => ({ segments: r.prompt, answer: `answer ${k}` })) }),
          });
          writeWorkload(workload, file);
          const { workload: back } = await readTrace(file);
          const ids = workload.ids.some((id) => id !== '') ? workload.ids : [];
          expect(back).toEqual({ ...workload, ids: back.ids, acceptance: back.acceptance });
          expect(workload.ids.every((id, row) => (back.ids[row] ?? '') === id) || ids.length === 0).toBe(true);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
    expect(readdirSync(join(folder, 'inner'))).toEqual(['some']);
  });

  test('an alpha column brings constant acceptance', async () => {
    writeWorkload(some(), file, [1, 0, 0.5]);
    const { acceptance } = (await readTrace(file)).workload;
    expect([acceptance.accepted(0, 3, 0, 4), acceptance.accepted(1, 3, 0, 4)]).toEqual([4, 0]);
    expect(readFileSync(file, 'utf8')).toContain('"alpha":0.5');
  });

  test('has many lines, one a request', () => {
    const many = createWorkload({
      name: 'many',
      arrival: new Float64Array(2500),
      promptTokens: new Int32Array(2500).fill(1),
      outputTokens: new Int32Array(2500).fill(1),
    });
    writeWorkload(many, file);
    expect(readFileSync(file, 'utf8')).toBe(`${[...workloadLines(many)].join('\n')}\n`);
  });

  test('a place that cannot be written is named', () => {
    expect(() => writeWorkload(some(), join(file, 'below'))).toThrow(/below: cannot be written \((ENOTDIR|EEXIST)\)$/);
  });
});
