/** A heuristic, and what an agent adds to it: heads by request and for everyone (`heads.ts`). With all heads at 0 it is the heuristic, to the byte. */
import type { Column } from '../serving/columns.js';
import { createDue, stepAlone } from '../serving/due.js';
import { createIds } from '../serving/ids.js';
import {
  type BatchDecision,
  type Episode,
  type Ids,
  Place,
  type ReplicaView,
  type RequestId,
  type Scheduler,
} from '../serving/policy.js';
import { State } from '../serving/requests.js';
import type { Micros } from '../time.js';
import { type Ranks, setHead, setsAside, writeDrafts, writeRanks, writeReserves } from './head-columns.js';
import { budgeted, capped, engineHeads, grown, type Heads, placed, requestHeads, roomy } from './heads.js';
import { createOpinions } from './opinions.js';
import { createTold, forgetTold, listUnread, listWaiting, tell, tellAll, touch } from './told.js';

export interface ResidualOptions extends Heads {
  /** The heuristic. */
  readonly base: () => Scheduler;
  /** Of the rank head: at ±1 a rank is multiplied or divided by e^span. */
  readonly span: number;
}

export interface Residual {
  /** Sets the heads of the first n of `ids` to numbers in −1 … 1: rows of `values`; what is missing is 0. */
  set(ids: Int32Array, n: number, values: Float32Array): void;
  /** Sets the heads of everyone likewise. */
  setAll(values: Float32Array, at: number): void;
  /** Writes the decision of a turn. */
  decide(view: ReplicaView, out: BatchDecision): void;
  /** Writes of who runs what `decide` leaves out where the engine asks for it later. */
  writeLate(running: Ids, out: BatchDecision): void;
}

/** The column of a head that the agent does not have. */
const NONE = new Float64Array(0);

