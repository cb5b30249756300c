/**
 * Block borders of a steady batch: everyone computes one token an iteration, so in which iteration a request needs its
 * next block, or (if it enters the prefix cache then) completes one, repeats with the block size. Requests are kept in rings by that
 * iteration: a repeated iteration visits the few that stand at a border, and nobody else.
 */

import { atBorder } from './bulk.js';
import { enterFull, grow, takeFree } from './kv.js';
import type { Replica } from './replica.js';

/** Two rings of lists, in the order of the running list. Entries are positions in it + 1; 0 ends a list. */
export interface Borders {
  /** By iteration modulo block size: first of those who may need a block, and of those who complete one. */
  readonly taking: Int32Array;
  readonly completing: Int32Array;
  readonly nextTaking: Int32Array;
  readonly nextCompleting: Int32Array;
  /** Iterations repeated since the rings were made; −1 = the running list has changed since. */
  phase: number;
}

/** Blocks beyond this size are counted by scanning: a ring of them would be longer than any batch. */
const LONGEST_RING = 4096;

export function createBorders(blockSize: number, room: number): Borders {
  const ring = blockSize <= LONGEST_RING ? blockSize : 0;
  return {
    taking: new Int32Array(ring),
    completing: new Int32Array(ring),
    nextTaking: new Int32Array(room + 1),
    nextCompleting: new Int32Array(room + 1),
    phase: -1,
  };
}

/** Blocks for m more tokens of everyone who runs; the caller knows that there are enough. */
export function growRunning(s: Replica, m: number): void {
  const { borders, entersPlanned } = s;
  if ((!entersPlanned && m > 1) || borders.taking.length === 0) {
    growEach(s, m);
    return;
  }
  if (borders.phase < 0) arrange(s);
  const { computed, blocks } = s.requests;
  const { ids } = s.running;
  const { blockSize } = s.rules;
  const { taking, completing, nextTaking, nextCompleting } = borders;
  const lag = s.flight ? 1 : 0;
  let slot = borders.phase;
  for (let i = 1; i <= m; i++) {
    for (let at = taking[slot]; at !== 0; at = nextTaking[at]) {
      const r = ids[at - 1];
      if (computed[r] + i > blocks[r] * blockSize) takeFree(s, r, blocks[r], 1);
    }
    if (entersPlanned) {
      for (let at = completing[slot]; at !== 0; at = nextCompleting[at]) {
        const r = ids[at - 1];
        enterFull(s, r, computed[r] + i - lag);
      }
    }
    slot = slot + 1 === blockSize ? 0 : slot + 1;
  }
  borders.phase = slot;
}

/** Puts the running requests into the rings, last one first, so that each list is in their order. */
function arrange(s: Replica): void {
  const { borders } = s;
  const { taking, completing, nextTaking, nextCompleting } = borders;
  const { computed } = s.requests;
  const { ids, n } = s.running;
  const { blockSize } = s.rules;
  // What is known of a request lags a token behind while its output is in flight.
  const lag = s.flight ? 1 : 0;
  const last = blockSize - 1;
  const power = (blockSize & last) === 0;
  taking.fill(0);
  if (s.entersPlanned) completing.fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const done = computed[ids[k]];
    // Its first new token begins a block in this iteration, counted from 0: computed + iteration ≡ 0.
    const begins = power ? -done & last : (blockSize - (done % blockSize)) % blockSize;
    nextTaking[k + 1] = taking[begins];
    taking[begins] = k + 1;
    if (!s.entersPlanned) continue;
    const ends = begins + last + lag;
    const completes = power ? ends & last : ends % blockSize;
    nextCompleting[k + 1] = completing[completes];
    completing[completes] = k + 1;
  }
  borders.phase = 0;
}

/** Without the rings. Where it matters which block is taken when, iteration by iteration in the order of the list. */
function growEach(s: Replica, m: number): void {
  const { computed } = s.requests;
  const { ids, n } = s.running;
  s.borders.phase = -1;
  if (!s.entersPlanned) {
    const short = atBorder(s, ids, n, m);
    for (let k = 0; k < short; k++) grow(s, s.crossing[k], computed[s.crossing[k]] + m);
    return;
  }
  const { blockSize } = s.rules;
  const lag = s.flight ? 1 : 0;
  for (let i = 1; i <= m; i++) {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      grow(s, r, computed[r] + i);
      if ((computed[r] + i - lag) % blockSize === 0) enterFull(s, r, computed[r] + i - lag);
    }
  }
}
