/** Probes of rates: every scheduler and belief on the same paired seeds, each at the rates its own search asks for. */
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { runEpisode } from '../episode.js';
import { type Contestant, isReference } from '../paired.js';
import type { Work } from '../pool.js';
import { hardwareOf, promisesOf, type Setting } from '../setting.js';
import { openWorld } from '../world.js';
import { judge, parseObjective, type Verdict } from './objective.js';
import { type Found, searchHighest } from './search.js';

/** What is searched, as plain data. */
export interface ProbeGrid {
  readonly setting: Setting & { readonly seed: number };
  readonly contestants: readonly Contestant[];
  readonly slo: string;
  readonly seeds: number;
  readonly gamma: number;
  /** Requests/s at step 0: load 1. */
  readonly unit: number;
  /** A step is this much faster. */
  readonly grain: number;
  /** Most probes of a search. */
  readonly most: number;
  /** Steps that everybody is probed at besides. */
  readonly sweep: readonly number[];
  readonly done: readonly Probe[];
}

/** One search. */
export interface Cell extends Contestant {
  readonly engine: string;
  /** 0 … seeds − 1. */
  readonly seed: number;
}

/** One episode at one rate. */
export interface Probe extends Cell, Verdict {
  readonly step: number;
  /** Requests/s. */
  readonly rate: number;
  /** Seconds from the first arrival until everyone had left. */
  readonly seconds: number;
}

export const rateAt = ({ unit, grain }: Pick<ProbeGrid, 'unit' | 'grain'>, step: number): number =>
  unit * (1 + grain) ** step;

/** The grid reaches from 1/50 of load 1 to 20 times it. */
const stepsOf = (factor: number, grain: number): number => Math.round(Math.log(factor) / Math.log(1 + grain));

export const cellName = ({ engine, scheduler, belief, seed }: Cell): string =>
  [engine, seed, scheduler, belief].join(' / ');

/** All searches in the order of results. */
export const cellsOf = ({ setting, contestants, seeds }: ProbeGrid): Cell[] =>
  setting.engine.flatMap((engine) =>
    contestants.flatMap((pair) => Array.from({ length: seeds }, (_, seed) => ({ engine, seed, ...pair }))),
  );

type Known = ReadonlyMap<number, Probe>;

/** Probes by step, by cell. */
export function byCell(probes: readonly Probe[]): Map<string, Map<number, Probe>> {
  const cells = new Map<string, Map<number, Probe>>();
  for (const probe of probes) {
    const name = cellName(probe);
    const known = cells.get(name) ?? new Map<number, Probe>();
    cells.set(name, known.set(probe.step, probe));
  }
  return cells;
}

/** Follows a search as far as probes are known: what it found, or the step it asks for next. */
export function follow(grid: ProbeGrid, start: number, known: Known): Found | number {
  const { grain, most } = grid;
  const search = searchHighest({ start, least: stepsOf(1 / 50, grain), most: stepsOf(20, grain), probes: most });
  for (let asked = search.next(); ; ) {
    if (asked.done) return asked.value;
    const probe = known.get(asked.value);
    if (!probe) return asked.value;
    asked = search.next(probe.met);
  }
}

/** Where a search begins: at load 1, or where first come, first served on the same seed ended. */
export function startOf(grid: ProbeGrid, cell: Cell, probes: ReadonlyMap<string, Known>): number {
  const reference = grid.contestants.find(isReference);
  if (!reference || isReference(cell)) return 0;
  const found = follow(grid, 0, probes.get(cellName({ ...cell, ...reference })) ?? new Map());
  return typeof found === 'number' ? 0 : (found.step ?? 0);
}

/** A job is a seed: everybody meets the same requests, at whatever rate. */
export async function openProbes(grid: ProbeGrid): Promise<Work<number, Probe>> {
  const { setting, contestants, seeds, gamma } = grid;
  const world = await openWorld(setting, seeds);
  const hardware = hardwareOf(setting);
  const objective = parseObjective(grid.slo, promisesOf(setting));
  const known = byCell(grid.done);
  const probe = (cell: Cell, step: number): Probe => {
    const rate = rateAt(grid, step);
    const { summary } = runEpisode({
      workload: world.sample(cell.seed, rate),
      rules: hardware.rules(cell.engine, gamma),
      cost: hardware.cost,
      scheduler: resolveScheduler(cell.scheduler).make,
      predictor: cell.belief === 'none' ? undefined : resolvePredictor(cell.belief).make,
      seed: `${setting.seed}/${cell.seed}`,
      slo: objective.each,
    });
    return { ...cell, step, rate, ...judge(objective, summary), seconds: summary.span / 1e6 };
  };
  return function* (seed) {
    for (const engine of setting.engine) {
      for (const pair of contestants) {
        const cell = { engine, seed, ...pair };
        const mine = known.get(cellName(cell)) ?? new Map<number, Probe>();
        known.set(cellName(cell), mine);
        const start = startOf(grid, cell, known);
        const add = (step: number): Probe => {
          const result = probe(cell, step);
          mine.set(step, result);
          return result;
        };
        for (let next = follow(grid, start, mine); typeof next === 'number'; next = follow(grid, start, mine))
          yield add(next);
        for (const step of grid.sweep) if (!mine.has(step)) yield add(step);
      }
    }
  };
}
