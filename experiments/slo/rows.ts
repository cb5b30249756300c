/** What the searches of a scheduler over all seeds come to. */
import { type Interval, meanInterval, relativeDifference } from '../bootstrap.js';
import { type Contestant, isReference, labelOf } from '../paired.js';
import { byCell, cellName, cellsOf, type Probe, type ProbeGrid, rateAt } from './probes.js';
import { foundIn } from './run.js';
import { contradictions } from './search.js';

export interface SloRow extends Contestant {
  readonly engine: string;
  readonly label: string;
  /** Requests/s by seed; 0 = the objective is not met at any rate. */
  readonly rates: readonly number[];
  readonly rate: Interval;
  /** Of load 1. */
  readonly load: number;
  /** To first come, first served on the same seeds; null for itself, and where it meets the objective nowhere. */
  readonly ratio: Interval | null;
  /** Seeds in which some rate above the one found meets the objective, or some rate below does not. */
  readonly contradictory: number;
  /** Seeds whose search ended without a rate that is not feasible next to the one found. */
  readonly open: number;
  readonly probes: number;
}

/** One row for each engine and contestant. */
export function sloRows(grid: ProbeGrid, probes: readonly Probe[]): SloRow[] {
  const tried = byCell(probes);
  const found = foundIn(grid, probes);
  const searches = cellsOf(grid).map((cell, k) => ({ cell, found: found[k] }));
  const groups = grid.setting.engine.flatMap((engine) => grid.contestants.map((pair) => ({ engine, ...pair })));
  const searchesOf = ({ engine, scheduler, belief }: (typeof groups)[number]) =>
    searches.filter(({ cell }) => cell.engine === engine && cell.scheduler === scheduler && cell.belief === belief);
  return groups.map((group) => {
    const mine = searchesOf(group);
    const rates = (of: typeof mine): number[] =>
      of.map((each) => (each.found?.step == null ? 0 : rateAt(grid, each.found.step)));
    const own = rates(mine);
    const reference = groups.find((other) => other.engine === group.engine && isReference(other));
    const theirs = reference ? rates(searchesOf(reference)) : [];
    const rate = meanInterval(own);
    const contradictory = mine.filter(({ cell, found }) => {
      const all = [...(tried.get(cellName(cell))?.values() ?? [])];
      const steps = all.map(({ step, met }) => [step, met] as const);
      return contradictions(found?.step ?? null, steps).length > 0;
    });
    return {
      ...group,
      label: labelOf(group),
      rates: own,
      rate,
      load: rate.value / grid.unit,
      ratio: isReference(group) || !theirs.some((value) => value > 0) ? null : ratioOf(own, theirs),
      contradictory: contradictory.length,
      open: mine.filter(({ found }) => found?.step != null && !found.closed).length,
      probes: mine.reduce((sum, { found }) => sum + (found?.probes ?? 0), 0),
    };
  });
}

function ratioOf(own: readonly number[], theirs: readonly number[]): Interval {
  const { value, low, high } = relativeDifference(own, theirs);
  return { value: 1 + value, low: 1 + low, high: 1 + high };
}
