/** Which waiting request is admitted next, or nobody: asked whenever a seat and memory are free. */
import { discrete } from '../gym/spaces/discrete.js';
import { createIds, pushId } from '../serving/ids.js';
import type { BatchDecision, Episode, Ids, ReplicaView, RequestId, Scheduler } from '../serving/policy.js';
import { State } from '../serving/requests.js';
import type { Micros } from '../time.js';
import { type Asking, createAsking } from './asking.js';
import { type Candidates, candidateOrders, createCandidates } from './candidates.js';
import type { Codec } from './codec.js';
import { createFeatures, type Features } from './features.js';
import { observeSlots, slotSpace } from './observation.js';
import { createOpinions, type Opinions } from './opinions.js';
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
const PICKED = -(2 ** 40);

/**
 * Observation: candidates × 16 features (`features.ts`), empty slots 0; then 10 features of the engine.
 * Action: the slot of the candidate that is admitted next, or the last action: nobody until something happens. That is legal
 * while someone runs. After a pick it is asked again at once, while a seat and memory for the smallest of the others are free.
 */
export function pickCodec({ base, each, longest }: PickOptions): Codec<Float32Array, number, Float32Array> {
  const count = each * candidateOrders.length;
  const nobody = count;
  let episode: Episode;
  let asking: Asking;
  let features: Features;
  let candidates: Candidates;
  let slots: Slots;
  let opinions: Opinions;
  /** The how-manieth it was picked, from 1 on; 0 = it was not. Whatever became of it since: who is evicted comes back first. */
  let chosen: Int32Array;
  /** How many were; seats and blocks that the open session has given away. */
  let tally: Float64Array;
  const [PICKS, SEATS, BLOCKS] = [0, 1, 2];
  let found: Int32Array;
  const fresh = createIds(); // picked since the last decision

  const waits = (r: RequestId): boolean => chosen[r] === 0 && episode.requests.state[r] === State.waiting;
  const blocksOf = (r: RequestId): number => Math.ceil((episode.requests.known[r] + 1) / episode.rules.blockSize);

  /** A seat is free, and memory for the smallest of those who wait. */
  function room({ live, running, pool }: ReplicaView): boolean {
    if (running.n + tally[SEATS] >= episode.rules.maxBatch) return false;
    let least = Infinity;
    for (let k = 0; k < live.n; k++) if (waits(live.ids[k])) least = Math.min(least, blocksOf(live.ids[k]));
    return least <= pool.free - tally[BLOCKS];
  }

  /** Who was picked and is not admitted yet goes first: nobody else is asked about meanwhile. */
  function pending({ live, requests }: ReplicaView): boolean {
    for (let k = 0; k < live.n; k++) {
      const r = live.ids[k];
      if (chosen[r] > 0 && requests.state[r] === State.waiting) return true;
    }
    return false;
  }

  /** Who was not picked waits. */
  function write(r: RequestId, { rank, hold }: BatchDecision): void {
    const pick = chosen[r];
    rank[r] = pick > 0 ? PICKED + pick : r;
    hold[r] = pick > 0 ? opinions.hold[r] : 1;
  }

  function writeAll({ ids, n }: Ids, out: BatchDecision): void {
    for (let k = 0; k < n; k++) {
      write(ids[k], out);
      out.touch(ids[k]);
    }
  }

  return {
    observationSpace: slotSpace(count),
    actionSpace: discrete(count + 1),
    maskWidth: count + 1,
    idle: nobody,
    reset(given, frames) {
      episode = given;
      asking = createAsking(given, { every: 'event', longest });
      features = createFeatures(given);
      candidates = createCandidates(given, each);
      slots = createSlots(given, count, frames);
      opinions = createOpinions(given, base, ['rank', 'hold']);
      chosen = given.column(Int32Array);
      tally = given.cells(Float64Array, 3);
      found = new Int32Array(count);
    },
    asks(view) {
      features.follow(view);
      tally[SEATS] = tally[BLOCKS] = 0;
      return asking.due(view) && !pending(view) && room(view);
    },
    observe(view, into, row, frame) {
      slots.put(frame, found, candidates.choose(view, waits, found));
      observeSlots(view, features, slots, count, frame, into, row);
    },
    mask({ running }, into, from, frame) {
      let legal = 0;
      for (let k = 0; k < count; k++) {
        const r = slots.of(frame)[k];
        legal += into[from + k] = r !== EMPTY && waits(r) ? 1 : 0;
      }
      into[from + nobody] = running.n > 0 || tally[SEATS] > 0 || legal === 0 ? 1 : 0;
    },
    take(view, action, frame) {
      const r = action === nobody ? EMPTY : slots.of(frame)[action];
      if (r === EMPTY || !waits(r)) return false;
      chosen[r] = ++tally[PICKS];
      tally[SEATS]++;
      tally[BLOCKS] += blocksOf(r);
      pushId(fresh, r);
      return room(view);
    },
    decide(view, out) {
      opinions.ask(view, out);
      const { ids, n } = opinions.everyone ? view.live : view.changed;
      for (let k = 0; k < n; k++) write(ids[k], out);
      writeAll(opinions.touched, out);
      writeAll(fresh, out);
      fresh.n = 0;
      asking.wake(out);
    },
  };
}
