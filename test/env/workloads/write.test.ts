/** Written and read back, a workload is the same: columns, prompts, who follows whom, which drafts are accepted. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { constantAcceptance } from '../../../env/workloads/acceptance/constant.js';
import { copyRunAcceptance } from '../../../env/workloads/acceptance/copy-run.js';
import { depthAcceptance } from '../../../env/workloads/acceptance/depth.js';
import { scriptedAcceptance } from '../../../env/workloads/acceptance/scripted.js';
import { readTrace } from '../../../env/workloads/traces/read.js';
import { createWorkload, UNDECLARED, type Workload } from '../../../env/workloads/workload.js';
import { acceptanceInLines, streamWorkload, workloadLines, writeWorkload } from '../../../env/workloads/write.js';

const folder = mkdtempSync(join(tmpdir(), 'servegym-write-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'list.jsonl');
const RUNS = process.env.SERVEGYM_LONG ? 5000 : 60;

const request = fc.record({
  arrival: fc.nat(2 ** 40),
  prompt: fc.array(fc.tuple(fc.constantFrom('system', 'shared', 'answer 1', 'x'), fc.integer({ min: 1, max: 900 })), {
    minLength: 1,
    maxLength: 3,
  }),
  output: fc.integer({ min: 1, max: 300 }),
  declared: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: UNDECLARED }),
  priority: fc.integer({ min: -3, max: 3 }),
  tenant: fc.nat(2),
  slo: fc.nat(2),
  patience: fc.option(fc.nat(1e9), { nil: Infinity }),
  wait: fc.option(fc.nat(1e9), { nil: Infinity }),
  think: fc.nat(1e9),
  /** Whom it follows, of those before it; above 1 nobody. */
  leader: fc.double({ min: 0, max: 2, noNaN: true }),
  id: fc.string(),
});
const accepted = fc.constantFrom('nothing', 'constant', 'eagle');

interface Shape {
  readonly closed: boolean;
  readonly shared: boolean;
  readonly keys: boolean;
}
const shape = fc.record({ closed: fc.boolean(), shared: fc.boolean(), keys: fc.boolean() });
type Drawn = typeof request extends fc.Arbitrary<infer T> ? T : never;

function made(rows: readonly Drawn[], { closed, shared, keys }: Shape, how: string): Workload {
  const follows = rows
    .map(({ leader }, k) => (closed && leader < 1 ? Math.floor(leader * k) : -1))
    .map((of, k) => (of === k ? -1 : of));
  const own = (k: number): number => (follows[k] < 0 ? rows[k].arrival : 0);
  const plain = createWorkload({
    name: 'list.jsonl',
    arrival: rows.map((_, k) => own(k)),
    promptTokens: rows.map((r) => r.prompt.reduce((sum, [, n]) => sum + n, 0)),
    outputTokens: rows.map((r) => r.output),
    declared: rows.map((r) => r.declared),
    priority: rows.map((r) => r.priority),
    tenant: rows.map((r) => r.tenant),
    slo: rows.map((r) => r.slo),
    deadline: rows.map((r, k) => own(k) + r.wait),
    abortAt: rows.map((r, k) => own(k) + r.patience),
    ids: rows.map((r) => r.id),
    ...(closed && { follows, think: rows.map((r, k) => (follows[k] < 0 ? 0 : r.think)) }),
    ...(keys && { key: rows.map((_, k) => 1000 - 7 * k), tie: rows.map((_, k) => 3 * k - 5) }),
    ...(shared && { content: rows.map((r, k) => ({ segments: r.prompt, answer: `answer ${k}` })) }),
  });
  if (how === 'nothing') return plain;
  return { ...plain, acceptance: how === 'eagle' ? depthAcceptance(plain, 3) : constantAcceptance(0.7, plain.key, 3) };
}

/** Every place where a verification could start, at some draft lengths. */
function outcomes({ acceptance, outputTokens }: Workload): number[] {
  return Array.from(outputTokens).flatMap((length, row) =>
    Array.from({ length }, (_, position) => {
      const asked = 1 + ((row + position) % 9);
      const drafts = acceptance.proposed(row, position, 0, asked);
      // Accepted drafts past the end of the answer change nothing.
      return 100 * drafts + Math.min(length - position, acceptance.accepted(row, position, 0, drafts));
    }),
  );
}

