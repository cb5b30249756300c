/** Shortest remaining processing time on one machine, and shortest first on many: the flow times that bounds are made of. */

/**
 * When the jobs of a preemptive machine of speed 1 are done under SRPT, ascending: at every instant no schedule has
 * completed more of them (Schrage 1968).
 * @param releases ascending
 */
export function srptCompletions(sizes: ArrayLike<number>, releases: ArrayLike<number>): Float64Array {
  const count = sizes.length;
  const done = new Float64Array(count);
  const heap = new Float64Array(count);
  let waiting = 0;
  let finished = 0;
  let now = 0;
  for (let next = 0; next < count || waiting > 0; ) {
    if (waiting === 0) now = Math.max(now, releases[next]);
    while (next < count && releases[next] <= now) push(heap, waiting++, sizes[next++]);
    const until = next < count ? releases[next] : Infinity;
    if (now + heap[0] <= until) {
      now += heap[0];
      done[finished++] = now;
      pop(heap, --waiting);
    } else {
      heap[0] -= until - now; // it stays the least
      now = until;
    }
  }
  return done;
}

/** Σ (completion − release) of SRPT on one machine of speed 1. */
export function srptFlow(sizes: ArrayLike<number>, releases: ArrayLike<number>): number {
  const done = srptCompletions(sizes, releases);
  let flow = 0;
  for (let k = 0; k < done.length; k++) flow += done[k] - releases[k];
  return flow;
}

/** Least Σ completions of jobs that are all there at time 0 on identical machines: shortest first, in turns (McNaughton 1959). */
export function spreadFlow(sizes: ArrayLike<number>, machines: number): number {
  const longestFirst = Float64Array.from(sizes).sort().reverse();
  return longestFirst.reduce((sum, size, k) => sum + size * (1 + Math.floor(k / machines)), 0);
}

function push(heap: Float64Array, at: number, value: number): void {
  let k = at;
  while (k > 0 && heap[(k - 1) >> 1] > value) {
    heap[k] = heap[(k - 1) >> 1];
    k = (k - 1) >> 1;
  }
  heap[k] = value;
}

/** Takes the least out of `left` + 1 values. */
function pop(heap: Float64Array, left: number): void {
  const value = heap[left];
  let k = 0;
  for (;;) {
    let child = 2 * k + 1;
    if (child >= left) break;
    if (child + 1 < left && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= value) break;
    heap[k] = heap[child];
    k = child;
  }
  heap[k] = value;
}
