/** Beliefs about length that are looked at again while a request decodes. */
import type { Forecast } from '../../env/serving/beliefs.js';

export interface Looks {
  reset(forecast: Forecast): void;
  progress(r: number): void;
}

/**
 * Calls `look` whenever r has generated `every` tokens more, with those it had then. In between a belief stays above what has
 * been generated. State: how often it looked.
 */
export function looksEvery(every: number, look: (r: number, generated: number) => void): Looks {
  let forecast: Forecast;
  let looks: Int32Array;
  return {
    reset(given) {
      forecast = given;
      looks = given.column(Int32Array);
    },
    progress(r) {
      const { beliefs, requests } = forecast;
      const generated = requests.generated[r];
      const due = Math.floor(generated / every);
      if (looks[r] !== due) {
        looks[r] = due;
        look(r, due * every);
      }
      if (beliefs.length[r] <= generated) beliefs.length[r] = Math.min(requests.declared[r], generated + 1);
    },
  };
}
