/** Snapshots: the state is columns and lists, so one is a copy of the live rows. `restore.ts` puts it back. */
import type { Workload } from '../workloads/workload.js';
import { type Kind, saveCells } from './columns.js';
import { type Coming, copyComing, createComing } from './coming.js';
import type { Decision } from './decision.js';
import type { Engine, Outcome } from './engine.js';
import { copyIds, createIds, type IdList, pushId, reserveIds } from './ids.js';
import { copyPlan, createPlan, type Plan } from './plan.js';
import { type SavedCache, saveCache } from './prefix-copy.js';
import type { Replica } from './replica.js';
import { begun } from './requests.js';
import { emptyRows, type SavedRows, saveRows } from './rows.js';
import { copyScalars, noScalars, type Scalars } from './scalars.js';
import { copySwap, createSwap, type Swap } from './swap.js';
import { copyTotals, createTotals, type Totals } from './totals.js';

/** Lists of a replica beside the live, those of the batch being packed aside: between turns nothing is being packed. */
export const LISTS = [
  'ended',
  'running',
  'queue',
  'held',
  'residents',
  'evicted',
  'admitted',
  'lenders',
  'borrowers',
  'lent',
] as const satisfies readonly (keyof Replica)[];

/** One moment of an episode. Rows of requests that left before it are not in it: they do not change any more. */
export interface Snapshot {
  /** Whose it is. */
  engine: Engine;
  readonly live: IdList;
  /** Who was saved: the live, and those who left since the last turn; of them, those who had begun and those who had not. */
  readonly saved: IdList;
  readonly begun: IdList;
  readonly fresh: IdList;
  /** Lengths of those who were saved, where the workload does not tell them. */
  ends: Int32Array | null;
  readonly progress: SavedRows;
  readonly opinions: SavedRows;
  readonly cells: Kind[];
  readonly lists: readonly IdList[];
  readonly scalars: Scalars;
  readonly totals: Totals;
  readonly plan: Plan;
  readonly other: Plan;
  inFlight: boolean;
  cache: SavedCache | null;
  readonly swap: Swap | null;
  readonly recorders: unknown[];
  workload: Workload;
  readonly coming: Coming;
  cursor: number;
  delivered: number;
  outcome: Outcome;
  asking: boolean;
  /** What the policy wrote about the open turn as a whole. */
  readonly spoken: Spoken;
}

/** The scalars of a decision. */
type Spoken = Pick<Decision, 'tokenBudget' | 'headroom' | 'chunkCap' | 'growth' | 'wakeAt' | 'wakeIn' | 'took'>;

export function copySpoken(from: Spoken, to: Spoken): void {
  to.tokenBudget = from.tokenBudget;
  to.headroom = from.headroom;
  to.chunkCap = from.chunkCap;
  to.growth = from.growth;
  to.wakeAt = from.wakeAt;
  to.wakeIn = from.wakeIn;
  to.took = from.took;
}

function emptySnapshot(engine: Engine): Snapshot {
  const s = engine.replica;
  return {
    engine,
    live: createIds(),
    saved: createIds(),
    begun: createIds(),
    fresh: createIds(),
    ends: null,
    progress: emptyRows(),
    opinions: emptyRows(),
    cells: [],
    lists: LISTS.map(() => createIds()),
    scalars: noScalars(),
    totals: createTotals(),
    plan: createPlan(s.plan.ids.length),
    other: createPlan(s.spare.ids.length),
    inFlight: false,
    cache: null,
    swap: s.swap ? createSwap(0) : null,
    recorders: [],
    workload: s.workload,
    coming: createComing(),
    cursor: 0,
    delivered: 0,
    outcome: 'running',
    asking: false,
    spoken: { tokenBudget: 0, headroom: 0, chunkCap: 0, growth: 0, wakeAt: 0, wakeIn: 0, took: 0 },
  };
}

/**
 * The state of an episode between turns or at an open one (what the policy wrote so far counts).
 * @param into an earlier snapshot of an engine like this one, whose memory is used again
 */
export function snapshot(engine: Engine, into?: Snapshot): Snapshot {
  const s = engine.replica;
  const to = into ?? emptySnapshot(engine);
  to.engine = engine;
  s.writeLate?.(s.running, s.decision); // whoever goes on from here finds everything written
  copyIds(s.live, to.live);
  copyIds(s.live, to.saved);
  for (let k = 0; k < s.ended.n; k++) pushId(to.saved, s.ended.ids[k]);
  part(s, to);
  to.ends = s.resampled ? Int32Array.from(to.saved.ids.subarray(0, to.saved.n), (r) => s.hidden.end[r]) : null;
  const { groups } = s.ledger;
  saveRows(groups.progress, to.begun.ids, to.begun.n, to.progress);
  saveRows(groups.opinions, to.saved.ids, to.saved.n, to.opinions);
  saveCells(s.ledger, to.cells);
  for (let k = 0; k < LISTS.length; k++) copyIds(s[LISTS[k]], to.lists[k]);
  copyScalars(s, to.scalars);
  copyTotals(s.totals, to.totals);
  copyPlan(s.plan, to.plan, false);
  to.inFlight = s.flight !== null;
  if (s.flight) copyPlan(s.flight, to.other, true);
  to.cache = s.prefix ? saveCache(s.prefix) : null;
  if (s.swap && to.swap) copySwap(s.swap, to.swap);
  to.recorders.length = 0;
  for (const recorder of s.recorders) to.recorders.push(recorder.save?.());
  to.workload = s.workload;
  copyComing(s.coming, to.coming);
  to.cursor = engine.cursor;
  to.delivered = engine.delivered;
  to.outcome = engine.outcome;
  to.asking = engine.asking;
  copySpoken(s.decision, to.spoken);
  return to;
}

/** Parts those who are saved by whether they have begun. */
function part(s: Replica, { saved, begun: served, fresh }: Snapshot): void {
  const { ids, n } = saved;
  served.n = 0;
  fresh.n = 0;
  reserveIds(served, n + 1);
  reserveIds(fresh, n + 1);
  const first = served.ids;
  const second = fresh.ids;
  let a = 0;
  let b = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const old = begun(s.requests, r);
    first[a] = r;
    second[b] = r;
    a += old ? 1 : 0;
    b += old ? 0 : 1;
  }
  served.n = a;
  fresh.n = b;
}
