/** Request lists of other simulators. */
import { expect, test } from 'vitest';
import { arriveAtOnce } from '../../../../env/workloads/arrivals.js';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { traceFiles } from './trace-files.js';

const { made, failure } = traceFiles();

test('vidur: with arrival times', async () => {
  const text = 'arrived_at,num_prefill_tokens,num_decode_tokens,session_id\n0.25,30,4,7\n1.5,60,2,\n';
  const { workload, report } = await readTrace(made(text));
  expect(report).toMatchObject({ format: 'vidur', unusedColumns: ['session_id'], span: 1.25 });
  expect([...workload.arrival]).toEqual([250_000, 1_500_000]);
  expect([...workload.promptTokens]).toEqual([30, 60]);
  expect([...workload.outputTokens]).toEqual([4, 2]);
});

test('vidur: names in quotes', async () => {
  const { workload } = await readTrace(made('"arrived_at","num_prefill_tokens",num_decode_tokens\n1,30,4\n'));
  expect([...workload.arrival]).toEqual([1_000_000]);
});

test('vidur: lengths alone need arrivals', async () => {
  const text = 'num_prefill_tokens,num_decode_tokens\n30,4\n60,2\n';
  expect(await failure(text)).toMatch(/^trace: vidur has no arrival times; say when requests arrive/);
  const { workload } = await readTrace(made(text), { arrivals: arriveAtOnce });
  expect([...workload.arrival]).toEqual([0, 0]);
  expect([...workload.outputTokens]).toEqual([4, 2]);
});

const SPLITWISE = 'request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size';

test('splitwise: applications are tenants', async () => {
  const { workload, report } = await readTrace(
    made(`${SPLITWISE}\n0,2,0,0.004,1,1500,20\n1,2,3,0.0100000001,1,80,9\n`),
  );
  expect(report).toMatchObject({ format: 'splitwise', unusedColumns: [] });
  expect([...workload.arrival]).toEqual([4_000, 10_000]);
  expect([...workload.tenant]).toEqual([0, 3]);
  expect(workload.ids).toEqual(['0', '1']);
});

test.each([
  ['a batch of prompts', '0,2,0,0,4,10,10', 'column batch_size: expected 1, found "4"'],
  ['no language model', '0,1,0,0,1,10,10', 'column request_type: expected 2, found "1"'],
])('splitwise: %s is refused', async (_, row, message) => {
  expect(await failure(`${SPLITWISE}\n${row}\n`)).toBe(`trace, line 2, ${message}`);
});

test('llmservingsim: times in ns', async () => {
  const { workload, report } = await readTrace(
    made('input_toks,output_toks,arrival_time_ns\n20,5,1500\n30,6,2000999499\n'),
  );
  expect(report.format).toBe('llmservingsim');
  expect([...workload.arrival]).toEqual([2, 2_000_999]);
  expect([...workload.promptTokens]).toEqual([20, 30]);
});
