/**
 * LTR: learning to rank (Fu et al., NeurIPS 2024, arXiv 2408.15792). Only the predicted order matters, not the lengths.
 *
 *     rank = (promoted ? first : second class, score)       score = what was predicted at arrival, never refreshed
 *
 * Preemptive: waiting, running and swapped are one list. Who was not scheduled for `patience` iterations is promoted and
 * goes before all who are not, for `runs` iterations in which it runs; then it falls back.
 *
 * State kept: score, iterations without tokens, runs left. Information: the order of believed lengths. Source: the
 * authors' vllm-ltr. Defaults: 200 and 10, those of its 70B fairness scripts. Who is displaced is swapped out there: where
 * it is computed again instead, and memory is short, promotions cost more than they are worth (`patience` turns them off).
 */
import type { BatchDecision, Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { watchUnserved } from './unserved.js';

export interface LtrOptions {
  /** Iterations without tokens after which a request is promoted [200; Infinity: nobody is]. */
  readonly patience?: number;
  /** Iterations that a promoted request runs for [10]. */
  readonly runs?: number;
}

/** Added to the score of those who are promoted: below every length, and lengths keep their fractions. */
const PROMOTED = -(2 ** 40);

export const ltr = (options: LtrOptions = {}): Scheduler => {
  let sort: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'ltr',
    reset(episode) {
      sort = start(episode, options);
    },
    decide(view, out) {
      sort(view, out);
    },
  };
};

function start(episode: Episode, { patience = 200, runs = 10 }: LtrOptions) {
  const { length } = episode.beliefs;
  const unserved = watchUnserved(episode, patience);
  const met = episode.column(Uint8Array);
  const score = episode.column(Float64Array);
  const runsLeft = episode.column(Int32Array);
  const turns = episode.cells(Float64Array, 1); // asked every iteration: turns count them

  return ({ changed, live }: ReplicaView, out: BatchDecision): void => {
    const turn = ++turns[0];
    for (let k = 0; k < changed.n; k++) {
      const r = changed.ids[k];
      if (met[r] === 0) score[r] = length[r];
      met[r] = 1;
      if (unserved.look(r, turn) && runsLeft[r] > 0) runsLeft[r]--;
      out.rank[r] = runsLeft[r] > 0 ? PROMOTED + score[r] : score[r];
    }
    const starved = unserved.overdue(live, turn);
    for (let k = 0; k < starved.n; k++) {
      const r = starved.ids[k];
      runsLeft[r] = runs;
      out.rank[r] = PROMOTED + score[r];
      out.touch(r);
    }
  };
}
