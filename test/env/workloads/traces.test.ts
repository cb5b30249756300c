import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arriveAtOnce, poissonArrivals } from '../../../env/workloads/arrivals.js';
import { type ReadOptions, readTrace } from '../../../env/workloads/traces/read.js';
import { UNDECLARED } from '../../../env/workloads/workload.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'servegym-traces-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function made(content: string | Uint8Array, name = 'trace'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const AZURE = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const azure = (...rows: string[]): string => `${[AZURE, ...rows].join('\n')}\n`;
const line = (arrival: number, more: object = {}): string =>
  JSON.stringify({ arrival, prompt_tokens: 10, output_tokens: 2, ...more });

/** What reading `content` says when it fails, without the folder. */
async function failure(content: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
  const read = await readTrace(made(content), options).catch((error: Error) => error);
  if (!(read instanceof Error)) throw new Error(`${read.report.requests} requests were read without complaint`);
  return read.message.replace(`${folder}/`, '');
}

describe('formats', () => {
  test('azure-2023: times to the microsecond, the seventh digit rounds, the first is 0', async () => {
    const { workload, report } = await readTrace(fixture('azure-2023.csv'));
    expect(report).toMatchObject({ format: 'azure-2023', requests: 4, lines: 5, span: 60, unusedColumns: [] });
    expect([...workload.arrival]).toEqual([0, 1_000_000, 1_000_001, 60_000_000]);
    expect([...workload.promptTokens]).toEqual([100, 200, 300, 400]);
    expect([...workload.outputTokens]).toEqual([10, 20, 30, 40]);
    expect([...workload.key]).toEqual([2, 3, 4, 5]);
    expect([...workload.declared]).toEqual([UNDECLARED, UNDECLARED, UNDECLARED, UNDECLARED]);
    expect(workload.name).toBe('azure-2023.csv');
  });

  test('azure-2024: zones, and fractions left out', async () => {
    const { workload, report } = await readTrace(fixture('azure-2024.csv'));
    expect(report.format).toBe('azure-2024');
    expect([...workload.arrival]).toEqual([0, 500_000, 500_001, 1_500_000]);
  });

  test.each([
    ['eagle', [6, 3], [2, 1, 0, 1, 0, 0]],
    ['ngram', [5, 3], [0, 0, 3, 2, 0, 0]],
  ] as const)('specdecode-bench: %s gives lengths and acceptance', async (draft, outputs, accepted) => {
    const options = { draft, arrivals: arriveAtOnce };
    const { workload, report } = await readTrace(fixture('specdecode-bench.jsonl'), options);
    expect(report.format).toBe('specdecode-bench');
    expect([...workload.promptTokens]).toEqual([3, 2]);
    expect([...workload.outputTokens]).toEqual(outputs);
    expect(workload.ids).toEqual(['a', 'b']);
    expect(accepted.map((_, i) => workload.acceptance.accepted(0, i, 0, 9))).toEqual(accepted);
    expect(workload.acceptance.accepted(0, 0, 0, 1)).toBe(Math.min(1, accepted[0]));
  });

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

  test('gzip, CR LF, byte order mark, blank lines and a missing last line end change nothing', async () => {
    const plain = `${line(0)}\n${line(1)}\n${line(2)}\n`;
    const { workload: expected } = await readTrace(made(plain));
    for (const other of [
      gzipSync(plain),
      Buffer.concat([gzipSync(plain.slice(0, 30)), gzipSync(plain.slice(30))]),
      plain.replaceAll('\n', '\r\n'),
      `\ufeff${plain}`,
      `${plain}\n\n`,
      plain.trimEnd(),
    ]) {
      expect({ ...(await readTrace(made(other))).workload }).toEqual({ ...expected });
    }
  });

  test('a file of many chunks, with text that chunks cut anywhere', async () => {
    const rows = Array.from({ length: 20_000 }, (_, k) => line(k, { id: `Anfrage für ${k} — ü` }));
    let seen = 0;
    const progress = (bytes: number, total: number): void => {
      expect(bytes).toBeLessThanOrEqual(total);
      seen = bytes / total;
    };
    const { workload } = await readTrace(made(rows.join('\n')), { progress });
    expect(workload.count).toBe(20_000);
    expect(workload.ids.every((id, k) => id === `Anfrage für ${k} — ü`)).toBe(true);
    expect(seen).toBe(1);
  });
});

describe('options', () => {
  const five = [0, 1, 2, 3, 4].map((t) => line(t, { deadline: t + 10 })).join('\n');

  test('a window keeps keys and begins at 0; the rest is not even read', async () => {
    const { workload, report } = await readTrace(made(`${five}\nrubbish`), { window: { from: 1, to: 3 } });
    expect([...workload.arrival]).toEqual([0, 1_000_000]);
    expect([...workload.deadline]).toEqual([10_000_000, 11_000_000]);
    expect([...workload.key]).toEqual([2, 3]);
    expect(report.outside).toBe(1);
  });

  test('rate, limit and clip', async () => {
    const { workload } = await readTrace(made(`${five}\nrubbish`), { rate: 4, limit: 3 });
    expect([...workload.arrival]).toEqual([0, 250_000, 500_000]);
    expect([...workload.deadline]).toEqual([10_000_000, 10_250_000, 10_500_000]);
    const cut = await readTrace(fixture('requests.jsonl'), { clip: { prompt: 550, output: 4 } });
    expect([...cut.workload.promptTokens]).toEqual([550, 550, 9]);
    expect([...cut.workload.outputTokens]).toEqual([4, 4, 3]);
    expect([...(cut.workload.content?.tokens ?? [])]).toEqual([512, 38, 512, 38, 9]);
    expect(cut.report.clipped).toEqual({ prompts: 2, outputs: 2 });
  });

  test('arrivals of a process stand in for those of a file', async () => {
    const process = poissonArrivals(2);
    const options = { arrivals: process, seed: 'x' };
    const { workload } = await readTrace(fixture('specdecode-bench.jsonl'), options);
    expect(workload.arrival[0]).toBeGreaterThan(0);
    expect(workload.arrival[1]).toBeGreaterThan(workload.arrival[0]);
    const without = made('{"prompt_tokens": 5, "output_tokens": 1, "deadline": 3}');
    const given = (await readTrace(without, options)).workload;
    expect(given.deadline[0] - given.arrival[0]).toBe(3_000_000);
  });

  test('bad rows are skipped on request, counted and shown', async () => {
    const rows = [
      line(0),
      'rubbish',
      line(1, { prompt_tokens: -3 }),
      line(1),
      line(0.5),
      line(2, { slo: 300 }),
      line(3),
    ];
    const { workload, report } = await readTrace(made(rows.join('\n')), { skipBadRows: true });
    expect([...workload.arrival]).toEqual([0, 1_000_000, 3_000_000]);
    expect([...workload.key]).toEqual([1, 4, 7]);
    expect(report.skipped.count).toBe(4);
    expect(report.skipped.examples).toHaveLength(3);
    expect(report.skipped.examples[1]).toMatch(
      /line 3, column prompt_tokens: expected a whole number in 1 … 2147483647, found -3$/,
    );
  });

  test.each([
    [{ rate: 0 }, 'option rate is 0, expected a number > 0'],
    [{ limit: 1.5 }, 'option limit is 1.5, expected a whole number ≥ 1'],
    [{ clip: { prompt: 0 } }, 'option clip.prompt is 0, expected a whole number ≥ 1'],
    [{ window: { from: 5, to: 5 } }, 'option window.to is 5, expected seconds > window.from'],
    [{ window: { from: -1 } }, 'option window.from is -1, expected seconds ≥ 0'],
    [
      { format: 'azure' as 'csv' },
      'option format is azure, expected azure-2023, azure-2024, specdecode-bench, jsonl, csv',
    ],
    [{ draft: 'medusa' as 'eagle' }, 'option draft is medusa, expected eagle, ngram'],
    [{ unit: 'min' as 's' }, 'option unit is min, expected s, ms, us, iso'],
  ])('option %j is refused', async (options, message) => {
    await expect(readTrace(made(five), options)).rejects.toThrow(message);
  });
});

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
    ['an empty file', '', 'trace: is empty, expected a trace (azure-2023, azure-2024, specdecode-bench, jsonl, csv)'],
    [
      'blank lines only',
      '\n \n',
      'trace: is empty, expected a trace (azure-2023, azure-2024, specdecode-bench, jsonl, csv)',
    ],
    [
      'prose',
      'once upon a time\n',
      'trace, line 1: expected the first line of a trace (azure-2023, azure-2024, specdecode-bench, jsonl, csv), found "once upon a time"',
    ],
    [
      'a JSON array',
      '[\n{"arrival": 0}]\n',
      'trace, line 1: expected the first line of a trace (azure-2023, azure-2024, specdecode-bench, jsonl, csv), found "["',
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
      'trace, line 2, column accepted: expected alpha as in the lines before, found accepted',
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
    expect((await failure(content, options)).replaceAll(`${folder}/`, '')).toBe(message);
  });

  test('truncated and damaged gzip, even if bad rows are skipped', async () => {
    const packed = gzipSync(Array.from({ length: 2000 }, (_, k) => line(k, { id: `${Math.sin(k)}` })).join('\n'));
    const cut = packed.subarray(0, packed.length >> 1);
    expect(await failure(cut, { skipBadRows: true })).toBe('trace: the gzip data end too early, the file is cut off');
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 2000, 2100);
    expect(await failure(damaged)).toMatch(/^trace: the gzip data are damaged \(.+\)$/);
  });

  test('binary data, in the first line or later', async () => {
    const says = (n: number): string => `trace, line ${n}: expected UTF-8 text (plain or gzip), found binary data`;
    expect(await failure(Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 0, 1]))).toBe(says(1));
    const latin = Buffer.concat([Buffer.from(`${line(0)}\n${line(1)}\n`), Buffer.from([0x22, 0xfc, 0x22, 0x0a])]);
    expect(await failure(latin)).toBe(says(3));
    expect(await failure(Buffer.from(`${line(0)}\n`, 'utf16le'))).toBe(says(1));
  });

  test('a line without end', async () => {
    const file = Buffer.concat([Buffer.from(`${line(0)}\n`), Buffer.alloc(17 * 2 ** 20, 0x20)]);
    expect(await failure(file)).toBe('trace, line 2: expected lines up to 16 MiB, found a longer one');
  });

  test('no file, a folder', async () => {
    await expect(readTrace(join(folder, 'none'))).rejects.toThrow(/none: no such file$/);
    await expect(readTrace(folder)).rejects.toThrow(/: is a folder, expected a file$/);
  });
});
