/** What a finished episode is held against. */
import type { Engine } from '../../../env/serving/engine.js';
import { State } from '../../../env/serving/requests.js';

/** Mean JCT over the requests that finished, µs; 0 if none did. */
export function meanJctOf({ replica, delivered }: Engine): number {
  const { requests, hidden } = replica;
  let sum = 0;
  let finished = 0;
  for (let r = 0; r < delivered; r++) {
    if (requests.state[r] !== State.finished) continue;
    sum += hidden.left[r] - requests.arrival[r];
    finished++;
  }
  return finished > 0 ? sum / finished : 0;
}
