/** Snapshot and restore: the state is columns and lists, so both are copies of the live rows. */
import type { Workload } from '../workloads/workload.js';
import { clearRow, clearRows, type Kind, type LedgerMark, loadCells, saveCells } from './columns.js';
import { type Coming, copyComing, createComing } from './coming.js';
import { describe } from './delivery.js';
import type { Engine, Outcome } from './engine.js';
import { expectExits } from './exits.js';
import { copyIds, createIds, type IdList, pushId, reserveIds } from './ids.js';
import { copyPlan, createPlan, type Plan } from './plan.js';
import { Cause } from './policy.js';
import { loadCache, type SavedCache, saveCache } from './prefix-copy.js';
import type { Decision, Replica } from './replica.js';
import { begun, Where } from './requests.js';
import { emptyRows, loadRows, type SavedRows, saveRows } from './rows.js';
import { copyScalars, noScalars, type Scalars } from './scalars.js';
import { copySwap, createSwap, type Swap } from './swap.js';
import { copyTotals, createTotals, type Totals } from './totals.js';
import { fillView } from './view.js';

/** Lists of a replica beside the live, those of the batch being packed aside: between turns nothing is being packed. */
const LISTS = [
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
type Spoken = Pick<Decision, 'tokenBudget' | 'headroom' | 'wakeAt' | 'wakeIn' | 'took'>;

function copySpoken(from: Spoken, to: Spoken): void {
  to.tokenBudget = from.tokenBudget;
  to.headroom = from.headroom;
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
    spoken: { tokenBudget: 0, headroom: 0, wakeAt: 0, wakeIn: 0, took: 0 },
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

/**
 * Puts the engine back to a snapshot of itself: what was delivered since is undone, its rows are zero again. The policy is
 * told of everyone as on a first turn.
 */
export function restore(engine: Engine, from: Snapshot): void {
  load(engine, from);
  engine.replica.recorders.forEach((recorder, k) => {
    recorder.load?.(from.recorders[k]);
  });
}

/**
 * Writes a snapshot into an engine of the same shape, its recorders aside.
 * @param upTo only the columns that were there at this mark
 */
export function load(engine: Engine, from: Snapshot, upTo?: LedgerMark): void {
  const s = engine.replica;
  // Who lives now was alive at any earlier moment, or had not come; else its place is not overwritten below.
  if (engine !== from.engine || from.scalars.now > s.now) leaveAll(s);
  const { groups } = s.ledger;
  const mine = engine === from.engine ? Math.min(from.delivered, engine.delivered) : 0;
  if (engine.delivered > from.delivered) clearRows(s.ledger, from.delivered, engine.delivered);
  loadRows(groups.opinions, from.saved.ids, from.saved.n, from.opinions, upTo);
  s.workload = from.workload;
  renew(s, from, mine);
  s.resampled = from.ends !== null;
  loadRows(groups.progress, from.begun.ids, from.begun.n, from.progress);
  loadCells(s.ledger, from.cells, upTo?.cells);
  copyIds(from.live, s.live);
  for (let k = 0; k < LISTS.length; k++) copyIds(from.lists[k], s[LISTS[k]]);
  if (s.swap && from.swap) copySwap(from.swap, s.swap);
  takePlaces(s);
  s.borders.phase = -1;
  copyScalars(from.scalars, s);
  s.reshape = true;
  s.decoding = false;
  copyTotals(from.totals, s.totals);
  copyPlan(from.plan, s.plan, false);
  s.flight = from.inFlight ? s.spare : null;
  if (s.flight) copyPlan(from.other, s.flight, true);
  if (s.prefix && from.cache) loadCache(s.prefix, from.cache);
  s.acceptance = from.workload.acceptance;
  s.tie = s.rules.tie === 'source' ? from.workload.tie : null;
  expectExits(s);
  copyComing(from.coming, s.coming);
  engine.cursor = from.cursor;
  engine.delivered = from.delivered;
  engine.outcome = from.outcome;
  engine.asking = from.asking && !upTo; // another policy is asked anew
  tellEveryone(s);
  if (!engine.asking) return;
  fillView(s, engine.view, engine.scheduler);
  copySpoken(from.spoken, s.decision);
}

function leaveAll(s: Replica): void {
  for (let k = 0; k < s.live.n; k++) s.hidden.where[s.live.ids[k]] = Where.nowhere;
}

/** Those who had not begun when they were saved are new again, and those this engine does not know (ids from `mine`) are described. */
function renew(s: Replica, { saved, fresh, ends, delivered, workload: { rounds } }: Snapshot, mine: number): void {
  for (let k = 0; k < fresh.n; k++) {
    const r = fresh.ids[k];
    if (r >= mine || !begun(s.requests, r)) continue;
    clearRow(s.ledger.groups.progress, r);
    s.requests.known[r] = s.requests.promptTokens[r];
  }
  if (mine >= delivered && !ends) return;
  for (let k = 0; k < saved.n; k++) {
    const r = saved.ids[k];
    if (r >= mine) {
      clearRow(s.ledger.groups.progress, r);
      if (!rounds) {
        s.hidden.row[r] = r;
        s.requests.arrival[r] = s.workload.arrival[r];
      }
      describe(s, r);
    }
    if (ends) s.hidden.end[r] = ends[k];
  }
}

/** Who stands where follows from the lists. */
function takePlaces(s: Replica): void {
  const { where, queuePlace, livePlace } = s.hidden;
  const { live, running, queue, held } = s;
  for (let k = 0; k < live.n; k++) livePlace[live.ids[k]] = k;
  for (let k = 0; k < running.n; k++) where[running.ids[k]] = Where.running;
  for (let k = 0; k < queue.n; k++) {
    where[queue.ids[k]] = Where.queue;
    queuePlace[queue.ids[k]] = k;
  }
  for (let k = 0; k < held.n; k++) {
    where[held.ids[k]] = Where.held;
    queuePlace[held.ids[k]] = k;
  }
  if (!s.swap) return;
  const { out, back } = s.swap;
  for (let k = 0; k < out.queue.n; k++) where[out.queue.ids[k]] = Where.moving;
  for (let k = 0; k < back.queue.n; k++) where[back.queue.ids[k]] = Where.moving;
}

/** The policy reads the state anew: all of live have changed. */
function tellEveryone(s: Replica): void {
  const { marked } = s.hidden;
  const { ids, n } = s.live;
  s.repeated = false;
  copyIds(s.live, s.changed);
  for (let k = 0; k < n; k++) marked[ids[k]] = 1;
  if (n > 0) s.cause |= Cause.first;
}
