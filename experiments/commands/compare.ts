/** `servegym compare`: schedulers × beliefs on paired seeds, with intervals, a table and pictures. */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../env/files.js';
import { decisionMicros, rowsOf } from '../analysis.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { list, numbers, printOptions } from '../cli/options.js';
import { measureLoad } from '../load.js';
import { contestantsOf } from '../paired.js';
import { beliefRows, beliefsMarkdown, beliefsText } from '../report/beliefs.js';
import { comparisonMarkdown, comparisonText } from '../report/comparison.js';
import { hashOf, machine, packageVersion } from '../results.js';
import { runGrid } from '../run-grid.js';
import { scoreOf, standardsOf } from '../score.js';
import { completeSetting, hardwareOf, promisesOf, settingDefaults, settingShape, statedCapacity } from '../setting.js';
import { checkEngines, describeTuned, withRungs } from '../tune/contestants.js';
import { openWorld } from '../world.js';
import { measureYardsticks } from '../yardsticks.js';

const SCHEDULERS = ['fcfs', 'sjf', 'srpt', 'laps-sd', 'expr: remaining * known'];
/**
 * The best heuristic with every knob of the setting that the embedded workload resembles, and what has learned on top of that. They bring
 * rules and draft length of their own, so they take part unasked only where nobody has said what the world is.
 */
const AT_HOME = ['tuned:chat-long/volume', 'policy:serve-v0'];
const WORLD = Object.keys(settingShape).filter((key) => key !== 'requests');

const settings = withSeed({
  ...settingShape,
  engine: list(z.string())
    .default(['vllm-v1', 'vllm-v1+rank'])
    .describe('<names> presets, or files with a preset and changed rules'),
  schedulers: list(z.string())
    .default(SCHEDULERS)
    .describe(
      `<specs> names, combinators, formulas (servegym list), tuned:NAME, policy:DIR; fcfs always takes part; where no flag changes requests, engine or hardware ${AT_HOME.join(', ')} do, too`,
    ),
  beliefs: list(z.string()).default(['learned', 'oracle']).describe('<specs> predictors of output length'),
  load: numbers(z.number().positive())
    .default([0.6, 0.8, 0.95, 1.1])
    .describe('<list|from:to:step> arrival rates as shares of measured capacity'),
  seeds: z.int().min(1).max(10_000).default(10).describe('<n> paired seeds; everybody meets the same luck'),
  rungs: z
    .boolean()
    .default(false)
    .describe('add what was tuned for the setting: published defaults, inside the preset, every knob'),
  reference: z
    .boolean()
    .default(false)
    .describe(
      'run the clairvoyant reference too: scores between FCFS (0) and it (1); about 20 more runs a seed, and 10 for each set of tuned knobs',
    ),
  bound: z.boolean().default(true).describe('prove no lower bound'),
  pictures: z.boolean().default(true).describe('draw no pictures'),
});
type Settings = z.output<typeof settings>;