test('a workload of any columns reads back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 20 }), shape, accepted, async (rows, given, how) => {
      const workload = made(rows, given, how);
      await streamWorkload(workload, file, () => {});
      const { workload: back } = await readTrace(file);
      expect(back).toEqual({ ...workload, ids: back.ids, acceptance: back.acceptance });
      expect(Array.from(back.key, (_, row) => back.ids[row] ?? '')).toEqual(
        Array.from(back.key, (_, row) => workload.ids[row]),
      );
      expect(outcomes(back)).toEqual(outcomes(workload));
      expect(acceptanceInLines(workload)).toBe(how === 'nothing' ? 'nothing' : 'commits');
    }),
    { numRuns: RUNS, seed: 1 },
  );
  expect(readdirSync(folder)).toEqual(['list.jsonl']);
});

const few = (): Workload =>
  createWorkload({
    name: 'few',
    arrival: [0, 5, 9],
    promptTokens: [4, 5, 6],
    outputTokens: [400, 300, 200],
    key: [5, 3, 8],
  });

describe('acceptance', () => {
  test('of a proposer that pauses reads back with draft: ngram', async () => {
    const workload = { ...few(), acceptance: copyRunAcceptance(few(), 1) };
    writeWorkload(workload, file);
    const { workload: back } = await readTrace(file, { draft: 'ngram' });
    expect(outcomes(back)).toEqual(outcomes(workload));
    expect(outcomes((await readTrace(file)).workload)).not.toEqual(outcomes(workload));
  });

  test('by sampling step is left out, and that is said', async () => {
    const workload = { ...few(), acceptance: scriptedAcceptance(() => ({ accepted: [1], drafts: [] })) };
    expect(acceptanceInLines(workload)).toBe('lost');
    writeWorkload(workload, file);
    expect((await readTrace(file)).workload.acceptance.never).toBe(true);
  });

  test('as an alpha column is constant', async () => {
    writeWorkload(few(), file, [1, 0, 0.5]);
    const { acceptance } = (await readTrace(file)).workload;
    expect([acceptance.accepted(0, 3, 0, 4), acceptance.accepted(1, 3, 0, 4)]).toEqual([4, 0]);
  });
});

describe('a long list', () => {
  const count = 2500;
  const many = createWorkload({
    name: 'many',
    arrival: new Float64Array(count),
    promptTokens: new Int32Array(count).fill(1),
    outputTokens: new Int32Array(count).fill(1),
  });
  const lines = `${[...workloadLines(many)].join('\n')}\n`;

  test('has a line for each request, in one go and in pieces', async () => {
    writeWorkload(many, file);
    expect(readFileSync(file, 'utf8')).toBe(lines);
    const seen: number[] = [];
    await streamWorkload(many, join(folder, 'streamed'), (rows) => {
      seen.push(rows);
    });
    expect(readFileSync(join(folder, 'streamed'), 'utf8')).toBe(lines);
    expect(seen).toEqual([1000, 2000, 2500]);
  });

  test('that is stopped leaves the old file and nothing else', async () => {
    const place = join(folder, 'stopped');
    const stop = (rows: number): void => {
      if (rows > 1000) throw new Error('enough');
    };
    await expect(streamWorkload(many, join(place, 'a'), stop)).rejects.toThrow(/^enough$/);
    expect(readdirSync(place)).toEqual([]);
    writeWorkload(few(), join(place, 'a'));
    const before = readFileSync(join(place, 'a'), 'utf8');
    await expect(streamWorkload(many, join(place, 'a'), stop)).rejects.toThrow(/^enough$/);
    expect([readdirSync(place), readFileSync(join(place, 'a'), 'utf8')]).toEqual([['a'], before]);
  });

  test('names a place that cannot be written', async () => {
    const below = join(file, 'below');
    const expected = /below: cannot be written \((ENOTDIR|EEXIST)\)$/;
    expect(() => writeWorkload(few(), below)).toThrow(expected);
    await expect(streamWorkload(few(), below, () => {})).rejects.toThrow(expected);
  });
});
