/** Lets the rest of the process have its turn now and then, and hears of an abort. */
import { setImmediate as breathe } from 'node:timers/promises';

/** Longest stretch, ms, in which nothing else in the process gets a turn. */
const STRETCH = 30;

/** @returns call it between pieces of work; it throws the signal's reason if aborted */
export function rests(signal?: AbortSignal): () => Promise<void> {
  let rested = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - rested < STRETCH) return;
    await breathe();
    rested = performance.now();
    signal?.throwIfAborted();
  };
}
