/** `servegym capacity --slo`: the highest rate at which each scheduler meets an objective. */
import { join } from 'node:path';
import { writeAtomic } from '../../env/files.js';
import type { Talk } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { printOptions } from '../cli/options.js';
import { measureLoad } from '../load.js';
import { contestantsOf } from '../paired.js';
import { hashOf, packageVersion } from '../results.js';
import { hardwareOf, promisesOf, type Setting, statedCapacity } from '../setting.js';
import { openWorld } from '../world.js';
import { objectiveText, parseObjective } from './objective.js';
import type { Probe, ProbeGrid } from './probes.js';
import { type SloReport, sloMarkdown, sloText } from './report.js';
import { type SloRow, sloRows } from './rows.js';
import { runProbes } from './run.js';

export type SloSetting = Setting & {
  readonly seed: number;
  readonly slo: string;
  readonly schedulers: readonly string[];
  readonly beliefs: readonly string[];
  readonly seeds: number;
  readonly grain: number;
  readonly probes: number;
  readonly pictures: boolean;
};

export async function sloCapacity(given: SloSetting, talk: Talk) {
  const objective = parseObjective(given.slo, promisesOf(given));
  const contestants = contestantsOf(given.schedulers, given.beliefs);
  const { engine, seeds } = given;
  const world = await openWorld(given, seeds);
  const hardware = hardwareOf(given);
  for (const name of engine) hardware.rules(name, 0);
  talk.note(`measuring capacity of ${engine[0]} …`);
  const { capacity, gamma } = await measureLoad(given, world, hardware, engine[0], talk.signal);
  const unit = statedCapacity(given) ?? capacity.requestsPerSecond;
  const grid: ProbeGrid = {
    setting: given,
    contestants,
    slo: given.slo,
    seeds,
    gamma,
    unit,
    grain: given.grain,
    most: given.probes,
    sweep: [],
    done: [],
  };
  const hash = hashOf(given);
  const folder = talk.run.out ?? join('results', `capacity-${hash}`);
  const probes = await runProbes(grid, { folder, hash, talk, pictures: given.pictures });
  const rows = sloRows(grid, probes);
  const facts = [
    `SLO: ${objectiveText(objective)}`,
    `${world.name}, ${hardware.cost.name}, ${seeds} paired seed${seeds > 1 ? 's' : ''}`,
    ...world.origin,
    ...world.seeding,
    `load 1 = ${unit.toFixed(2)} requests/s on ${engine[0]} (FCFS, everything at time 0, γ ${gamma}), limited by ${capacity.limit}`,
    lengthOf(world.sample(0, unit).count, rows, probes),
    `rates ${(100 * given.grain).toFixed(1)} % apart, the same requests at every rate; a seed's rate is the highest found`,
  ];
  const files = ['config.yaml', 'probes.jsonl', 'table.md', 'results.json'].map((name) => join(folder, name));
  const report: SloReport = { facts, rows, seeds };
  writeAtomic(files[0], printOptions('capacity', given));
  writeAtomic(files[2], sloMarkdown(report));
  if (given.pictures) {
    talk.note('drawing …');
    const [{ sloPicture }, { writePicture }] = await Promise.all([
      import('./picture.js'),
      import('../report/render.js'),
    ]); // slow to load, so only when wanted
    files.push(...(await writePicture(folder, 'attainment', sloPicture(probes, objective, facts.slice(0, 2)))));
  }
  const result = { command: 'capacity', version: packageVersion(), settings: given, capacity, gamma, rows, files };
  writeAtomic(files[3], `${JSON.stringify(result, null, 2)}\n`);
  return { code: Exit.ok, result, text: sloText(report, files) };
}

/** How long runs are: in overload attainment depends on it. */
function lengthOf(requests: number, rows: readonly SloRow[], probes: readonly Probe[]): string {
  const found = new Set(rows.flatMap(({ rates }) => rates));
  const seconds = probes.filter(({ rate }) => found.has(rate)).map((probe) => probe.seconds);
  const range =
    seconds.length === 0
      ? ''
      : `, ${Math.min(...seconds).toFixed(0)}–${Math.max(...seconds).toFixed(0)} s at the rates found`;
  return `a run is ${requests} requests from an empty engine until all have left${range}`;
}
