/** A heuristic, and what an agent adds to it: heads by request and for everyone (`heads.ts`). With all heads at 0 it is the heuristic, to the byte. */
import { createIds, pushId } from '../serving/ids.js';
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
import {
  budgeted,
  capped,
  drafted,
  type EngineHead,
  engineHeads,
  factorOf,
  placed,
  type RequestHead,
  requestHeads,
  reserved,
  roomy,
  shifted,
} from './heads.js';
import { createOpinions, NO_CAP } from './opinions.js';

export interface ResidualOptions {
  /** The heuristic. */
  readonly base: () => Scheduler;
  /** Which heads the agent has, in the order of its numbers. */
  readonly perRequest: readonly RequestHead[];
  readonly forAll: readonly EngineHead[];
  /** Of the rank head: at ±1 a rank is multiplied or divided by e^span. */
  readonly span: number;
}

export interface Residual {
  /** Sets head number `head` of r to `value` in −1 … 1. */
  set(r: RequestId, head: number, value: number): void;
  /** Sets head number `head` of everyone. */
  setAll(head: number, value: number): void;
  /** Writes the decision of a turn. */
  decide(view: ReplicaView, out: BatchDecision): void;
}

/** Opinions of a base with this scope may move for anyone in every turn. */
export function createResidual(episode: Episode, { base, perRequest, forAll, span }: ResidualOptions): Residual {
  const opinions = createOpinions(episode, base);
  const { column, cells, rules, requests } = episode;
  const heads = requestHeads.map(() => column(Float64Array));
  const [, gammaHead, holdHead, keepHead, placeHead] = heads;
  const movesBlocks = perRequest.includes('place');
  const progress = column(Int32Array); // tokens it had generated when the agent last took its blocks
  const factor = column(Float64Array); // e^(span · rank head) − 1
  const engine = cells(Float64Array, engineHeads.length);
  const [RESERVE, HEADROOM, BUDGET, CHUNK, GAMMA] = engineHeads.map((_, k) => k);
  const places = perRequest.map((head) => requestHeads.indexOf(head));
  const enginePlaces = forAll.map((head) => engineHeads.indexOf(head));
  const moved = createIds(); // set since the last turn; empty between turns
  let all = false; // a head of everyone moved since the last turn

  /**
   * @param most cap on the tokens of a request that the agent has said for everyone
   * @returns whether anything that is read moved
   */
  function write(r: RequestId, out: BatchDecision, most: number): boolean {
    const rank = shifted(opinions.rank[r], factor[r] + 1);
    const draft = drafted(drafted(opinions.draft[r], engine[GAMMA], rules.maxDrafts), gammaHead[r], rules.maxDrafts);
    const hold = holdHead[r] > 0.5 ? 1 : opinions.hold[r];
    const keep = opinions.keep[r] + keepHead[r];
    const chunk = Math.min(opinions.chunk[r], most);
    const reserve = reserved(episode, r, opinions.reserve[r], engine[RESERVE]);
    const returns = placed(placeHead[r]) === Place.in && requests.state[r] === State.away;
    const place = returns ? Place.in : opinions.place[r];
    const same =
      rank === out.rank[r] &&
      draft === out.draft[r] &&
      hold === out.hold[r] &&
      keep === out.keep[r] &&
      chunk === out.chunk[r] &&
      reserve === out.reserve[r] &&
      place === out.place[r];
    if (same) return false;
    out.rank[r] = rank;
    out.draft[r] = draft;
    out.hold[r] = hold;
    out.keep[r] = keep;
    out.chunk[r] = chunk;
    out.reserve[r] = reserve;
    out.place[r] = place;
    return true;
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

  function writeAll({ ids, n }: Ids, out: BatchDecision, most: number): void {
    for (let k = 0; k < n; k++) if (write(ids[k], out, most)) out.touch(ids[k]);
  }

  return {
    set(r, head, value) {
      const place = places[head];
      const values = heads[place];
      if (values[r] === value) return;
      values[r] = value;
      if (place === 0) factor[r] = factorOf(value, span) - 1;
      pushId(moved, r);
    },
    setAll(head, value) {
      const place = enginePlaces[head];
      if (engine[place] === value) return;
      engine[place] = value;
      all = true;
    },
    decide(view, out) {
      opinions.ask(view, out);
      out.tokenBudget = budgeted(out.tokenBudget, engine[BUDGET]);
      out.headroom = roomy(out.headroom, engine[HEADROOM], rules.blocks);
      const budget = Math.min(rules.tokenBudget, out.tokenBudget);
      const most = capped(NO_CAP, engine[CHUNK], budget);
      const { ids, n } = all || opinions.everyone ? view.live : view.changed;
      for (let k = 0; k < n; k++) if (write(ids[k], out, most) && all) out.touch(ids[k]);
      if (!all) {
        writeAll(opinions.touched, out, most);
        writeAll(moved, out, most);
      }
      if (movesBlocks) for (let k = 0; k < moved.n; k++) take(moved.ids[k], out);
      moved.n = 0;
      all = false;
    },
  };
}
