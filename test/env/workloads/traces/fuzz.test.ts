/**
 * Damaged traces of every format are refused with one sentence that names file and line, or read as a second, plain reading reads
 * them. SERVEGYM_LONG=1 tries 10,000 a format, SERVEGYM_FUZZ_SEED=n the one that a failure names.
 */
import { expect, test } from 'vitest';
import { stream } from '../../../../env/random.js';
import { arriveAtOnce } from '../../../../env/workloads/arrivals.js';
import { type ReadReport, readTrace, traceReaders } from '../../../../env/workloads/traces/read.js';
import type { TraceFormat } from '../../../../env/workloads/traces/reader.js';
import { UNDECLARED, type Workload } from '../../../../env/workloads/workload.js';
import { mutate } from './mutate.js';
import { sample } from './samples.js';
import { type SlowTrace, slowRead } from './slow-reader.js';
import { Refused, slowBytes } from './slow-text.js';
import { traceFiles } from './trace-files.js';

const { made, folder } = traceFiles();

const only = process.env.SERVEGYM_FUZZ_SEED;
const seeds = only ? [Number(only)] : Array.from({ length: process.env.SERVEGYM_LONG ? 10_000 : 60 }, (_, k) => k);
const SENTENCE = /^trace(, line (\d+)(, column [^\n:]+)?)?: [^\n]+$/;
const CALENDAR: readonly TraceFormat[] = ['azure-2023', 'azure-2024', 'burstgpt'];

test.each(traceReaders.map(({ name }) => name))('%s', async (format) => {
  for (const seed of seeds) {
    await expectRefusedOrRight(format, seed).catch((error: Error) => {
      error.message = `SERVEGYM_FUZZ_SEED=${seed}: ${error.message}`;
      throw error;
    });
  }
});

async function expectRefusedOrRight(format: TraceFormat, seed: number): Promise<void> {
  const bytes = mutate(sample(format, seed), stream(seed, `mutation/${format}`));
  const forced = seed % 3 > 0;
  const skipBadRows = seed % 2 > 0;
  const result = await readTrace(made(bytes), {
    skipBadRows,
    ...(forced && { format }),
    ...(format === 'specdecode-bench' && { arrivals: arriveAtOnce }),
  }).catch((error: Error) => error.message.replaceAll(`${folder()}/`, ''));
  if (typeof result === 'string') {
    const found = SENTENCE.exec(result);
    expect(found, result).not.toBeNull();
    if (!forced || !slowBytes(bytes)) return;
    const refused = refusal(bytes, format, skipBadRows);
    expect(refused, `refused: ${result}`).toBeInstanceOf(Refused);
    expect(found?.[2] && Number(found[2]), result).toBe(refused?.line);
  } else if (format !== 'specdecode-bench' || result.report.format === format) {
    expectEqual(result, slowRead(bytes, result.report.format, skipBadRows));
  }
}

function refusal(bytes: Buffer, format: TraceFormat, skip: boolean): Refused | undefined {
  try {
    slowRead(bytes, format, skip);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

function expectEqual({ workload, report }: { workload: Workload; report: ReadReport }, slow: SlowTrace): void {
  expect([report.failed, report.skipped.count]).toEqual([slow.failed, slow.bad.length]);
  const zero = CALENDAR.includes(report.format) ? (slow.rows[0].arrival ?? 0) : 0;
  const found = Array.from(workload.key.keys(), (row) => rowAt(workload, row));
  const expected = slow.rows.map((row) => ({
    line: row.line,
    arrival: row.follows === undefined ? (row.arrival ?? 0) - zero : Infinity,
    promptTokens: row.promptTokens,
    outputTokens: row.outputTokens,
    declared: row.declared ?? UNDECLARED,
    tenant: row.tenant ?? 0,
    id: row.id ?? '',
    follows: row.follows,
    think: row.think ?? 0,
    commits: row.commits,
  }));
  expect(found.sort((a, b) => a.line - b.line)).toEqual(expected);
  if (!workload.content) return;
  const size = report.format === 'mooncake' ? 512 : 64;
  const rows = slow.rows.map(({ line }) => workload.key.indexOf(line));
  expect(numbered(rows.map((row) => blocksAt(workload, row, size)))).toEqual(
    numbered(slow.rows.map(({ blocks = [], rest, line }) => [...blocks, ...(rest ? [`end of ${line}`] : [])])),
  );
}

function rowAt(workload: Workload, row: number) {
  const { rounds, key, outputTokens, acceptance } = workload;
  const before = rounds?.follows[row] ?? -1;
  const commits = (_: unknown, i: number): number => acceptance.accepted(row, i, 0, 254) + 1;
  return {
    line: key[row],
    arrival: workload.arrival[row],
    promptTokens: workload.promptTokens[row],
    outputTokens: outputTokens[row],
    declared: workload.declared[row],
    tenant: workload.tenant[row],
    id: workload.ids[row] ?? '',
    follows: before < 0 ? undefined : key[before],
    think: rounds?.think[row] ?? 0,
    commits: acceptance.never ? undefined : Array.from({ length: outputTokens[row] }, commits),
  };
}

/** What each block of a prompt is: equal names, equal tokens. */
function blocksAt({ content }: Workload, row: number, size: number): string[] {
  const { offsets, sequence, tokens } = content ?? expect.fail('no content');
  const names: string[] = [];
  for (let k = offsets[row]; k < offsets[row + 1]; k++) {
    for (let at = 0; at < tokens[k]; at += size) names.push(`${sequence[k]}+${at}`);
  }
  return names;
}

/** Names as numbers in the order in which they come: what is equal to what is all that counts. */
function numbered(prompts: readonly (readonly string[])[]): number[][] {
  const numbers = new Map<string, number>();
  return prompts.map((names) =>
    names.map((name) => {
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return number;
    }),
  );
}
