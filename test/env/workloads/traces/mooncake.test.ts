import { expect, test } from 'vitest';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { readRows } from '../../../../env/workloads/traces/stream.js';
import { traceFiles } from './trace-files.js';

const { made, failure } = traceFiles();

const request = (timestamp: number, input_length: number, hash_ids: unknown): string =>
  JSON.stringify({ timestamp, input_length, output_length: 3, hash_ids });

test('blocks become segments: what two prompts share is equal, the last block is shorter', async () => {
  const text = [request(0, 1100, [4, 5, 6]), request(40, 1030, [4, 5, 9]), request(40, 400, [6])].join('\n');
  const { workload, report } = await readTrace(made(text));
  expect(report).toMatchObject({ format: 'mooncake', unusedColumns: [] });
  expect([...workload.arrival]).toEqual([0, 40_000, 40_000]);
  const { offsets, sequence, tokens } = workload.content ?? expect.fail('no content');
  expect([...offsets]).toEqual([0, 3, 6, 7]);
  expect([...tokens]).toEqual([512, 512, 76, 512, 512, 6, 400]);
  expect([...sequence.slice(3, 5)]).toEqual([...sequence.slice(0, 2)]);
  expect(sequence[6]).toBe(sequence[2]);
  expect(sequence[5]).not.toBe(sequence[2]);
});

test('a cut prompt keeps its first blocks', async () => {
  const { workload } = await readTrace(made(request(0, 1100, [4, 5, 6])), { clip: { prompt: 600 } });
  expect([...(workload.content?.tokens ?? [])]).toEqual([512, 88]);
});

test('a stream of rows tells the size of blocks', async () => {
  for await (const { rows, report } of readRows(made(request(7, 20, [1])))) {
    expect(report.blockTokens).toBe(512);
    expect(rows).toEqual([{ arrival: 7_000, promptTokens: 20, outputTokens: 3, segments: [['1', 20]] }]);
  }
});

test.each([
  [request(0, 1100, [1, 2]), 'expected 3 whole numbers, one for each 512 tokens of the prompt, found 2'],
  [request(0, 1100, [1, 2, 'x']), 'expected 3 whole numbers, one for each 512 tokens of the prompt, found "x"'],
  [request(0, 1100, 'none'), 'expected 3 whole numbers, one for each 512 tokens of the prompt, found "none"'],
])('%s is refused', async (text, message) => {
  expect(await failure(text)).toBe(`trace, line 1, column hash_ids: ${message}`);
});

test('times in disorder name the column', async () => {
  expect(await failure(`${request(5, 20, [1])}\n${request(3, 20, [1])}`)).toBe(
    'trace, line 2, column timestamp: expected a time not before that of line 1, found one 0.002 s before it',
  );
});