/** Opinions of a base with this scope may move for anyone in every turn. */
export function createResidual(episode: Episode, { base, perRequest, forAll, span }: ResidualOptions): Residual {
  const { column, cells, rules, requests } = episode;
  const { known } = requests;
  const hasGamma = perRequest.includes('gamma');
  const drafts = rules.maxDrafts > 0 && (hasGamma || forAll.includes('gamma'));
  const ordered = perRequest.includes('rank');
  const holds = perRequest.includes('hold');
  const due = createDue(episode);
  const pace = stepAlone(episode);
  const keeps = perRequest.includes('keep');
  const movesBlocks = perRequest.includes('place');
  const reserves = forAll.includes('reserve');
  const opinions = createOpinions(episode, base, [
    ...(ordered ? (['rank'] as const) : []),
    ...(drafts ? (['draft'] as const) : []),
    ...(holds ? (['hold'] as const) : []),
    ...(keeps ? (['keep'] as const) : []),
    ...(movesBlocks ? (['place'] as const) : []),
    ...(reserves ? (['reserve'] as const) : []),
  ]);
  const heads = requestHeads.map((head) => (perRequest.includes(head) ? column(Float64Array) : NONE));
  const [rankHead, gammaHead, holdHead, keepHead, placeHead] = heads;
  const progress = column(Int32Array); // tokens it had generated when the agent last took its blocks
  const ranks: Ranks = {
    said: opinions.rank,
    head: rankHead,
    headOfFactor: ordered ? column(Float64Array) : NONE,
    factor: ordered ? column(Float64Array) : NONE,
    span,
  };
  const engine = cells(Float64Array, engineHeads.length);
  const reserving = cells(Uint8Array, 1); // the heuristic has set aside something for somebody by itself
  const [RESERVE, HEADROOM, BUDGET, CHUNK, GAMMA] = engineHeads.map((_, k) => k);
  const places = perRequest.map((head) => requestHeads.indexOf(head));
  const enginePlaces = forAll.map((head) => engineHeads.indexOf(head));
  const told = createTold(requests.arrival.length);
  const late = episode.asksLate;
  const waiting = createIds(); // of those who moved
  // Heads of everyone that are written by request, if they moved since the last turn.
  let allReserves = false;
  let allDrafts = false;

  /** Writes what the heuristic and the agent say of these requests together, a column at a time. */
  function write(moved: Ids, { now, running }: ReplicaView, out: BatchDecision): void {
    if (moved.n === 0) return;
    writeAtOnce(moved, now, out);
    if (!late) writeForQueue(moved, out);
    else if (moved !== running) writeForQueue(listWaiting(moved, requests.state, waiting), out);
  }

  /** What the engine reads of everyone. */
  function writeAtOnce({ ids, n }: Ids, now: Micros, out: BatchDecision): void {
    if (drafts) addDrafts(ids, n, out.draft);
    if (holds) for (let k = 0; k < n; k++) out.hold[ids[k]] = isHeld(ids[k], now) ? 1 : opinions.hold[ids[k]];
    if (keeps) for (let k = 0; k < n; k++) out.keep[ids[k]] = opinions.keep[ids[k]] + keepHead[ids[k]];
    if (movesBlocks) for (let k = 0; k < n; k++) out.place[ids[k]] = placeOf(ids[k]);
  }

  /** What it reads of who waits, and of others when they are about to. */
  function writeForQueue({ ids, n }: Ids, out: BatchDecision): void {
    if (ordered) writeRanks(ids, n, ranks, out.rank);
    if (reserves) addReserves(ids, n, out.reserve);
  }

  const addDrafts = (ids: Column, n: number, draft: Uint8Array): void =>
    writeDrafts(ids, n, opinions.draft, engine[GAMMA], hasGamma ? gammaHead : null, rules.maxDrafts, draft);

  function addReserves(ids: Column, n: number, reserve: Int32Array): void {
    if (reserving[0] === 0 && !setsAside(ids, n, opinions.reserve)) return;
    reserving[0] = 1;
    writeReserves(ids, n, opinions.reserve, known, engine[RESERVE], reserve);
  }

  /** Heads of everyone that are written by request. The engine reads them as it needs them. */
  function writeAll({ ids, n }: Ids, out: BatchDecision): void {
    if (allDrafts && drafts) addDrafts(ids, n, out.draft);
    if (!allReserves || reserving[0] === 0 || n === 0) return;
    addReserves(ids, n, out.reserve);
    out.touch(ids[0]); // stands for all of whom only this moved
  }

  function placeOf(r: RequestId): number {
    const returns = placed(placeHead[r]) === Place.in && requests.state[r] === State.away;
    return returns ? Place.in : opinions.place[r];
  }

  /** From when on the agent holds r, who has too little to spare: until the next that it was promised is due. */
  const heldFrom = (r: RequestId): Micros => (holdHead[r] > 0 ? due.tightFrom(r, pace, holdHead[r]) + 1 : Infinity);
  const isHeld = (r: RequestId, now: Micros): boolean => now >= heldFrom(r) && now < due.next(r);

  /** Adds whose hold begins or is over, and asks to be asked when the next one's does. */
  function hold({ ids, n }: Ids, now: Micros, out: BatchDecision): void {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (holdHead[r] <= 0) continue;
      const from = heldFrom(r);
      const next = due.next(r);
      if (now < next) out.wakeAt = Math.min(out.wakeAt, now < from ? from : next);
      if (out.hold[r] !== (isHeld(r, now) ? 1 : opinions.hold[r])) tell(told, r);
    }
  }

  /** Takes r's blocks if the agent just said so. Each time costs it a token of progress first, so that nobody computes its prompt for ever. */
  function take(r: RequestId, out: BatchDecision): void {
    const place = placed(placeHead[r]);
    if (place !== Place.drop && place !== Place.out) return;
    placeHead[r] = 0;
    if (requests.blocks[r] === 0 || requests.generated[r] <= progress[r]) return;
    progress[r] = requests.generated[r];
    out.place[r] = place;
    out.touch(r);
  }

  return {
    set(ids, n, values) {
      const width = places.length;
      let moved = false;
      for (let from = 0; from < width; from++) {
        const head = heads[places[from]];
        if (head === gammaHead && !drafts) continue; // nothing it could do
        if (setHead({ values, from, width }, ids, n, head)) moved = true;
      }
      if (moved) tellAll(told, ids, n);
    },
    setAll(values, at) {
      for (let head = 0; head < enginePlaces.length; head++) {
        const place = enginePlaces[head];
        const value = at + head < values.length ? values[at + head] : 0;
        if (engine[place] === value) continue;
        engine[place] = value;
        if (place === RESERVE) allReserves = true;
        else if (place === GAMMA) allDrafts = true;
      }
    },
    decide(view, out) {
      opinions.ask(view, out);
      out.tokenBudget = budgeted(out.tokenBudget, engine[BUDGET]);
      out.headroom = roomy(out.headroom, engine[HEADROOM], rules.blocks);
      out.chunkCap = capped(out.chunkCap, engine[CHUNK], Math.min(rules.tokenBudget, out.tokenBudget));
      out.growth = grown(out.growth, engine[RESERVE]);
      if (holds) hold(view.live, view.now, out);
      const read = opinions.everyone ? view.live : view.changed;
      listUnread(told, read, view.running, requests.state);
      write(read, view, out);
      write(told.unread, view, out);
      write(opinions.touched, view, out);
      touch(told.unread, out);
      touch(opinions.touched, out);
      if (allDrafts || allReserves) writeAll(view.live, out);
      if (movesBlocks) for (let k = 0; k < told.shownN; k++) take(told.shown[k], out);
      forgetTold(told);
      allReserves = allDrafts = false;
    },
    writeLate: writeForQueue,
  };
}
