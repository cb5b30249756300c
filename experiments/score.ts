/** Scores: FCFS is 0, the clairvoyant reference 1; above 1 is shown. The proven bound stands beside them as a certificate. */
import { toSeconds } from '../env/time.js';
import { NO_DIFFERENCE } from './analysis.js';
import { bootstrap, type Interval, meanInterval, relativeDifference } from './bootstrap.js';
import { type Episode, isReference, labelOf } from './paired.js';
import type { Yardstick } from './yardsticks.js';

/** A mean JCT beside those of the schedulers. */
export interface Mark {
  /** Seconds. */
  readonly jct: Interval;
  /** To FCFS on the same seeds, as a share of FCFS's. */
  readonly difference: Interval;
}

/** What one engine and load are measured by. */
export interface Standard {
  readonly engine: string;
  readonly load: number;
  /** The best of the portfolio on each seed; null: it was not run. */
  readonly reference: (Mark & { readonly policies: readonly string[] }) | null;
  readonly bound: Mark | null;
  /** Why nothing is proven. */
  readonly refused: string | null;
}

/** One for each engine and load. */
export function standardsOf(yardsticks: readonly Yardstick[], episodes: readonly Episode[]): Standard[] {
  const groups = new Map<string, Yardstick[]>();
  for (const yardstick of yardsticks) {
    const name = `${yardstick.engine} / ${yardstick.load}`;
    groups.set(name, [...(groups.get(name) ?? []), yardstick]);
  }
  return [...groups.values()].map((group) => {
    const [{ engine, load }] = group;
    const fcfs = meansOf(episodes.filter((e) => e.engine === engine && e.load === load && isReference(e)));
    const mark = (of: (y: Yardstick) => number | undefined): Mark | null => {
      const pairs = group.flatMap((yardstick) => {
        const [ours, theirs] = [of(yardstick), fcfs.get(yardstick.seed)];
        return ours === undefined || theirs === undefined ? [] : [{ ours: toSeconds(ours), theirs }];
      });
      if (pairs.length < group.length) return null;
      const values = pairs.map(({ ours }) => ours);
      return {
        jct: meanInterval(values),
        difference: relativeDifference(
          values,
          pairs.map(({ theirs }) => theirs),
        ),
      };
    };
    const reference = mark((y) => y.reference?.meanJct);
    const policies = group.flatMap((y) => (y.reference ? [y.reference.policy] : []));
    return {
      engine,
      load,
      reference: reference && { ...reference, policies },
      bound: mark((y) => y.bound ?? undefined),
      refused: group.find((y) => y.refused !== null)?.refused ?? null,
    };
  });
}

/** Mean JCT in seconds by seed. */
const meansOf = (episodes: readonly Episode[]): Map<number, number> =>
  new Map(episodes.map(({ seed, summary }) => [seed, toSeconds(summary.jct.mean)]));

/** False where even the clairvoyant reference hardly differs from FCFS: a score would divide by nearly nothing. */
const orderMatters = ({ reference }: Standard): boolean =>
  reference !== null && -reference.difference.value >= NO_DIFFERENCE;

/** (FCFS − scheduler) / (FCFS − reference) of mean JCTs over the same seeds; null where there is no reference, or order does not matter. */
export function scoreOf(
  row: { readonly engine: string; readonly load: number; readonly label: string },
  { standards, yardsticks, episodes }: Scoring,
): Interval | null {
  const here = <T extends { engine: string; load: number }>(all: readonly T[]): T[] =>
    all.filter(({ engine, load }) => engine === row.engine && load === row.load);
  const standard = here(standards)[0];
  if (!standard || !orderMatters(standard)) return null;
  const mine = here(episodes);
  const fcfs = meansOf(mine.filter(isReference));
  const own = meansOf(mine.filter((episode) => labelOf(episode) === row.label));
  const units = here(yardsticks).flatMap(({ seed, reference }) => {
    const [from, to] = [fcfs.get(seed), own.get(seed)];
    if (from === undefined || to === undefined || !reference) return [];
    return [{ gained: from - to, possible: from - toSeconds(reference.meanJct) }];
  });
  if (units.length === 0) return null;
  return bootstrap(units.length, (drawn) => {
    let gained = 0;
    let possible = 0;
    for (const unit of drawn) {
      gained += units[unit].gained;
      possible += units[unit].possible;
    }
    return gained / possible;
  });
}

/** What scores come from. */
export interface Scoring {
  readonly standards: readonly Standard[];
  readonly yardsticks: readonly Yardstick[];
  readonly episodes: readonly Episode[];
}

/** What an engine and load's standard says, in sentences. */
export function standardFindings(standard: Standard): string[] {
  const { reference, bound, refused } = standard;
  const lines: string[] = [];
  if (reference) {
    const [policy, seeds] = mostFrequent(reference.policies);
    const below = `${(-100 * reference.difference.value).toFixed(1)} % below FCFS`;
    lines.push(
      orderMatters(standard)
        ? `Score: FCFS is 0, the clairvoyant reference 1. It is ${below}: the best of a portfolio on each seed, on ${seeds} of ${reference.policies.length} ${policy}.`
        : `Order does not matter here: the clairvoyant reference is ${below}.`,
    );
  }
  if (bound) {
    const ratio = reference
      ? `; the reference is ${(reference.jct.value / bound.jct.value).toFixed(2)} times as long`
      : '';
    lines.push(`Proven: no schedule has a mean JCT below ${bound.jct.value.toPrecision(3)} s${ratio}.`);
  } else if (refused !== null) lines.push(`No bound: ${refused}.`);
  return lines;
}

function mostFrequent(names: readonly string[]): [name: string, times: number] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
}
