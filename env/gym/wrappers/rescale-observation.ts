/** Observations in bounds of one's own choice. */
import type { Numbers } from '../spaces/space.js';
import { type BoundOption, boxLike, linearMap, needBox } from './bounds.js';
import type { Wrapper } from './wrapper.js';

export interface RescaleObservationOptions {
  /** One number, or one for each of the observation's. */
  readonly minObs: BoundOption;
  readonly maxObs: BoundOption;
}

/** Maps the bounds of the observation space linearly to [minObs, maxObs]. */
export const rescaleObservation = ({ minObs, maxObs }: RescaleObservationOptions): Wrapper => ({
  name: 'RescaleObservation',
  options: { minObs, maxObs },
  bind({ observationSpace }) {
    const inside = needBox(observationSpace, 'RescaleObservation', 'observation');
    const outside = boxLike(inside, minObs, maxObs);
    const { gradient, intercept, round } = linearMap(inside, outside, 'RescaleObservation');
    const size = gradient.length;
    return {
      observationSpace: outside,
      observe(from, i, to, o) {
        const x = from.observation as Numbers;
        const y = to.observation as Numbers;
        for (let k = 0; k < size; k++) y[o * size + k] = round(x[i * size + k] * gradient[k]) + intercept[k];
      },
    };
  },
});
