/** `servegym simulate`: one request list in, each request's times out. */
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { act, createEngine, toTurn } from '../../env/serving/engine.js';
import { createMetrics, type Summary } from '../../env/serving/metrics.js';
import { createChromeTrace } from '../../env/serving/recorders/chrome-trace.js';
import {
  createRequestTable,
  type RequestRow,
  requestTableCsv,
  requestTableJsonl,
} from '../../env/serving/recorders/request-table.js';
import type { Rules } from '../../env/serving/rules.js';
import { fromSeconds, toMillis, toSeconds } from '../../env/time.js';
import { splits } from '../../env/workloads/families/family.js';
import { listColumns } from '../../env/workloads/traces/fields.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { mapping } from '../cli/options.js';
import { figure, textTable } from '../report/table.js';
import { packageVersion } from '../results.js';
import { openRun } from '../run-inputs.js';
import { tooLong, tooLongText } from '../too-long.js';

const settings = withSeed({
  setting: z
    .string()
    .min(1)
    .optional()
    .describe('<name> requests, engine, cost and load of a named setting (servegym list settings)'),
  split: z
    .enum(splits)
    .optional()
    .describe(`<name> of the setting: ${splits.join(', ')} [test]`),
  load: z.number().positive().optional().describe("<share> of the setting's capacity that arrives [the setting's]"),
  requests: z
    .string()
    .min(1)
    .optional()
    .describe(
      '<file> request list: JSONL, CSV, or a trace format (servegym list formats); plain or .gz [of the setting]',
    ),
  format: z.string().min(1).optional().describe('<name> its format [detected]'),
  columns: mapping().optional().describe('<ours=theirs,…> its columns, e.g. promptTokens=input_length'),
  skipBadRows: z.boolean().default(false).describe('skip bad rows and count them'),
  engine: z.string().min(1).optional().describe('<preset|file> engine rules [vllm-v1, or of the setting]'),
  cost: z
    .string()
    .min(1)
    .optional()
    .describe('<MODEL@GPU|file> what an iteration costs [llama-3-8b@a100, or of the setting]'),
  scheduler: z.string().min(1).default('fcfs').describe('<spec> scheduler (servegym list schedulers)'),
  belief: z.string().min(1).default('declared').describe('<spec> predictor of output length (servegym list beliefs)'),
  horizon: z.number().positive().optional().describe('<seconds> end here [when everyone has left]'),
  out: z.string().min(1).describe('<file> times of each request; .csv, else JSONL'),
  traceOut: z.string().min(1).optional().describe('<file> the run as a Chrome trace, for ui.perfetto.dev'),
});
type Settings = z.output<typeof settings>;

const columnNames = listColumns.map(({ names }) => names.join(' | '));
const widest = Math.max(...columnNames.map(({ length }) => length));
const columnsHelp = listColumns.map(({ doc }, k) => `  ${columnNames[k].padEnd(widest)}  ${doc}`).join('\n');

