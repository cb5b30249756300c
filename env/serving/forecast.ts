/** Gives a predictor its columns and, for those who may know it, the truth. */
import type { Predictor, Truth } from './beliefs.js';
import { cells, column } from './columns.js';
import { mark } from './order.js';
import { Cause } from './policy.js';
import type { Replica } from './replica.js';

/** Resets a predictor onto the replica that begins an episode; `fleet` has all that will share it. */
export function bindBeliefs(s: Replica, predictor: Predictor, fleet: readonly Replica[]): void {
  predictor.reset?.({
    requests: s.requests,
    beliefs: s.beliefs,
    rules: s.rules,
    seed: s.seed,
    prompt: (r) => s.workload.texts?.prompt(s.hidden.row[r]),
    model: (r) => s.workload.texts?.model(s.hidden.row[r]),
    truth: truthOf(s),
    column: (kind) => column(s.ledger, kind),
    cells: (kind, length) => cells(s.ledger, kind, length),
    moved(r) {
      const place = s.hidden.livePlace[r];
      const owner = fleet.find(({ live }) => place < live.n && live.ids[place] === r);
      if (!owner) return; // it left, or nobody has taken it yet
      mark(owner, r);
      owner.cause |= Cause.belief;
    },
  });
}

/** Output tokens over which acceptance is averaged at most: a length that nobody declared can be absurd. */
const LONGEST_WALK = 16384;

function truthOf(s: Replica): Truth {
  return {
    get workload() {
      return s.workload;
    },
    outputTokens: (r) => s.hidden.end[r],
    acceptance(r, drafts) {
      if (drafts < 1 || s.acceptance.never) return 0;
      let position = Math.max(1, s.requests.generated[r]);
      let step = s.hidden.samples[r];
      let accepted = 0;
      let proposed = 0;
      const last = Math.min(s.hidden.end[r], position + LONGEST_WALK);
      while (position < last) {
        const offered = s.acceptance.proposed(s.hidden.row[r], position, step, drafts);
        const taken = s.acceptance.accepted(s.hidden.row[r], position, step, offered);
        proposed += offered;
        accepted += taken;
        position += 1 + taken;
        step++;
      }
      return proposed === 0 ? 0 : accepted / proposed;
    },
  };
}
