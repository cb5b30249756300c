/** Observations brought back into bounds. */
import type { Numbers } from '../spaces/space.js';
import { type BoundOption, boxLike, needBox } from './bounds.js';
import type { Wrapper } from './wrapper.js';

export interface ClipObservationOptions {
  /** One number, or one for each of the observation's; [those of the observation space]. */
  readonly minObs?: BoundOption;
  readonly maxObs?: BoundOption;
}

/** Clips each number of an observation, e.g. normalised ones to [−10, 10]. @throws Error unless the space is a Box */
export const clipObservation = ({ minObs, maxObs }: ClipObservationOptions = {}): Wrapper => ({
  name: 'ClipObservation',
  options: { ...(minObs === undefined ? {} : { minObs }), ...(maxObs === undefined ? {} : { maxObs }) },
  bind({ observationSpace }) {
    const inside = needBox(observationSpace, 'ClipObservation', 'observation');
    const outside = boxLike(inside, minObs ?? inside.low, maxObs ?? inside.high);
    const { low, high } = outside;
    const size = low.length;
    return {
      observationSpace: outside,
      observe(from, i, to, o) {
        const x = from.observation as Numbers;
        const y = to.observation as Numbers;
        for (let k = 0; k < size; k++) y[o * size + k] = Math.min(high[k], Math.max(low[k], x[i * size + k]));
      },
    };
  },
});
