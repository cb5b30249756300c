/** `servegym workload inspect FILE`: what a request list is like, in figures and pictures. */
import { basename } from 'node:path';
import { z } from 'zod';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import type { ReadOptions } from '../../env/workloads/traces/reader.js';
import { type RowReport, readRows } from '../../env/workloads/traces/stream.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { createInspection, type Inspection, type WorkloadStatistics } from '../inspect/inspection.js';
import { workloadText } from '../report/workload-text.js';
import { packageVersion } from '../results.js';
import { readOptionsOf, traceShape } from '../trace-options.js';

/** Tokens of a block of engines, where the trace has no blocks of its own. */
const BLOCK_TOKENS = 16;

const settings = withSeed({
  file: z.string().min(1).describe('<file> a trace or request list; plain or .gz (servegym list formats)'),
  ...traceShape,
  blockTokens: z.int().min(1).optional().describe("<n> tokens of a prefix-cache block [the trace's own, else 16]"),
  out: z.string().min(1).optional().describe('<dir> folder for pictures, SVG and PNG [none]'),
});
type Settings = z.output<typeof settings>;

export const workloadInspect: CommandSpec<typeof settings> = {
  name: 'inspect',
  summary: 'what a request list is like: rate, lengths, burstiness, prefix reuse, sessions, classes',
  details: `One pass in constant memory, so a file may be larger than memory. Exact, except quantiles of more than 4,096 different
values (within .4 %).
  CV of gaps              standard deviation / mean of the times between arrivals; Poisson: 1
  variance/mean of counts of arrivals in windows of 1 to 300 s; Poisson: 1 at every window
  prefixes                what a prefix cache that forgets nothing would find, where the file says what prompts are made of:
                          JSONL segments, Mooncake hash ids, agentic sessions
Windows that are not over count for nothing, and a window length with fewer than five of them is not shown. Nothing here is random: --seed changes nothing.`,
  examples: [
    [
      'servegym workload inspect AzureLLMInferenceTrace_conv.csv.gz --out pictures',
      'figures, and pictures in a folder',
    ],
    ['servegym workload inspect mooncake_trace.jsonl --json', 'the same as data'],
    [
      'servegym workload inspect mine.csv --columns promptTokens=in,outputTokens=out,arrival=ts --unit ms',
      "other people's columns",
    ],
  ],
  argument: 'file',
  settings,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { inspection, report } = await inspectFile(given.file, readOptionsOf(given), given.blockTokens, talk);
  if (report.bad.count > 0) talk.note(`${report.bad.count} bad rows skipped, the first: ${report.bad.examples[0]}`);
  if (report.unusedColumns.length > 0) talk.note(`columns not used: ${report.unusedColumns.join(', ')}`);
  const statistics = inspection.statistics();
  if (statistics.requests === 0) throw new Error(`${given.file}: no request in the window`);
  const title = `${basename(given.file)} (${report.format}), ${statistics.requests.toLocaleString('en-US')} requests`;
  let files: string[] = [];
  if (given.out !== undefined) {
    talk.note('drawing …');
    const { drawWorkload } = await import('../report/workload-pictures.js'); // slow to load, so only when wanted
    files = await drawWorkload(given.out, title, statistics, inspection.curves());
  }
  const { format, lines, outside, failed, clipped, unusedColumns } = report;
  const result = {
    command: 'workload inspect',
    version: packageVersion(),
    settings: given,
    file: {
      format,
      lines,
      outside,
      failed,
      clipped,
      unusedColumns,
      bad: { count: report.bad.count, examples: report.bad.examples },
    },
    statistics,
    files,
  };
  const rest = [
    [report.bad.count, 'bad'],
    [failed, 'failed'],
    [outside, 'outside the window'],
    [timelessIn(statistics), 'without a time'],
  ]
    .filter(([n]) => n !== 0)
    .map(([n, what]) => `, ${n} ${what}`)
    .join('');
  const written = files.length > 0 ? `Written:\n${files.map((file) => `  ${file}\n`).join('')}` : '';
  const times = (statistics.arrivals?.span ?? 0) > 0 ? '' : ' --arrivals poisson';
  const next = `Try next:\n  npx servegym compare --trace ${given.file}${times}\n      schedulers on these requests\n`;
  return { code: Exit.ok, result, text: `${title}${rest}\n\n${workloadText(statistics)}\n${written}${next}` };
}

/** Requests that lack a time where others have one. */
function timelessIn({ requests, arrivals, sessions }: WorkloadStatistics): number {
  return arrivals ? requests - arrivals.count - (sessions ? sessions.followers + sessions.unplaced : 0) : 0;
}

/** Reads all rows. @param blockTokens of the prefix cache [the trace's own, else 16] */
async function inspectFile(
  file: string,
  options: ReadOptions,
  blockTokens: number | undefined,
  talk: Talk,
): Promise<{ inspection: Inspection; report: RowReport }> {
  const progress = talk.progress(`% of ${basename(file)} read`, 100);
  let found: { inspection: Inspection; report: RowReport } | undefined;
  try {
    const shown = (bytes: number, total: number): void => progress.at(Math.floor((100 * bytes) / Math.max(1, total)));
    // Times are not needed here: a list of lengths has none.
    for await (const { rows, lines, report } of readRows(file, {
      ...options,
      arrivals: arriveAtOnce,
      progress: shown,
    })) {
      if (talk.signal.aborted) throw new Interrupted('nothing was written');
      found ??= {
        inspection: createInspection(blockTokens ?? report.blockTokens ?? BLOCK_TOKENS, options.window !== undefined),
        report,
      };
      for (let k = 0; k < rows.length; k++) found.inspection.add(rows[k], lines[k]);
    }
  } finally {
    progress.end();
  }
  if (!found) throw new Error(`${file}: has no requests`);
  return found;
}
