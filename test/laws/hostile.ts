/** A policy that writes what no policy should, everywhere, every turn; after a while it calms down and must be forgiven. */
import type { Seed } from '../../env/random.js';
import { type BatchDecision, Cause, type ReplicaView, type Scheduler } from '../../env/serving/policy.js';
import { type Draw, seededDraw } from './generators.js';
import { idsOf } from './policies.js';

const RANKS = [0, -0, 1, -1, 3, Infinity, -Infinity, 1e308, -1e308, 5e-324, 0.5] as const;
const WHOLE = [-1, 0, 1, 2, 7, 40, 0x7fffffff, -0x80000000] as const;
const STRANGE_IDS = [-1, -0x80000000, 0.5, 2.7, 1e9, 2 ** 31, 2 ** 40, NaN, Infinity] as const;

/** Which columns a hostile policy spoils, and how. */
interface Temper {
  readonly ranks: boolean;
  readonly holds: 'none' | 'some' | 'all';
  readonly keeps: boolean;
  readonly drafts: boolean;
  readonly chunks: boolean;
  readonly reserves: boolean;
  readonly places: boolean;
  readonly scalars: boolean;
  readonly wakes: boolean;
  /** Rows of requests that are not here. */
  readonly trespasses: boolean;
}

function temperOf(d: Draw): Temper {
  return {
    ranks: d.chance(0.7),
    holds: d.pick(['none', 'some', 'some', 'all']),
    keeps: d.chance(0.5),
    drafts: d.chance(0.5),
    chunks: d.chance(0.5),
    reserves: d.chance(0.4),
    places: d.chance(0.4),
    scalars: d.chance(0.5),
    wakes: d.chance(0.5),
    trespasses: d.chance(0.5),
  };
}

function spoil(d: Draw, temper: Temper, out: BatchDecision, r: number): void {
  if (temper.ranks) out.rank[r] = d.pick(RANKS);
  if (temper.holds !== 'none') out.hold[r] = temper.holds === 'all' || d.chance(0.4) ? d.int(1, 255) : 0;
  if (temper.keeps) out.keep[r] = d.pick(RANKS);
  if (temper.drafts) out.draft[r] = d.int(0, 255);
  if (temper.chunks) out.chunk[r] = d.pick(WHOLE);
  if (temper.reserves) out.reserve[r] = d.pick(WHOLE);
  if (temper.places) out.place[r] = d.chance(0.5) ? 0 : d.int(0, 255);
}

function spoilScalars(d: Draw, temper: Temper, view: ReplicaView, out: BatchDecision): void {
  if (temper.scalars) {
    out.tokenBudget = d.pick([0, -5, 1, 2, 3.7, 20, Infinity, -Infinity]);
    out.headroom = d.pick([0, -3, 1, 2.5, 1000, Infinity, -Infinity]);
    out.chunkCap = d.pick([0, -1, 1, 2.5, 7, Infinity, -Infinity]);
    out.growth = d.pick([0, -1, 0.3, 2, 1e300, Infinity, -Infinity]);
  }
  if (temper.wakes) {
    out.wakeIn = d.pick([0, -1, 1, 2.5, 3, 100, Infinity, -Infinity]);
    out.wakeAt = d.pick([Infinity, view.now, view.now - 1, view.now + 0.5, view.now + d.int(0, 300), 0, -Infinity]);
  }
  if (temper.trespasses) for (let k = 0; k < 3; k++) out.touch(d.pick([...STRANGE_IDS, d.int(0, out.rank.length)]));
}

/** Everything as the engine itself would have it. */
function forgive(view: ReplicaView, out: BatchDecision): void {
  for (let r = 0; r < out.rank.length; r++) {
    out.rank[r] = r;
    out.hold[r] = 0;
    out.keep[r] = 0;
    out.draft[r] = 0;
    out.chunk[r] = 0x7fffffff;
    out.reserve[r] = -1;
    out.place[r] = 0;
  }
  for (const r of idsOf(view.live)) out.touch(r);
}

/** @param turns how long it is hostile */
export const hostile =
  (seed: Seed, turns: number): (() => Scheduler) =>
  () => {
    const d = seededDraw(`hostile ${seed}`);
    const temper = temperOf(d);
    const scope = d.pick(['changed', 'all'] as const);
    let turn = 0;
    return {
      name: 'hostile',
      scope,
      wakeIn: d.pick([1, 1, 4, Infinity]),
      decide(view, out) {
        turn++;
        if (turn > turns) {
          if (turn === turns + 1 || view.cause & Cause.arrival) forgive(view, out);
          return;
        }
        for (const r of idsOf(view.live)) if (d.chance(0.6)) spoil(d, temper, out, r);
        if (temper.trespasses) for (let k = 0; k < 5; k++) spoil(d, temper, out, d.int(0, out.rank.length - 1));
        spoilScalars(d, temper, view, out);
      },
    };
  };

/** Where a NaN may be written. */
export const NAN_TARGETS = [
  'rank',
  'keep',
  'tokenBudget',
  'headroom',
  'chunkCap',
  'growth',
  'wakeAt',
  'wakeIn',
  'took',
] as const;

/** Writes NaN into one place on a turn on which somebody changed: it must be refused there and then. */
export const poisonous =
  (target: (typeof NAN_TARGETS)[number], turn: number): (() => Scheduler) =>
  () => {
    let turns = 0;
    return {
      name: 'poisonous',
      decide({ changed, live }, out) {
        if (++turns < turn || live.n === 0) return;
        if (target !== 'rank' && target !== 'keep') out[target] = NaN;
        else {
          const r = changed.n > 0 ? changed.ids[0] : live.ids[0];
          out[target][r] = NaN;
          out.touch(r);
        }
      },
    };
  };
