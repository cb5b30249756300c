/** Refuses to step or draw what has not begun. */
import type { Wrapper } from './wrapper.js';

/** An error for `step` and `render` before the first `reset`. @param renderAnytime `render` may come first [false] */
export const orderEnforcing = ({ renderAnytime = false }: { readonly renderAnytime?: boolean } = {}): Wrapper => ({
  name: 'OrderEnforcing',
  options: { renderAnytime },
  inSpec: (spec) => ({ ...spec, orderEnforce: true }),
  bind({ rows }) {
    const state = { hasReset: new Uint8Array(rows) };
    return {
      state,
      check(row) {
        if (state.hasReset[row] === 0) throw new Error('step before the first reset: call reset() to begin an episode');
      },
      begin(row) {
        state.hasReset[row] = 1;
      },
      render(inner) {
        if (!renderAnytime && state.hasReset.includes(0))
          throw new Error(
            'render before the first reset: call reset(), or allow it by renderAnytime of OrderEnforcing',
          );
        return inner();
      },
    };
  },
});
