/**
 * Random order: every request draws its rank once, uniformly. The size-blind control that is not in order of arrival.
 *
 * rank = u(key). It is a function of seed and key, so it is the same in a fork, in a closed loop and under any numbering.
 *
 * Source: textbook. Information: none. Ours: the draw is a static priority, so a newcomer may displace who runs.
 */
import { type Luck, luck } from '../../env/random.js';
import type { Scheduler } from '../../env/serving/policy.js';

export const random = (): Scheduler => {
  let draw: Luck;
  return {
    name: 'random',
    wakeIn: Infinity, // a rank never moves
    reset({ seed }) {
      draw = luck(seed, 'schedulers/random');
    },
    decide({ changed, requests }, { rank }) {
      const { ids, n } = changed;
      for (let k = 0; k < n; k++) rank[ids[k]] = draw(requests.key[ids[k]], 0);
    },
  };
};
