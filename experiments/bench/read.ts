/** Reading recorded requests: every list of requests in the data folder, one after another, each made a workload. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import { readWindows } from '../../env/workloads/servegen/windows.js';
import { type ReadOptions, readTrace } from '../../env/workloads/traces/read.js';
import type { Bench, Figure } from './figure.js';
import { type Timing, timingOf } from './measure.js';

const TRACES: readonly (readonly [file: string, options?: ReadOptions])[] = [
  ['azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz'],
  [
    'length-lists/nanoflow_sharegpt.csv.gz',
    { columns: { promptTokens: 'ContextTokens', outputTokens: 'GeneratedTokens' }, arrivals: arriveAtOnce },
  ],
  ['length-lists/vidur_arxiv_summarization.csv.gz', { arrivals: arriveAtOnce }],
  ['mooncake-fast25/synthetic_trace.jsonl.gz'],
  ['agentic-coding-weka/requests.csv.gz'],
  ['llmservingsim-vllm-bench/workload__sharegpt-llama-3.1-8b-300-sps10.csv'],
  ['specdecode-bench/combined_sharegpt.jsonl.gz', { arrivals: arriveAtOnce }],
  ['specdecode-bench/combined_gsm8k.jsonl.gz', { arrivals: arriveAtOnce }],
];
const WINDOWS = ['servegen/language-m-large-trace.csv.gz', 'servegen/language-m-mid-trace.csv.gz'];
const REPEATS = 7;
const WARM = 2;

export const reading: Bench = {
  name: 'reading traces',
  async run(note) {
    const folder = process.env.SERVEGYM_DATA ?? '../shared/data';
    const missing = [...TRACES.map(([file]) => file), ...WINDOWS].filter((file) => !existsSync(join(folder, file)));
    if (missing.length > 0) {
      note(`skipped: no ${missing.join(', ')} in ${folder} (set SERVEGYM_DATA to the folder that has them)`);
      return [];
    }
    const requests = await timed(TRACES, async ([file, options]) => {
      const { report } = await readTrace(join(folder, file), options);
      return report.requests + report.failed;
    });
    const windows = await timed(WINDOWS, async (file) => (await readWindows(join(folder, file), 0, Infinity)).rows);
    const all = { median: requests.time.median + windows.time.median, min: requests.time.min + windows.time.min };
    return [
      { ...rate('all recorded requests read', requests.rows + windows.rows, all), target: { least: 0.3 } },
      rate('of these, requests into workloads', requests.rows, requests.time),
      rate('of these, ServeGen windows', windows.rows, windows.time),
    ];
  },
};

/** CPU time of reading all `files` in a row, and how many rows they have. */
async function timed<T>(
  files: readonly T[],
  read: (file: T) => Promise<number>,
): Promise<{ rows: number; time: Timing }> {
  const micros: number[] = [];
  let rows = 0;
  for (let round = -WARM; round < REPEATS; round++) {
    rows = 0;
    const before = process.cpuUsage();
    for (const file of files) rows += await read(file);
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) micros.push(user + system);
  }
  return { rows, time: timingOf(micros) };
}

const rate = (name: string, rows: number, { median, min }: Pick<Timing, 'median' | 'min'>): Figure => ({
  name,
  value: rows / median,
  best: rows / min,
  unit: 'M rows/s',
  detail: `${rows.toLocaleString('en')} rows in ${(median / 1e6).toFixed(2)} s of CPU time, unpacked and checked`,
});
