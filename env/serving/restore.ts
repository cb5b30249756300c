/** Back to a snapshot: what was copied is copied back, what came since is undone. */
import { clearRow, clearRows, type LedgerMark, loadCells } from './columns.js';
import { copyComing } from './coming.js';
import { describe } from './delivery.js';
import type { Engine } from './engine.js';
import { expectExits } from './exits.js';
import { copyIds } from './ids.js';
import { ranksAreNew } from './news.js';
import { copyPlan } from './plan.js';
import { Cause } from './policy.js';
import { loadCache } from './prefix-copy.js';
import type { Replica } from './replica.js';
import { begun, Where } from './requests.js';
import { loadRows } from './rows.js';
import { copyScalars } from './scalars.js';
import { copySpoken, LISTS, type Snapshot } from './snapshot.js';
import { copySwap } from './swap.js';
import { copyTotals } from './totals.js';
import { fillView } from './view.js';

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
  if (s.prefix) s.prefix.content = from.workload.content ?? null;
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
  ranksAreNew(s);
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