export const simulate: CommandSpec<typeof settings> = {
  name: 'simulate',
  summary: "serve one request list: each request's times out",
  details: `Files, all by example in experiments/examples/:
  requests.jsonl  {"id": "a", "arrival": 0, "prompt_tokens": 100, "output_tokens": 3, "max_tokens": 16}   arrival in seconds (arrival_ms, arrival_us)
  service.jsonl   the same with priority, tenant, service class, deadline, clients that give up, rounds, drafts, shared prompts
  engine.yaml     preset: vllm-v1, and any rules that differ: maxBatch, tokenBudget, blocks, …
  cost.yaml       base, perSequence, perPrefillToken, perDecodeToken, perContextToken in µs; or constant: µs; or gpu: and model:
A cost from cards also sets pool and limits of the GPU, unless the engine file does.

Columns of a request list, JSONL or CSV [when left out]:
${columnsHelp}`,
  examples: [
    [
      'servegym simulate --requests experiments/examples/requests.jsonl --engine experiments/examples/engine.yaml --cost experiments/examples/cost.yaml --out times.csv',
      'everything from plain files',
    ],
    [
      'servegym simulate --requests trace.csv.gz --cost llama-3-8b@h100 --scheduler srpt --belief oracle --out times.jsonl --trace-out run.json',
      'a trace on a GPU card, with a picture for Perfetto',
    ],
    [
      'servegym simulate --requests experiments/examples/service.jsonl --scheduler class-priority --out times.csv',
      'classes, deadlines, rounds of a conversation',
    ],
    [
      'servegym simulate --setting two-classes --scheduler srpt --belief oracle --out times.jsonl',
      'an episode of a named setting',
    ],
  ],
  settings,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { workload, skipped, rules, cost, slo } = await openRun(given);
  if (skipped.count > 0) talk.note(`${skipped.count} bad rows skipped, the first: ${skipped.examples[0]}`);
  const table = createRequestTable();
  const metrics = createMetrics({ slo });
  const chrome = given.traceOut === undefined ? null : createChromeTrace();
  const engine = createEngine({
    workload,
    cost,
    rules,
    scheduler: resolveScheduler(given.scheduler).make,
    predictor: resolvePredictor(given.belief).make,
    seed: given.seed,
    promises: slo,
    ...(given.horizon !== undefined && { horizon: fromSeconds(given.horizon) }),
    recorders: [table, metrics, ...(chrome ? [chrome] : [])],
  });
  for (let turn = 1; toTurn(engine); turn++) {
    act(engine);
    if (turn % TURNS_BETWEEN_LOOKS === 0) await look(talk);
  }
  const rows = table.rows();
  const files = [given.out];
  writeAtomic(given.out, given.out.endsWith('.csv') ? requestTableCsv(rows) : requestTableJsonl(rows));
  if (chrome && given.traceOut !== undefined) {
    writeAtomic(given.traceOut, chrome.json());
    files.push(given.traceOut);
  }
  const summary = metrics.summary();
  const result = {
    command: 'simulate',
    version: packageVersion(),
    settings: given,
    outcome: engine.outcome,
    skippedRows: skipped.count,
    files,
    summary,
  };
  const written = files.map((file) => `  ${file}\n`).join('');
  const text = `${describe(summary, slo.length > 0)}${describeRejected(rows, rules)}\nWritten:\n${written}`;
  return { code: Exit.ok, result, text };
}

/** Turns between two looks whether Ctrl-C was pressed. */
const TURNS_BETWEEN_LOOKS = 5000;

async function look({ signal }: Talk): Promise<void> {
  await new Promise(setImmediate);
  if (signal.aborted) throw new Interrupted('nothing was written');
}

/** How many were too long, and the first of them. */
function describeRejected(rows: readonly RequestRow[], rules: Rules): string {
  const rejected = rows.filter(({ reason }) => reason !== null);
  if (rejected.length === 0) return '';
  const { name, key, prompt_tokens, declared_tokens } = rejected[0];
  const found = tooLong(rules, name || `request ${key}`, prompt_tokens, declared_tokens);
  return found ? `\n${rejected.length} rejected${rejected.length > 1 ? ', e.g.' : ':'} ${tooLongText(found)}\n` : '';
}

function describe(s: Summary, promised: boolean): string {
  const { finished, arrived, aborted, rejected, unfinished } = s.requests;
  const rest = [
    [aborted, 'aborted'],
    [rejected, 'rejected'],
    [unfinished, 'unfinished'],
  ]
    .filter(([n]) => n !== 0)
    .map(([n, what]) => `, ${n} ${what}`);
  const spreads = [
    ['TTFT, s', s.ttft, toSeconds],
    ['TPOT, ms', s.tpot, toMillis],
    ['JCT, s', s.jct, toSeconds],
    ['slowdown', s.slowdown, (x: number) => x],
  ] as const;
  const rows = spreads.map(([name, spread, unit]) => [
    name,
    ...[spread.mean, spread.p50, spread.p90, spread.p99, spread.max].map((value) => figure(unit(value))),
  ]);
  const columns = [
    { title: '', align: 'left' as const },
    ...['mean', 'p50', 'p90', 'p99', 'max'].map((title) => ({ title })),
  ];
  return (
    `${finished} of ${arrived} requests finished${rest.join('')} in ${figure(toSeconds(s.span))} s; ` +
    `${s.evictions} evictions, ${s.pauses} pauses, mean batch ${figure(s.batchSize.mean)}\n` +
    `${promised ? `promises kept: ${figure(100 * s.sloAttainment)} %, ${figure(s.goodput)} requests/s\n` : ''}\n${textTable({ columns, rows })}`
  );
}
