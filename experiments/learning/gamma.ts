/** How draft lengths follow the load: what policies and rules for γ choose, and what that is worth beside every fixed γ. */
import type { NamedSetting } from '../../env/settings/setting.js';
import { type Interval, meanInterval } from '../bootstrap.js';
import { parseSpec } from '../specs.js';
import { findTuned } from '../tune/contestants.js';
import { GAMMA_RULES } from '../tune/knobs.js';
import { batchNames, type DraftCounts, meanGamma } from './draft-counter.js';
import { medianRatio } from './judge.js';
import type { Result } from './meetings.js';
import type { Place } from './places.js';
import type { Group, Player } from './players.js';

/** Draft lengths of the sweep. */
export const FIXED = [0, 1, 2, 3, 4, 5] as const;

/** A policy at a load; of several trainings the median one. */
interface GammaRow {
  readonly label: string;
  /** Drafts that are verified for a request in an iteration, mean. */
  readonly gamma: number;
  /** Mean JCT, seconds. */
  readonly jct: number;
  /** Mean JCT to that of the best fixed γ at this load, and to that without drafts, as shares. */
  readonly toBest: Interval;
  readonly toNone: Interval;
}

interface GammaAt {
  readonly load: number;
  /** The fixed γ with the least mean JCT here, seen afterwards. */
  readonly best: number;
  /** Mean JCT of each fixed γ, seconds. */
  readonly fixed: readonly number[];
  readonly rows: readonly GammaRow[];
}

/** γ in the mean by size of the batch, all loads together: NaN where no batch was of that size. */
interface GammaByBatch {
  readonly label: string;
  readonly gamma: readonly number[];
}

export interface GammaStudy {
  readonly loads: readonly GammaAt[];
  readonly batches: readonly GammaByBatch[];
}

/** The setting at these loads, drafts counted. */
export const gammaPlaces = (loads: readonly number[]): Place[] =>
  loads.map((load) => ({ name: `γ at load ${load}`, load, parameters: {}, drafts: true }));

const fixedName = (gamma: number): string => `γ ${gamma}`;

/** Every fixed γ, rules for γ, and the base, all with the base's order and engine knobs. @param rules specs without what they wrap */
export function gammaRivals(base: string, rules: readonly string[], setting: NamedSetting): Player[] {
  const order = orderOf(findTuned(base, setting.name)?.contender.scheduler ?? base);
  const rival = (label: string, scheduler: string): Player => ({
    label,
    rung: 'published defaults',
    scheduler,
    knobs: base,
  });
  return [
    ...FIXED.map((gamma) => rival(fixedName(gamma), `fixed-gamma(${order}):gamma=${gamma}`)),
    ...rules.map((rule) => rival(rule, around(rule, order))),
    { label: base, rung: 'published defaults', scheduler: base },
  ];
}

/** The order that a rule for γ wraps, or the scheduler as it is. */
function orderOf(scheduler: string): string {
  if (scheduler.startsWith('expr')) return scheduler;
  const { name, inner } = parseSpec(scheduler);
  return inner !== undefined && [...GAMMA_RULES, 'fixed-gamma'].includes(name) ? orderOf(inner) : scheduler;
}

/** `gamma-by-load:few=3` around an order. @throws Error if it is none of the rules for γ */
function around(rule: string, order: string): string {
  const { name, inner } = parseSpec(rule);
  if (inner !== undefined || !GAMMA_RULES.includes(name))
    throw new Error(`${JSON.stringify(rule)}: expected one of ${GAMMA_RULES.join(', ')}, with parameters or without`);
  return rule.replace(name, `${name}(${order})`);
}

interface Field {
  readonly places: readonly Place[];
  readonly rivals: readonly Player[];
  readonly groups: readonly Group[];
  readonly seeds: number;
}

/** @param played looks up an episode */
export function gammaStudy(
  played: (place: Place, index: number, player: string) => Result,
  { places, rivals, groups, seeds }: Field,
): GammaStudy {
  const fixed = FIXED.map(fixedName);
  const contestants = [
    ...rivals.filter(({ label }) => !fixed.includes(label)).map(({ label }) => ({ label, players: [label] })),
    ...groups.map(({ name, policies }) => ({ label: name, players: policies.map((policy) => policy.label) })),
  ];
  const all = (place: Place, player: string): Result[] =>
    Array.from({ length: seeds }, (_, index) => played(place, index, player));
  const jcts = (place: Place, player: string): Float64Array => Float64Array.from(all(place, player), ({ jct }) => jct);
  const mean = (values: ArrayLike<number>): number => meanInterval(values, { resamples: 1 }).value;
  const countsOf = (at: readonly Place[], players: readonly string[]): DraftCounts[] =>
    at.flatMap((place) => players.flatMap((player) => all(place, player).map(({ drafts }) => drafts as DraftCounts)));
  return {
    loads: places.map((place) => {
      const sweep = fixed.map((name) => jcts(place, name));
      const means = sweep.map(mean);
      const best = means.indexOf(Math.min(...means));
      return {
        load: place.load,
        best: FIXED[best],
        fixed: means,
        rows: contestants.map(({ label, players }): GammaRow => {
          const own = players.map((player) => jcts(place, player));
          return {
            label,
            gamma: meanGamma(countsOf([place], players)),
            jct: mean(own.map(mean)),
            toBest: medianRatio(own, sweep[best]),
            toNone: medianRatio(own, sweep[0]),
          };
        }),
      };
    }),
    batches: contestants.map(({ label, players }) => {
      const counts = countsOf(places, players);
      return { label, gamma: batchNames.map((_, at) => meanGamma(counts, at)) };
    }),
  };
}
