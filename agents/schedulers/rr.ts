/**
 * Round robin: everyone in turn, a quantum each. With a short quantum it is processor sharing.
 *
 * rank = when it last went to the back of the queue: its arrival, or the end of its last quantum
 *
 * so a newcomer waits for one round, while `las` would serve it at once. In `serial` with a quantum of one token n requests get
 * 1/n of the engine each; in a batch engine the seats go round, and those whose quanta end together keep their order of arrival.
 *
 * State: quanta used and that time. Source: Kleinrock 1967 (time-shared systems); as the best without predictions:
 * Motwani, Phillips and Torng 1994. Information: none. Where displacing costs memory it thrashes: wrap it in `limited` there.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface RrOptions {
  /** What counts as service: generated tokens, or µs in batches (prompts included) ['tokens']. */
  readonly by?: 'tokens' | 'service';
  /** Tokens or µs of a turn [1]. */
  readonly quantum?: number;
}

export const rr = ({ by = 'tokens', quantum = 1 }: RrOptions = {}): Scheduler => {
  let quanta: Float64Array;
  return {
    name: 'rr',
    reset(episode) {
      quanta = episode.column(Float64Array);
    },
    decide({ now, changed, requests }, { rank }) {
      const { ids, n } = changed;
      const attained = by === 'tokens' ? requests.generated : requests.service;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        const used = Math.floor(attained[r] / quantum);
        if (used > quanta[r]) rank[r] = now;
        else if (used === 0) rank[r] = requests.arrival[r];
        quanta[r] = used;
      }
    },
  };
};
