import { expect, test } from 'vitest';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { UNDECLARED } from '../../../../env/workloads/workload.js';
import { fixture, line, traceFiles } from './trace-files.js';

const { made } = traceFiles();

test('jsonl: our own list, with segments, deadlines, aborts, keys', async () => {
  const { workload } = await readTrace(fixture('requests.jsonl'));
  expect([...workload.arrival]).toEqual([500_000, 1_250_000, 1_250_000]);
  expect([...workload.declared]).toEqual([64, UNDECLARED, UNDECLARED]);
  expect([...workload.deadline]).toEqual([Infinity, 4_000_000, Infinity]);
  expect([...workload.abortAt]).toEqual([Infinity, Infinity, 2_500_000]);
  expect([...workload.key]).toEqual([1, 2, 77]);
  expect([...workload.priority]).toEqual([0, -1, 0]);
  expect([...workload.tenant]).toEqual([0, 0, 3]);
  expect([...workload.slo]).toEqual([0, 0, 1]);
  expect(workload.ids).toEqual(['first', '', '']);
  const { offsets, sequence, tokens, answer } = workload.content ?? expect.fail('no content');
  expect([...offsets]).toEqual([0, 2, 6, 7]);
  expect([...tokens]).toEqual([512, 88, 512, 88, 20, 80, 9]);
  expect([sequence[2], sequence[3], sequence[4]]).toEqual([sequence[0], sequence[1], answer[0]]);
  expect(new Set(sequence).size).toBe(5);
});

test('jsonl: scripts, recorded lists and constant acceptance', async () => {
  const of = async (...rows: string[]) => (await readTrace(made(rows.join('\n')))).workload;
  const script = (await of(line(0, { accepted: [2, 0], drafts: [3] }), line(1))).acceptance;
  expect([0, 1, 2].map((step) => script.accepted(0, 5, step, 3))).toEqual([2, 0, 2]);
  expect([script.proposed(0, 5, 1, 9), script.proposed(1, 5, 1, 9), script.accepted(1, 5, 0, 3)]).toEqual([3, 9, 0]);
  const recorded = await of(
    JSON.stringify({ arrival: 0, prompt_tokens: 4, commits: [3, 1, 2] }),
    line(1, { commits: [2, 2] }),
  );
  expect([...recorded.outputTokens]).toEqual([3, 2]);
  expect(recorded.acceptance.accepted(0, 0, 7, 5)).toBe(2);
  const constant = (await of(line(0, { alpha: 1 }), line(1, { alpha: 0 }), line(2))).acceptance;
  expect([0, 1, 2].map((row) => constant.accepted(row, 3, 0, 4))).toEqual([4, 0, 0]);
});

test('csv: named columns, a unit, quotes, line ends inside quotes', async () => {
  const columns = { arrival: 'when', promptTokens: 'in', outputTokens: 'out', declared: 'the "limit"' };
  const { workload, report } = await readTrace(fixture('requests.csv'), { columns, unit: 'ms' });
  expect([...workload.arrival]).toEqual([100_000, 250_500, 300_000]);
  expect([...workload.declared]).toEqual([50, UNDECLARED, 60]);
  expect([...workload.key]).toEqual([2, 3, 5]); // the second record takes two lines
  expect(report.unusedColumns).toEqual(['note']);
});

test('csv: a column of calendar times begins at 0; the name of a column says its unit', async () => {
  const dates = made('ts,prompt_tokens,output_tokens\n2024-02-29T12:00:00Z,1,1\n2024-03-01T12:00:00.25Z,1,1\n');
  const { workload } = await readTrace(dates, { columns: { arrival: 'ts' }, unit: 'iso' });
  expect([...workload.arrival]).toEqual([0, 86_400_250_000]);
  const micros = await readTrace(made('arrival_us,prompt_tokens,output_tokens\n7,1,1\n'));
  expect([...micros.workload.arrival]).toEqual([7]);
});
