/** `servegym capacity`: what load 1 is; with --slo the highest rate at which each scheduler meets an objective. */
import { z } from 'zod';
import type { Saturation } from '../capacity.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list } from '../cli/options.js';
import { measureLoad } from '../load.js';
import { figure, textTable } from '../report/table.js';
import { packageVersion } from '../results.js';
import { completeSetting, hardwareOf, settingDefaults, settingShape } from '../setting.js';
import { sloCapacity } from '../slo/capacity.js';
import { openWorld } from '../world.js';

const settings = withSeed({
  ...settingShape,
  slo: z
    .string()
    .min(1)
    .optional()
    .describe(
      '<limits> seconds: ttft=2,tpot=0.06 (each request), tbt=0.1@p99,delay=2@p50, attainment=0.9, own; all that follows needs it',
    ),
  schedulers: list(z.string())
    .default(['fcfs', 'sjf', 'srpt'])
    .describe('<specs> names, combinators or formulas (servegym list); fcfs always takes part'),
  beliefs: list(z.string()).default(['oracle']).describe('<specs> predictors of output length'),
  seeds: z.int().min(1).max(1000).default(5).describe('<n> paired seeds; everybody meets the same luck at every rate'),
  grain: z.number().min(0.001).max(0.5).default(0.025).describe('<share> by which neighbouring rates differ'),
  probes: z.int().min(4).max(200).default(20).describe('<n> most rates that a search tries'),
  pictures: z.boolean().default(true).describe('draw no picture, and probe no rates for it'),
});

/** Requests of a run with an objective: its end must not decide. */
const LONG_RUN = 2000;

export const capacity: CommandSpec<typeof settings> = {
  name: 'capacity',
  summary:
    'measure what load 1 is: requests/s, slots, what limits, the best γ; with --slo the highest rate that meets it',
  details:
    'All requests are there at time 0 and are served first come, first served; measured until nobody waits any more.\n' +
    'limited by: what stands in the way of the next request for most of that time: sequences (a seat), tokens (the budget of an iteration), memory (KV blocks).\n\n' +
    'With --slo: each scheduler and seed by bisection over rates a grain apart, neighbours checked. Limits are seconds:\n' +
    '  ttft=2,tpot=0.06         share of requests that keep all of them ≥ attainment (goodput); ttft, tpot, jct\n' +
    '  tbt=0.1@p99,delay=2@p50  quantiles of all tokens or requests; also ttft, tpot, jct; mean, p50, p90, p95, p99, max\n' +
    '  own                      what the classes of a named setting are promised\n' +
    'Sarathi-Serve: delay=2@p50,tbt=0.1@p99; MLPerf: ttft=2@p99,tpot=0.2@p99; DistServe: ttft=0.25,tpot=0.1,attainment=0.9.\n' +
    `A run is ${LONG_RUN} requests unless --requests says otherwise; near and above load 1 a longer one finds a lower rate.`,
  examples: [
    ['servegym capacity', 'the embedded chat workload, all draft lengths'],
    ['servegym capacity --trace conv.csv.gz --gpu h100 --model llama-3-8b', 'a real trace on another GPU'],
    [
      'servegym capacity --engine vllm-v1,vllm-v1-async --gamma 3 --json',
      'two engines at one draft length, for a script',
    ],
    [
      'servegym capacity --slo ttft=2,tpot=0.06 --schedulers fcfs,srpt,las --beliefs oracle,noisy',
      'goodput: the highest rate at which 90 % of the requests keep both',
    ],
    [
      'servegym capacity --slo delay=2@p50,tbt=0.1@p99 --rules tokenBudget=512 --arrivals poisson --schedulers fcfs',
      "Sarathi-Serve's capacity, at one token budget",
    ],
  ],
  settings,
  defaults: settingDefaults,
  grid: true,
  complete(given) {
    const embedded = given.trace === undefined && given.setting === undefined;
    return completeSetting(
      given.slo !== undefined && embedded ? { ...given, requests: given.requests ?? LONG_RUN } : given,
    );
  },
  async run(given: z.output<typeof settings>, talk) {
    const { slo } = given;
    if (slo !== undefined) return sloCapacity({ ...given, slo }, talk);
    if (talk.run.out !== undefined) throw new Error('--out: without --slo nothing is written');
    const world = await openWorld(given, 1);
    const hardware = hardwareOf(given);
    const engines = [];
    for (const engine of given.engine) {
      talk.note(`measuring ${engine} …`);
      engines.push({ engine, ...(await measureLoad(given, world, hardware, engine, talk.signal)) });
    }
    const best = engines.map(
      ({ engine, gamma, capacity: c }) =>
        `${engine}: load 1 = ${c.requestsPerSecond.toFixed(2)} requests/s at γ ${gamma}, limited by ${c.limit}`,
    );
    const rows = engines.flatMap(({ engine, tried }) => tried.map((saturation) => cells(engine, saturation)));
    const text = `${world.name}, ${hardware.cost.name}\n${world.origin.join('\n')}\n\n${textTable({ columns: COLUMNS, rows })}\n${best.join('\n')}\n`;
    const result = { command: 'capacity', version: packageVersion(), settings: given, engines };
    return { code: Exit.ok, result, text };
  },
};

const COLUMNS = [
  { title: 'engine', align: 'left' },
  { title: 'γ' },
  { title: 'requests/s' },
  { title: 'prompt tokens/s' },
  { title: 'output tokens/s' },
  { title: 'slots' },
  { title: 'limited by' },
] as const;

const cells = (engine: string, s: Saturation): string[] => [
  engine,
  String(s.gamma),
  figure(s.requestsPerSecond),
  figure(s.promptTokensPerSecond),
  figure(s.outputTokensPerSecond),
  figure(s.slots),
  s.limit === 'nothing' ? 'nothing' : `${s.limit} ${(100 * s.limits[s.limit]).toFixed(0)} %`,
];
