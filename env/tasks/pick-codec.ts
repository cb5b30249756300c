/** Which waiting request is admitted next, or nobody: asked whenever a seat and memory are free. */
import { discrete } from '../gym/spaces/discrete.js';
import type { BatchDecision, Episode, Ids, ReplicaView, RequestId, Scheduler } from '../serving/policy.js';
import { State } from '../serving/requests.js';
import type { Micros } from '../time.js';
import { type Asking, createAsking } from './asking.js';
import { candidateOrders, createCandidates } from './candidates.js';
import type { Codec } from './codec.js';
import { createFeatures, type Features } from './features.js';
import { observeSlots, slotSpace } from './observation.js';
import { createOpinions } from './opinions.js';
import { createSlots, EMPTY, type Slots } from './slots.js';

export interface PickOptions {
  /** What it says of anything but order stands: γ, reserve, chunks. */
  readonly base: () => Scheduler;
  /** Candidates by each order. */
  readonly each: number;
  /** Longest time between two questions while someone waits and could be admitted, µs. */
  readonly longest: Micros;
}

/** Ranks of those who were picked: before all others, in the order in which they were. */
const FIRST = -(2 ** 40);

/** One episode of picking. */
interface Picking {
  /** Ends the last session. @returns whether one begins: it was `asked` for, and somebody can be picked. To be called once in every turn. */
  opens(view: ReplicaView, asked: boolean): boolean;
  /** Writes the candidates of the open session; returns how many there are. */
  candidates(into: Int32Array): number;
  /** Nobody has picked r yet, and it waits. */
  waits(r: RequestId): boolean;
  /** Writes 1 for each of the first n of `ids` of whom that is so, 0 for others, from `from` on; returns how many there are. */
  markWaiting(ids: Int32Array, n: number, into: Uint8Array, from: number): number;
  /** Puts r, who waits, among those who were picked. @returns whether somebody else can be, too */
  pick(r: RequestId, view: ReplicaView): boolean;
  /** Somebody was picked in the open session. */
  begun(): boolean;
  /** Writes the decision of a turn. */
  decide(view: ReplicaView, out: BatchDecision): void;
}

