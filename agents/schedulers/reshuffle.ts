/**
 * Priority reshuffling: the fairness scheduler under which FastSwitch was measured (Shen et al. 2024, arXiv 2411.18424).
 *
 * Every `every` iterations everyone's priority is drawn anew; the best that fit run, the others lose their place. It is
 * no policy to run a service with, but a load on preemption: how dear swapping and computing again are, and to whom.
 *
 * `random`: rank = u(key, epoch). `markov`: with probability `stay` the rank of the last epoch, else a new one.
 *
 * State kept: the rank, and the number of turns. Information: none. The traces of the paper are offline: so are these, a
 * function of seed, key and epoch. Defaults: every 25 iterations (its f = .04 for an 8B model); the paper's chain was not
 * found, ours stays with probability .5.
 */
import { luck } from '../../env/random.js';
import type { BatchDecision, Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';

export interface ReshuffleOptions {
  /** Iterations between two draws [25]. */
  readonly every?: number;
  readonly pattern?: 'random' | 'markov';
  /** Markov: probability that a request keeps its priority [.5]. */
  readonly stay?: number;
}

export const reshuffle = (options: ReshuffleOptions = {}): Scheduler => {
  let shuffle: (view: ReplicaView, out: BatchDecision) => void;
  return {
    name: 'reshuffle',
    reset(episode) {
      shuffle = start(episode, options);
    },
    decide(view, out) {
      shuffle(view, out);
    },
  };
};

function start(episode: Episode, { every = 25, pattern = 'random', stay = 0.5 }: ReshuffleOptions) {
  const { key } = episode.requests;
  const draw = luck(episode.seed, 'schedulers/reshuffle');
  const keeps = luck(episode.seed, 'schedulers/reshuffle stays');
  const met = episode.column(Uint8Array);
  const turns = episode.cells(Float64Array, 1); // asked every iteration: turns count them

  return ({ live, changed }: ReplicaView, out: BatchDecision): void => {
    const epoch = Math.floor(turns[0] / every);
    const begins = turns[0]++ % every === 0;
    const { ids, n } = begins ? live : changed;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (met[r] === 1 && (!begins || (pattern === 'markov' && keeps(key[r], epoch) < stay))) continue;
      met[r] = 1;
      out.rank[r] = draw(key[r], epoch);
      out.touch(r);
    }
  };
}
