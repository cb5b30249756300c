/** Actions in bounds of one's own choice. */
import { arrayOf } from '../spaces/dtype.js';
import type { Numbers } from '../spaces/space.js';
import { type BoundOption, boxLike, linearMap, needBox } from './bounds.js';
import type { Wrapper } from './wrapper.js';

export interface RescaleActionOptions {
  /** One number, or one for each of the action's. */
  readonly minAction: BoundOption;
  readonly maxAction: BoundOption;
}

/** Maps [minAction, maxAction] linearly to the bounds of the action space; what lies outside goes on outside. */
export const rescaleAction = ({ minAction, maxAction }: RescaleActionOptions): Wrapper => ({
  name: 'RescaleAction',
  options: { minAction, maxAction },
  bind({ actionSpace, rows }) {
    const inside = needBox(actionSpace, 'RescaleAction', 'action');
    const outside = boxLike(inside, minAction, maxAction);
    const { gradient, intercept, round } = linearMap(inside, outside, 'RescaleAction');
    const actions = Array.from({ length: rows }, () => new (arrayOf(inside.dtype))(gradient.length));
    return {
      actionSpace: outside,
      action(action, row) {
        const x = action as Numbers;
        const y = actions[row];
        for (let k = 0; k < y.length; k++) y[k] = round(x[k] - intercept[k]) / gradient[k];
        return y;
      },
    };
  },
});
