import { describe, expect, test } from 'vitest';
import { arriveAtOnce } from '../../../../env/workloads/arrivals.js';
import type { ReadOptions } from '../../../../env/workloads/traces/read.js';
import { line, traceFiles } from './trace-files.js';

const { failure } = traceFiles();

const FORMATS =
  'azure-2023, azure-2024, burstgpt, mooncake, vidur, splitwise, agentic-sessions, llmservingsim, specdecode-bench, jsonl, csv';

const AZURE = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const azure = (...rows: string[]): string => `${[AZURE, ...rows].join('\n')}\n`;

describe('bad files say what is wrong, where', () => {
  const first = '2023-11-16 09:00:00.5000000,1,1';

  test.each([
    [
      'a missing cell',
      azure(first, '2023-11-16 09:00:01,5'),
      'trace, line 3: expected 3 cells, found 2 in "2023-11-16 09:00:01,5"',
    ],
    [
      'an empty cell',
      azure(first, '2023-11-16 09:00:01,,5'),
      'trace, line 3, column ContextTokens: expected a whole number in 1 … 2147483647, found nothing',
    ],
    [
      'a negative number',
      azure('2023-11-16 09:00:01,5,-1'),
      'trace, line 2, column GeneratedTokens: expected a whole number in 1 … 2147483647, found "-1"',
    ],
    [
      'zero tokens',
      azure('2023-11-16 09:00:01,5,0'),
      'trace, line 2, column GeneratedTokens: expected a whole number in 1 … 2147483647, found "0"',
    ],
    [
      'NaN',
      azure('2023-11-16 09:00:01,NaN,1'),
      'trace, line 2, column ContextTokens: expected a whole number in 1 … 2147483647, found "NaN"',
    ],
    [
      'a fraction',
      azure('2023-11-16 09:00:01,1.5,1'),
      'trace, line 2, column ContextTokens: expected a whole number in 1 … 2147483647, found "1.5"',
    ],
    [
      'too large a number',
      azure('2023-11-16 09:00:01,3000000000,1'),
      'trace, line 2, column ContextTokens: expected a whole number in 1 … 2147483647, found "3000000000"',
    ],
    [
      'no such day',
      azure('2023-02-29 09:00:01,5,1'),
      'trace, line 2, column TIMESTAMP: expected a time like 2024-05-10T00:00:00.123456+00:00, found "2023-02-29 09:00:01"',
    ],
    [
      'no such hour',
      azure('2023-02-28 24:00:01,5,1'),
      'trace, line 2, column TIMESTAMP: expected a time like 2024-05-10T00:00:00.123456+00:00, found "2023-02-28 24:00:01"',
    ],
    [
      'times out of order',
      azure(first, '2023-11-16 09:00:00,5,1'),
      'trace, line 3, column TIMESTAMP: expected a time not before that of line 2, found one 0.5 s before it',
    ],
    ['header only', `${AZURE}\n`, 'trace: has a header and no requests'],
    ['an empty file', '', `trace: is empty, expected a trace (${FORMATS})`],
    ['blank lines only', '\n \n', `trace: is empty, expected a trace (${FORMATS})`],
    [
      'prose',
      'once upon a time\n',
      `trace, line 1: expected the first line of a trace (${FORMATS}), found "once upon a time"`,
    ],
    [
      'a quotation',
      '"Once" upon a time\n',
      `trace, line 1: expected the first line of a trace (${FORMATS}), found "\\"Once\\" upon a time"`,
    ],
    [
      'a header with an open quote',
      'arrival,prompt_tokens,output_tokens,"note\n0,1,1,2\n',
      'trace, line 1: expected a closing quote, found "\\"note"',
    ],
    [
      'a JSON array',
      '[\n{"arrival": 0}]\n',
      `trace, line 1: expected the first line of a trace (${FORMATS}), found "["`,
    ],
    [
      'a header without a needed column',
      'arrival,prompt_tokens\n0,1\n',
      'trace, line 1: expected a header with a column for outputTokens (output_tokens; other names: option columns), found "arrival,prompt_tokens"',
    ],
    [
      'an open quote',
      'arrival,prompt_tokens,output_tokens\n0,"1,1\n2,1,1\n',
      'trace, line 2: expected a closing quote, found the end of the file',
    ],
    [
      'text behind a quote',
      'arrival,prompt_tokens,output_tokens\n"0"1,1,1\n',
      'trace, line 2: expected a comma behind a closing quote, found "\\"0\\"1"',
    ],
    [
      'broken JSON',
      `${line(0)}\n{"arrival": 1,\n`,
      'trace, line 2: expected a JSON object, found "{\\"arrival\\": 1,"',
    ],
    ['no object', `${line(0)}\n[1]\n`, 'trace, line 2: expected a JSON object, found [1]'],
    [
      'a missing field',
      `${line(0)}\n{"arrival": 1, "output_tokens": 2}\n`,
      'trace, line 2, column prompt_tokens: expected a whole number in 1 … 2147483647, found nothing',
    ],
    [
      'no time',
      '{"prompt_tokens": 1, "output_tokens": 2}\n',
      'trace, line 1, column arrival_us | arrival_ms | arrival: expected a number ≥ 0 (µs), found nothing',
    ],
    ['a negative time', line(-1), 'trace, line 1, column arrival: expected a number ≥ 0 (s), found -1'],
    [
      'a deadline before the arrival',
      line(5, { deadline: 4 }),
      'trace, line 1, column deadline: expected a time not before the arrival, found one 1 s before it',
    ],
    [
      'an abort before the arrival',
      line(5, { abort_ms: 4 }),
      'trace, line 1, column abort_ms: expected a time not before the arrival, found one 4.996 s before it',
    ],
    [
      'a key twice',
      `${line(0, { key: 5 })}\n${line(0, { key: 5 })}`,
      'trace, line 2, column key: expected a key of its own, found 5, which line 1 has',
    ],
    [
      'an unsafe key',
      line(0, { key: 2 ** 60 }),
      'trace, line 1, column key: expected a whole number, found 1152921504606847000',
    ],
    [
      'a probability above 1',
      line(0, { alpha: 1.2 }),
      'trace, line 1, column alpha: expected a number in 0 … 1, found 1.2',
    ],
    [
      'two kinds of acceptance',
      `${line(0, { alpha: 0.5 })}\n${line(1, { accepted: [1] })}`,
      'trace, line 2, column accepted: expected alpha alone (a file has one kind of acceptance), found accepted',
    ],
    [
      'two kinds of acceptance in a line',
      line(0, { alpha: 0.5, commits: [1] }),
      'trace, line 1, column commits: expected alpha alone (a file has one kind of acceptance), found commits',
    ],
    [
      'the number of another line as a key',
      `${line(0, { key: 2 })}\n${line(0)}`,
      'trace, line 2, column key: expected a key of its own, found 2, which line 1 has',
    ],
    [
      'segments that do not add up',
      line(0, { segments: [['a', 4]] }),
      'trace, line 1, column segments: expected 10 tokens in all, as many as the prompt, found 4',
    ],
    [
      'segments that are none',
      line(0, { segments: [['a', -4]] }),
      'trace, line 1, column segments: expected a list of [name, tokens] pairs, found [["a",-4]]',
    ],
    [
      'recorded lists that are none',
      '{"id": "a", "prompt_token_ids": [1], "acc_eagle": {"acc_len": [1, 0]}}',
      'trace, line 1, column acc_eagle.acc_len: expected a list of whole numbers in 1 … 255, found [1,0]',
      { arrivals: arriveAtOnce },
    ],
    [
      'a record without the proposer',
      '{"id": "a", "prompt_token_ids": [1], "acc_eagle": {"acc_len": [1]}}',
      'trace, line 1, column acc_ngram.acc_len: expected a list of whole numbers in 1 … 255, found nothing',
      { arrivals: arriveAtOnce, draft: 'ngram' },
    ],
    [
      'no arrivals anywhere',
      '{"id": "a", "prompt_token_ids": [1], "acc_eagle": {"acc_len": [1]}}',
      'trace: specdecode-bench has no arrival times; say when requests arrive (option arrivals: a Poisson rate, at once, …)',
    ],
    [
      'another format than the forced one',
      line(0),
      `trace, line 1: expected the header ${AZURE}, found "{\\"arrival\\":0,\\"prompt_tokens\\":10,\\"output_tokens\\":2}"`,
      { format: 'azure-2023' },
    ],
    [
      'a named column that is not there',
      'a,b,c\n1,1,1',
      'trace, line 1: expected a header with the column ts, found "a,b,c"',
      { columns: { arrival: 'ts' } },
    ],
    [
      'an empty window',
      `${line(0)}\n${line(1)}`,
      'trace: no request in the window, its requests span 1 s',
      { window: { from: 9 } },
    ],
    [
      'nothing but bad rows',
      azure('x,1,1', 'y,1,1'),
      'trace: all 2 rows are bad, the first: trace, line 2, column TIMESTAMP: expected a time like 2024-05-10T00:00:00.123456+00:00, found "x"',
      { skipBadRows: true },
    ],
  ] as [string, string, string, ReadOptions?][])('%s', async (_name, content, message, options) => {
    expect(await failure(content, options)).toBe(message);
  });
});
