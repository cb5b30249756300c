/**
 * What an agent sees of a request and of the engine, as numbers of order 1. Nothing here is the truth: columns of what has
 * happened, and beliefs.
 *
 * Features of a request:
 *
 * | # | Feature | From |
 * |---|---|---|
 * | 0 | age | (now − arrival) / 60 s |
 * | 1 | time without a token | (now − last token, or arrival) / 10 s |
 * | 2 | believed remaining | max(0, believed length − generated) / 1024 |
 * | 3 | its spread | spread of the believed length / 1024 |
 * | 4 | generated | generated / 1024 |
 * | 5 | still to compute | (known − computed) / 4096 |
 * | 6 | KV held | blocks / blocks of the pool |
 * | 7 | KV it needs to run | known tokens in blocks / blocks of the pool |
 * | 8 | acceptance rate | accepted / proposed drafts; the belief before the first |
 * | 9 | seen of it | proposed / (proposed + 32) |
 * | 10 | state | 1 running, 0.5 paused or away, 0 waiting |
 * | 11 | evictions | evictions / 4 |
 * | 12 | service class | class / 4 |
 * | 13 | time to its next promise | (due − now) / 10 s, within ±3; 3 = nothing is promised |
 * | 14 | slack | (latest start that keeps all promises − now) / 10 s, within ±3 |
 * | 15 | is here | 1; 0 in an empty slot, as everything else |
 *
 * Features of the engine:
 *
 * | # | Feature | From |
 * |---|---|---|
 * | 0 | free KV | free blocks / blocks |
 * | 1 | running | running / seats, or / 256 without a limit below that |
 * | 2 | waiting | waiting / 64 |
 * | 3 | length of the last iteration | / 100 ms |
 * | 4 | tokens of the last iteration | / token budget |
 * | 5 | time since the last question | / 1 s |
 * | 6 | arrivals since the last question | / 8 |
 * | 7 | departures since the last question | / 8 |
 * | 8 | rate of arrivals lately | requests/s ÷ 16, mean that forgets over 30 s |
 * | 9 | acceptance rate lately | accepted / proposed of everyone, mean that forgets over 1,000 drafts; 0.7 at first |
 */
import { createDue, stepAlone } from '../serving/due.js';
import type { Episode, Ids, ReplicaView, RequestId } from '../serving/policy.js';
import { someMayBeNew } from './newcomers.js';
import { FAR, REQUEST_FEATURES, writeRows } from './request-rows.js';

/** Raised with any change of these tables: weights are for one version. */
export const FEATURES_VERSION = 1;
/** Numbers that tell of the engine. */
export const ENGINE_FEATURES = 10;
export { REQUEST_FEATURES };

export interface Features {
  /** Notes what happened; to be called once in every turn. */
  follow(view: ReplicaView): void;
  /** Writes the features of the first n of `ids` from `at` on, a row each. */
  requests(view: ReplicaView, ids: ArrayLike<RequestId>, n: number, into: Float32Array, at: number): void;
  /** Writes the features of the engine from `at` on. */
  engine(view: ReplicaView, into: Float32Array, at: number): void;
  /** A question was asked: what is counted since the last one begins anew. */
  asked(view: ReplicaView): void;
}

const MOST_SEATS = 256;
const FORGETS = 30e6;
const FIRST_ACCEPTANCE = 0.7;
const DRAFTS_REMEMBERED = 1000;

export function createFeatures(episode: Episode): Features {
  const { requests, rules, promises } = episode;
  const due = createDue(episode);
  const pace = stepAlone(episode);
  const perBlocks = 1 / rules.blocks;
  const perSeats = 1 / Math.min(rules.maxBatch, MOST_SEATS);
  const promised = promises.length > 0;
  const seenProposed = episode.column(Int32Array);
  const seenAccepted = episode.column(Int32Array);
  // since the last question: its time, arrivals, departures · largest id + 1 · rate lately and its time ·
  // acceptance lately − its first value · somebody had a deadline of its own · drafts verified
  const at = episode.cells(Float64Array, 9);
  const [ASKED, CAME, LEFT, NEXT, RATE, RATED, ACCEPTED, DEADLINES, VERIFIED] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

  const clip = (x: number): number => (x > FAR ? FAR : x < -FAR ? -FAR : x);

  /** Notes who is new. @returns how many are */
  function welcome({ ids, n }: Ids): number {
    const before = at[NEXT];
    let next = before;
    let came = 0;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (r < before) continue;
      came++;
      next = Math.max(next, r + 1);
      if (requests.deadline[r] < Infinity) at[DEADLINES] = 1;
    }
    at[NEXT] = next;
    return came;
  }

  /** Notes how many drafts of those who are here were verified, and accepted. */
  function followDrafts({ changed: { ids, n }, verified }: ReplicaView): void {
    at[VERIFIED] = verified;
    const { proposed, accepted } = requests;
    let good = 0;
    let all = 0;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      const drafts = proposed[r] - seenProposed[r];
      if (drafts === 0) continue;
      all += drafts;
      good += accepted[r] - seenAccepted[r];
      seenProposed[r] = proposed[r];
      seenAccepted[r] = accepted[r];
    }
    if (all > 0) at[ACCEPTED] += Math.min(1, all / DRAFTS_REMEMBERED) * (good / all - FIRST_ACCEPTANCE - at[ACCEPTED]);
  }

  return {
    follow(view) {
      at[LEFT] += view.ended.n;
      if (view.verified !== at[VERIFIED]) followDrafts(view);
      if (!someMayBeNew(view)) return;
      const came = welcome(view.changed);
      if (came === 0) return;
      at[CAME] += came;
      at[RATE] = at[RATE] * Math.exp((at[RATED] - view.now) / FORGETS) + came / (FORGETS * 1e-6);
      at[RATED] = view.now;
    },
    requests({ now }, ids, n, into, from) {
      writeRows(episode, now, ids, n, into, from);
      if (!promised && at[DEADLINES] === 0) return;
      const { deadline } = requests;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        if (!promised && deadline[r] === Infinity) continue;
        const to = from + k * REQUEST_FEATURES;
        into[to + 13] = clip((due.next(r) - now) * 1e-7);
        into[to + 14] = clip((due.latestStart(r, pace) - now) * 1e-7);
      }
    },
    engine({ now, live, running, pool, batch }, into, from) {
      into[from] = rules.blocks < Infinity ? pool.free * perBlocks : 1;
      into[from + 1] = running.n * perSeats;
      into[from + 2] = (live.n - running.n) * (1 / 64);
      into[from + 3] = batch.n > 0 ? batch.length * 1e-5 : 0;
      into[from + 4] = batch.shape.tokens / rules.tokenBudget;
      into[from + 5] = (now - at[ASKED]) * 1e-6;
      into[from + 6] = at[CAME] * 0.125;
      into[from + 7] = at[LEFT] * 0.125;
      into[from + 8] = (at[RATE] * Math.exp((at[RATED] - now) / FORGETS)) / 16;
      into[from + 9] = FIRST_ACCEPTANCE + at[ACCEPTED];
    },
    asked({ now }) {
      at[ASKED] = now;
      at[CAME] = at[LEFT] = 0;
    },
  };
}
