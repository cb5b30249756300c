/** What the episodes say: everybody against the base on the same seeds, trainings with intervals over training seeds × workload seeds. */
import { crossedBootstrap, type Interval, meanInterval } from '../bootstrap.js';
import type { EpisodeFigures } from '../train/play-episode.js';
import type { Place } from './places.js';
import { ablationsOf, type Group, type Player } from './players.js';

/** Figures that are compared, each the lower the better. */
const measures = ['cost', 'jct', 'p99', 'longestWait'] as const;
export type Measure = (typeof measures)[number];

/** Looks up an episode. */
export type Played = (place: Place, index: number, player: string) => EpisodeFigures;

export interface Judged extends Pick<Player, 'label' | 'rung'> {
  /** −return of an episode. */
  readonly cost: Interval;
  /** To the base, as shares: sums over seeds. Null for the base. */
  readonly to: Readonly<Record<Measure, Interval>> | null;
  readonly mean: Readonly<Record<Measure, number>>;
  readonly unserved: number;
}

/** The least costly of the rivals that were asked for, seen afterwards, and the cost of the median training seed to its. */
interface ToRival {
  readonly rival: string;
  readonly cost: Interval;
}

/** A group of trainings at a place: the median training seed, against the base. */
export interface GroupAt {
  readonly place: string;
  readonly group: string;
  readonly to: Readonly<Record<Measure, Interval>>;
  /** Trainings whose own interval lies below 0. */
  readonly better: number;
  readonly of: number;
  readonly toRival: ToRival | null;
}

/** What the median training seed loses without a head, as a share of the base's cost: above 0, the head is worth something. */
interface HeadWorth {
  readonly group: string;
  readonly head: string;
  readonly worth: Interval;
}

export interface Judgement {
  readonly base: string;
  readonly rows: readonly Judged[];
  readonly groups: readonly GroupAt[];
  /** All places together, the same seeds of each: each group to the one rival that is best over all of them. */
  readonly everywhere: readonly ({ readonly group: string } & ToRival)[];
  readonly heads: readonly HeadWorth[];
}

export interface Contest {
  readonly base: string;
  readonly players: readonly Player[];
  readonly groups: readonly Group[];
  /** Labels of those who play in every place, beside the base. */
  readonly rivals: readonly string[];
  /** The first is the setting itself. */
  readonly places: readonly [Place, ...Place[]];
  /** Whether heads were switched off. */
  readonly ablation: boolean;
  /** Seeds at the setting, and at each of the others. */
  readonly seeds: number;
  readonly shiftedSeeds: number;
}

export function judge(
  played: Played,
  { base, players, groups, rivals, places, ablation, seeds, shiftedSeeds }: Contest,
): Judgement {
  const [home] = places;
  const column = (place: Place, player: string, measure: Measure, n: number): Float64Array =>
    Float64Array.from({ length: n }, (_, index) => played(place, index, player)[measure]);
  const between = (place: Place, labels: readonly string[], measure: Measure, n: number): Interval =>
    medianRatio(
      labels.map((label) => column(place, label, measure, n)),
      column(place, base, measure, n),
    );
  const all = (place: Place, labels: readonly string[], n: number): Record<Measure, Interval> =>
    byMeasure((measure) => between(place, labels, measure, n));

  const rows = players
    .filter(({ rung }) => rung !== 'one decision switched off')
    .map(({ label, rung }): Judged => {
      const unserved = Array.from({ length: seeds }, (_, index) => played(home, index, label).unserved);
      return {
        label,
        rung,
        cost: meanInterval(column(home, label, 'cost', seeds)),
        to: label === base ? null : all(home, [label], seeds),
        mean: byMeasure((measure) => meanInterval(column(home, label, measure, seeds), { resamples: 1 }).value),
        unserved: unserved.reduce((sum, x) => sum + x, 0) / seeds,
      };
    });
  /** The best rival by costs, and a group's costs to its. */
  const toRival = (labels: readonly string[], costs: (label: string) => Float64Array): ToRival | null => {
    if (rivals.length === 0) return null;
    const totals = rivals.map((rival) => costs(rival).reduce((sum, cost) => sum + cost, 0));
    const rival = rivals[totals.indexOf(Math.min(...totals))];
    return { rival, cost: medianRatio(labels.map(costs), costs(rival)) };
  };
  const groupsAt = places.flatMap((place) => {
    const n = place === home ? seeds : shiftedSeeds;
    return groups.map(({ name, policies }): GroupAt => {
      const labels = policies.map(({ label }) => label);
      const better = labels.filter((label) => between(place, [label], 'cost', n).high < 0).length;
      return {
        place: place.name,
        group: name,
        to: all(place, labels, n),
        better,
        of: labels.length,
        toRival: toRival(labels, (label) => column(place, label, 'cost', n)),
      };
    });
  });
  const inAll = (label: string): Float64Array => {
    const n = Math.min(seeds, shiftedSeeds);
    const columns = places.map((place) => column(place, label, 'cost', n));
    return Float64Array.from({ length: n }, (_, index) => columns.reduce((sum, costs) => sum + costs[index], 0));
  };
  const everywhere = (places.length > 1 ? groups : []).flatMap(({ name, policies }) => {
    const best = toRival(
      policies.map(({ label }) => label),
      inAll,
    );
    return best ? [{ group: name, ...best }] : [];
  });
  const heads = (ablation ? groups : []).flatMap((group) =>
    ablationsOf(group).map(({ head, players: without }): HeadWorth => {
      const own = group.policies.map(({ label }) => column(home, label, 'cost', seeds));
      const less = without.map(({ label }) => column(home, label, 'cost', seeds));
      const theirs = column(home, base, 'cost', seeds);
      const lost = less.map((costs, run) => costs.map((cost, k) => cost - own[run][k]));
      return { group: group.name, head, worth: medianShare(lost, theirs) };
    }),
  );
  return { base, rows, groups: groupsAt, everywhere, heads };
}

const byMeasure = <T>(of: (measure: Measure) => T): Record<Measure, T> =>
  Object.fromEntries(measures.map((measure) => [measure, of(measure)])) as Record<Measure, T>;

/** Median over runs of Σ own ÷ Σ theirs − 1. */
export function medianRatio(runs: readonly Float64Array[], theirs: Float64Array): Interval {
  return medianShare(
    runs.map((own) => own.map((value, k) => value - theirs[k])),
    theirs,
  );
}

/** Median over runs of Σ differences ÷ Σ theirs; where theirs are next to nothing, in their own unit. */
function medianShare(differences: readonly Float64Array[], theirs: Float64Array): Interval {
  return crossedBootstrap(differences.length, theirs.length, (runs, units) => {
    let whole = 0;
    for (const unit of units) whole += theirs[unit];
    const shares = Array.from(runs, (run) => {
      let sum = 0;
      for (const unit of units) sum += differences[run][unit];
      return sum / Math.max(1, Math.abs(whole));
    });
    return medianOf(shares);
  });
}

/** Sorts the values. */
export function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
