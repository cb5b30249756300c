import { expect, test } from 'vitest';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import { traceFiles } from './trace-files.js';

const { made, failure } = traceFiles();

const HEADER = 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type';

test('requests of release 1: the first is time 0, failed ones are left out and counted', async () => {
  const rows = [
    '7,ChatGPT,400,20,420,Conversation log',
    '9,GPT-4,0,0,0,API log',
    '11,GPT-4,90,0,90,API log',
    '12,GPT-4,90,30,120,API log',
  ];
  const { workload, report } = await readTrace(made([HEADER, ...rows].join('\n')));
  expect(report).toMatchObject({ format: 'burstgpt', requests: 2, failed: 2, skipped: { count: 0 } });
  expect(report.unusedColumns).toEqual(['Model', 'Total tokens', 'Log Type']);
  expect([...workload.arrival]).toEqual([0, 5_000_000]);
  expect([...workload.promptTokens]).toEqual([400, 90]);
  expect([...workload.outputTokens]).toEqual([20, 30]);
  expect([...workload.key]).toEqual([2, 5]);
});

test('release 2 has sessions, elapsed times and fractions of seconds', async () => {
  const text = `Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
19440110.5,,1.5,GPT-4,5,6,11,API log
19440112.0,a-b,3.25,GPT-4,7,8,15,Conversation log
`;
  const { workload } = await readTrace(made(text));
  expect([...workload.arrival]).toEqual([0, 1_500_000]);
  expect([...workload.outputTokens]).toEqual([6, 8]);
});

test('nothing but failures', async () => {
  expect(await failure(`${HEADER}\n7,ChatGPT,400,0,400,API log\n`)).toBe('trace: all 1 requests failed');
});

test('an answer to no prompt is no failure', async () => {
  expect(await failure(`${HEADER}\n7,ChatGPT,0,4,4,API log\n`)).toBe(
    'trace, line 2, column Request tokens: expected a whole number in 1 … 2147483647, found "0"',
  );
});