export const compare: CommandSpec<typeof settings> = {
  name: 'compare',
  summary: 'compare schedulers × beliefs on paired seeds: table, intervals, pictures',
  details:
    'Load 1 is the measured capacity of the first engine: FCFS, everything at time 0, the best fixed draft length.\n' +
    'Every scheduler meets the same requests, arrivals and acceptance of drafts; differences are paired by seed, intervals are 95 % bootstrap.\n' +
    'A trace has no seeds: it is cut into as many contiguous windows. With --arrivals KIND each seed draws its requests with replacement instead.',
  examples: [
    ['servegym compare', 'the embedded chat workload at a setting where order matters'],
    [
      'servegym compare --setting two-classes',
      'a named setting (servegym list settings): its requests, engine and load',
    ],
    [
      'servegym compare --trace conv.csv.gz --engine vllm-v1 --schedulers fcfs,sjf,srpt --beliefs oracle,declared --load 0.6:1.1:0.1',
      'a real trace',
    ],
    [
      'servegym compare --trace sharegpt.jsonl.gz --arrivals on-off --draft eagle --gamma 3',
      'recorded acceptance (SpecDecode-Bench)',
    ],
    [
      "servegym compare --schedulers 'srpt,hysteresis(srpt):gap=64,expr: remaining * known' --load 0.95",
      'combinators, and a formula of your own',
    ],
    ['servegym compare --setting chat-long --rungs', 'published defaults, tuned inside the preset, every knob tuned'],
    ['servegym compare --load 0.95 --reference', 'scores: FCFS is 0, the best of a clairvoyant portfolio 1'],
    ['servegym compare --print-config > mine.yaml; servegym compare --config mine.yaml', 'settings as a file'],
  ],
  settings,
  grid: true,
  defaults: (given) =>
    WORLD.every((key) => given[key] === undefined)
      ? { schedulers: [...SCHEDULERS, ...AT_HOME] }
      : settingDefaults(given),
  complete: completeSetting,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { engine, seeds } = given;
  const schedulers = given.rungs ? withRungs(given.schedulers, given.setting) : given.schedulers;
  const contestants = contestantsOf(schedulers, given.beliefs, given.setting);
  checkEngines(contestants, given);
  const world = await openWorld(given, seeds);
  const hardware = hardwareOf(given);
  for (const name of engine) hardware.rules(name, 0);
  talk.note(`measuring capacity of ${engine[0]} …`);
  const { capacity, gamma } = await measureLoad(given, world, hardware, engine[0], talk.signal);
  const loadOne = statedCapacity(given) ?? capacity.requestsPerSecond;
  const loads = given.load.map((load) => ({ load, rate: load * loadOne }));
  const hash = hashOf(given);
  const folder = talk.run.out ?? join('results', `compare-${hash}`);
  const grid = { setting: given, loads, seeds, gamma };
  const measured =
    given.bound || given.reference
      ? await measureYardsticks(
          { ...grid, contestants, bound: given.bound, reference: given.reference },
          folder,
          hash,
          talk,
        )
      : null;
  const episodes = await runGrid({ ...grid, contestants, done: [] }, folder, hash, talk);
  measured?.finish();

  const { yardsticks } = measured ?? { yardsticks: [] };
  const rows = rowsOf(episodes, promisesOf(given).length > 0);
  const standards = standardsOf(yardsticks, episodes);
  const scores = rows.map((row) => scoreOf(row, { standards, yardsticks, episodes }));
  const micros = decisionMicros(rows, episodes);
  const beliefs = beliefRows(episodes);
  const focus = focusOf(given.load);
  const facts = [
    `${world.name}, ${hardware.cost.name}, ${seeds} paired seed${seeds > 1 ? 's' : ''}`,
    ...world.origin,
    ...world.seeding,
    `load 1 = ${loadOne.toFixed(2)} requests/s on ${engine[0]} (FCFS, everything at time 0, γ ${gamma}): ` +
      `${capacity.slots.toFixed(0)} slots, limited by ${capacity.limit}`,
    ...describeTuned(contestants, given.setting),
  ];
  const files = ['config.yaml', 'episodes.jsonl', 'table.md', 'results.json'].map((name) => join(folder, name));
  if (measured) files.push(join(folder, 'yardsticks.jsonl'));
  writeAtomic(files[0], printOptions('compare', given));
  const page = comparisonMarkdown({ facts, rows, micros, scores, standards });
  writeAtomic(files[2], [page, beliefsMarkdown(beliefs)].filter((part) => part !== '').join('\n'));
  if (given.pictures) {
    talk.note('drawing …');
    const { drawComparison } = await import('../report/pictures.js'); // slow to load, so only when wanted
    const workload = world.sample(0, focus * loadOne);
    const drawing = {
      rows,
      standards,
      subtitle: facts.slice(0, 2),
      engine: engine[0],
      load: focus,
      workload,
      seed: `${given.seed}/0`,
      setting: given,
      hardware,
      gamma,
    };
    files.push(...(await drawComparison(folder, drawing)));
  }
  const result = {
    command: 'compare',
    version: packageVersion(),
    settings: given,
    capacity,
    gamma,
    rows: rows.map((row, k) => (scores[k] === null ? row : { ...row, score: scores[k] })),
    standards,
    beliefs,
    files,
    measured: { machine: machine(), decisionMicros: micros },
  };
  writeAtomic(files[3], `${JSON.stringify(result, null, 2)}\n`);
  const text = comparisonText({ facts, rows, micros, scores, standards }, focus, files, beliefsText(beliefs));
  return { code: Exit.ok, result, text };
}

/** The load whose table is shown: the highest that the engine can sustain. */
const focusOf = (loads: readonly number[]): number =>
  Math.max(...loads.filter((load) => load <= 1), Math.min(...loads));
