/** A new order, every one equally likely (Fisher and Yates). */
import type { Stream } from '../../env/random.js';

export function shuffle(order: Int32Array, random: Stream): void {
  for (let k = order.length - 1; k > 0; k--) {
    const other = Math.floor(random.next() * (k + 1));
    const kept = order[k];
    order[k] = order[other];
    order[other] = kept;
  }
}