function createPicking(episode: Episode, { base, each }: PickOptions): Picking {
  const { rules } = episode;
  const { state, known } = episode.requests;
  const candidates = createCandidates(episode, each);
  const opinions = createOpinions(episode, base, ['rank', 'hold']);
  /** The how-manieth it was picked, from 1 on; 0 = it was not. Whatever became of it since: who is evicted comes back first. */
  const chosen = episode.column(Int32Array);
  /** Of the open session: those who wait, then those who were picked. */
  const session = episode.cells(Int32Array, state.length + 1);
  /** How many were ever picked; of the session how many wait and were picked, and blocks that it has given away. */
  const tally = episode.cells(Float64Array, 4);
  const [PICKS, WAITING, PICKED, BLOCKS] = [0, 1, 2, 3];

  const blocksOf = (tokens: number): number => Math.ceil((tokens + 1) / rules.blockSize);

  // Who waits and who was picked stand in no order that a processor could foresee: no branches where everyone is looked at.
  // Columns are locals there: what a closure holds is looked up anew at every use.

  /** Lists who waits. False while somebody who was picked is not admitted yet: he goes first. */
  function list({ live: { ids, n }, requests: { state } }: ReplicaView): boolean {
    const to = session;
    const picks = chosen;
    let waiting = 0;
    let ahead = 0;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const waits = (state[r] - 1) >>> 31; // 1 for who waits, whose state is the lowest, else 0
      to[waiting] = r;
      waiting = (waiting + waits) | 0;
      ahead |= waits & (-picks[r] >>> 31);
    }
    if (ahead !== 0) return false;
    tally[WAITING] = waiting;
    return true;
  }

  const seat = ({ running }: ReplicaView): boolean => running.n + tally[PICKED] < rules.maxBatch;

  /** Somebody waits for whom there is memory. */
  function room({ pool, requests: { known } }: ReplicaView): boolean {
    const free = pool.free - tally[BLOCKS];
    for (let k = 0; k < tally[WAITING]; k++) if (blocksOf(known[session[k]]) <= free) return true;
    return false;
  }

  /** Who was not picked waits, at the place that the engine gave it. */
  function writeHolds({ ids, n }: Ids, hold: Uint8Array): void {
    const held = opinions.hold;
    const picks = chosen;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      hold[r] = held[r] | (1 - (-picks[r] >>> 31)); // 0 for who was picked, else 1
    }
  }

  /** Who was picked in this session goes before all who come after. */
  function writePicked(out: BatchDecision): void {
    const waiting = tally[WAITING];
    for (let k = 0; k < tally[PICKED]; k++) {
      const r = session[waiting + k];
      out.rank[r] = FIRST + chosen[r];
      out.hold[r] = opinions.hold[r];
      out.touch(r);
    }
  }

  return {
    opens(view, asked) {
      candidates.follow(view);
      tally[PICKED] = tally[BLOCKS] = 0;
      return asked && seat(view) && list(view) && room(view);
    },
    candidates: (into) => candidates.choose(session, tally[WAITING], into),
    waits: (r) => chosen[r] === 0 && state[r] === State.waiting,
    markWaiting(ids, n, into, from) {
      const picks = chosen;
      const states = state;
      const start = from | 0;
      let waiting = 0;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const waits = ((states[r] - 1) >>> 31) & ~(-picks[r] >>> 31);
        into[(start + k) | 0] = waits;
        waiting = (waiting + waits) | 0;
      }
      return waiting;
    },
    pick(r, view) {
      const last = --tally[WAITING];
      let at = 0;
      while (at < last && session[at] !== r) at++;
      session[at] = session[last];
      session[last] = r;
      chosen[r] = ++tally[PICKS];
      tally[PICKED]++;
      tally[BLOCKS] += blocksOf(known[r]);
      return seat(view) && room(view);
    },
    begun: () => tally[PICKED] > 0,
    decide(view, out) {
      opinions.ask(view, out);
      writeHolds(opinions.everyone ? view.live : view.changed, out.hold);
      const { touched } = opinions;
      writeHolds(touched, out.hold);
      for (let k = 0; k < touched.n; k++) out.touch(touched.ids[k]);
      writePicked(out);
    },
  };
}

/**
 * Observation: candidates × 16 features (`features.ts`), empty slots 0; then 10 features of the engine.
 * Action: the slot of the candidate that is admitted next, or the last action: nobody until something happens. That is legal
 * while someone runs. After a pick it is asked again at once, while a seat and memory for the smallest of the others are free.
 */
export function pickCodec(options: PickOptions): () => Codec<Float32Array, number, Float32Array> {
  const { each, longest } = options;
  const count = each * candidateOrders.length;
  const nobody = count;
  const observationSpace = slotSpace(count);
  const actionSpace = discrete(count + 1);
  return () => {
    let asking: Asking;
    let features: Features;
    let slots: Slots;
    let picking: Picking;
    return {
      observationSpace,
      actionSpace,
      maskWidth: count + 1,
      idle: nobody,
      reset(episode, frames) {
        asking = createAsking(episode, { every: 'event', longest });
        features = createFeatures(episode);
        slots = createSlots(episode, count, frames);
        picking = createPicking(episode, options);
      },
      asks(view) {
        features.follow(view);
        return picking.opens(view, asking.due(view));
      },
      observe(view, into, row, frame) {
        slots.put(frame, picking.candidates);
        observeSlots(view, features, slots, count, frame, into, row);
      },
      mask({ running }, into, from, frame) {
        const filled = slots.filled(frame);
        const legal = picking.markWaiting(slots.of(frame), filled, into, from);
        if (filled < count) into.fill(0, from + filled, from + count);
        into[from + nobody] = running.n > 0 || picking.begun() || legal === 0 ? 1 : 0;
      },
      take(view, action, frame) {
        const r = action === nobody ? EMPTY : slots.of(frame)[action];
        return r !== EMPTY && picking.waits(r) && picking.pick(r, view);
      },
      decide(view, out) {
        picking.decide(view, out);
        asking.wake(out);
      },
    };
  };
}
