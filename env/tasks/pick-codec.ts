/** Which waiting request is admitted next, or nobody: asked whenever a seat and memory are free. */
import { discrete } from '../gym/spaces/discrete.js';
import type { Column } from '../serving/columns.js';
import type { BatchDecision, Episode, ReplicaView, RequestId, Scheduler } from '../serving/policy.js';
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
const FIRST = -(2 ** 40);

/**
 * Observation: candidates × 16 features (`features.ts`), empty slots 0; then 10 features of the engine.
 * Action: the slot of the candidate that is admitted next, or the last action: nobody until something happens. That is legal
 * while someone runs. After a pick it is asked again at once, while a seat and memory for the smallest of the others are free.
 */
export function pickCodec({ base, each, longest }: PickOptions): Codec<Float32Array, number, Float32Array> {
  const count = each * candidateOrders.length;
  const nobody = count;
  let asking: Asking;
  let features: Features;
  let candidates: Candidates;
  let slots: Slots;
  let opinions: Opinions;
  let rules: Episode['rules'];
  let state: Column;
  let known: Column;
  /** The how-manieth it was picked, from 1 on; 0 = it was not. Whatever became of it since: who is evicted comes back first. */
  let chosen: Int32Array;
  /** Of the open session: those who wait, then those who were picked. */
  let session: Int32Array;
  /** How many were ever picked; of the session how many wait and were picked, and blocks that it has given away. */
  let tally: Float64Array;
  const [PICKS, WAITING, PICKED, BLOCKS] = [0, 1, 2, 3];
  let found: Int32Array;

  const waits = (r: RequestId): boolean => chosen[r] === 0 && state[r] === State.waiting;
  const blocksOf = (tokens: number): number => Math.ceil((tokens + 1) / rules.blockSize);

  /** Begins a session; none while somebody who was picked is not admitted yet: he goes first. */
  function begin({ live: { ids, n } }: ReplicaView): boolean {
    let waiting = 0;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (state[r] !== State.waiting) continue;
      if (chosen[r] > 0) return false;
      session[waiting++] = r;
    }
    tally[WAITING] = waiting;
    return true;
  }

  /** A seat is free, and memory for the smallest of those who wait. */
  function room({ running, pool }: ReplicaView): boolean {
    const waiting = tally[WAITING];
    if (waiting === 0 || running.n + tally[PICKED] >= rules.maxBatch) return false;
    let least = known[session[0]];
    for (let k = 1; k < waiting; k++) if (known[session[k]] < least) least = known[session[k]];
    return blocksOf(least) <= pool.free - tally[BLOCKS];
  }

  /** Puts r, who waits, among those who were picked. */
  function pick(r: RequestId): void {
    const last = --tally[WAITING];
    session[session.indexOf(r)] = session[last];
    session[last] = r;
    chosen[r] = ++tally[PICKS];
    tally[PICKED]++;
    tally[BLOCKS] += blocksOf(known[r]);
  }

  /** Who was not picked waits. */
  function write(r: RequestId, { rank, hold }: BatchDecision): void {
    const pick = chosen[r];
    rank[r] = pick > 0 ? FIRST + pick : r;
    hold[r] = pick > 0 ? opinions.hold[r] : 1;
  }

  function writeUnasked(r: RequestId, out: BatchDecision): void {
    write(r, out);
    out.touch(r);
  }

  return {
    observationSpace: slotSpace(count),
    actionSpace: discrete(count + 1),
    maskWidth: count + 1,
    idle: nobody,
    reset(episode, frames) {
      rules = episode.rules;
      ({ state, known } = episode.requests);
      asking = createAsking(episode, { every: 'event', longest });
      features = createFeatures(episode);
      candidates = createCandidates(episode, each);
      slots = createSlots(episode, count, frames);
      opinions = createOpinions(episode, base, ['rank', 'hold']);
      chosen = episode.column(Int32Array);
      session = episode.cells(Int32Array, state.length);
      tally = episode.cells(Float64Array, 4);
      found = new Int32Array(count);
    },
    asks(view) {
      features.follow(view);
      tally[PICKED] = tally[BLOCKS] = 0;
      return asking.due(view) && begin(view) && room(view);
    },
    observe(view, into, row, frame) {
      slots.put(frame, found, candidates.choose(session, tally[WAITING], found));
      observeSlots(view, features, slots, count, frame, into, row);
    },
    mask({ running }, into, from, frame) {
      let legal = 0;
      const shown = slots.of(frame);
      for (let k = 0; k < count; k++) {
        const r = shown[k];
        legal += into[from + k] = r !== EMPTY && waits(r) ? 1 : 0;
      }
      into[from + nobody] = running.n > 0 || tally[PICKED] > 0 || legal === 0 ? 1 : 0;
    },
    take(view, action, frame) {
      const r = action === nobody ? EMPTY : slots.of(frame)[action];
      if (r === EMPTY || !waits(r)) return false;
      pick(r);
      return room(view);
    },
    decide(view, out) {
      opinions.ask(view, out);
      const { ids, n } = opinions.everyone ? view.live : view.changed;
      for (let k = 0; k < n; k++) write(ids[k], out);
      const { touched } = opinions;
      for (let k = 0; k < touched.n; k++) writeUnasked(touched.ids[k], out);
      for (let k = 0; k < tally[PICKED]; k++) writeUnasked(session[tally[WAITING] + k], out);
      asking.wake(out);
    },
  };
}
