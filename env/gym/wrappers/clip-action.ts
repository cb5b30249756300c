/** Actions brought back into their bounds. */
import { arrayOf } from '../spaces/dtype.js';
import type { Numbers } from '../spaces/space.js';
import { boxLike, needBox } from './bounds.js';
import type { Wrapper } from './wrapper.js';

/** Any action of the right shape is legal; it is clipped to the bounds of the action space. @throws Error unless that is a Box */
export const clipAction = (): Wrapper => ({
  name: 'ClipAction',
  options: {},
  bind({ actionSpace, rows }) {
    const inside = needBox(actionSpace, 'ClipAction', 'action');
    const { low, high } = inside;
    const actions = Array.from({ length: rows }, () => new (arrayOf(inside.dtype))(low.length));
    return {
      actionSpace: boxLike(inside, -Infinity, Infinity),
      action(action, row) {
        const x = action as Numbers;
        const y = actions[row];
        for (let k = 0; k < y.length; k++) y[k] = Math.min(high[k], Math.max(low[k], x[k]));
        return y;
      },
    };
  },
});
