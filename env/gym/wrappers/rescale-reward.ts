/** Rewards on another scale. */
import type { Wrapper } from './wrapper.js';

/** r → scale · r + offset [offset 0]. @throws Error for a scale or offset that is no finite number */
export function rescaleReward({ scale, offset = 0 }: { readonly scale: number; readonly offset?: number }): Wrapper {
  for (const [name, x] of Object.entries({ scale, offset }))
    if (!Number.isFinite(x)) throw new Error(`RescaleReward: ${name} is ${x}, expected a finite number`);
  return {
    name: 'RescaleReward',
    options: { scale, offset },
    bind: () => ({
      step(numbers, at) {
        numbers.reward[at] = scale * numbers.reward[at] + offset;
      },
    }),
  };
}
