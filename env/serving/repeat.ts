/**
 * Leaping by repetition: a batch of pure decode that would be packed again unchanged is repeated m times. The same
 * function with m = 1 is the fast path of an engine that is asked every iteration; leaping has no conditions of its own.
 */
import { stillBlocked } from './admission.js';
import { flushRepeated } from './batch.js';
import { leave } from './commit.js';
import { enterFull, takeFree } from './kv.js';
import { before, sortRunning } from './order.js';
import type { Plan, Replica } from './replica.js';
import { State } from './requests.js';

/** True if packing now would give the last batch again: nobody can enter, nobody loses a seat. */
export function repeats(s: Replica): boolean {
  if (!s.steady) return false;
  const { queue, running, rules } = s;
  if (s.runningMoved) {
    s.runningMoved = false;
    if (sortRunning(s)) copyOrder(s);
  }
  if (queue.n === 0) return true;
  if (rules.candidates === 'by-rank') {
    return running.n === rules.maxBatch && before(s, running.ids[running.n - 1], queue.ids[0]);
  }
  return running.n >= rules.maxBatch || stillBlocked(s);
}

/** The last batch is the running list, one token each. */
function copyOrder(s: Replica): void {
  const { plan, running } = s;
  for (let k = 0; k < running.n; k++) {
    plan.ids[k] = running.ids[k];
    plan.tokens[k] = 1;
  }
  plan.n = running.n;
}

/**
 * Repeats the last batch until `until` is reached or passed, at most `most` times. Returns how often: 0 = the blocks do
 * not suffice for one more token each, pack anew.
 */
export function repeat(s: Replica, until: number, most: number): number {
  const able = affordable(s, Math.min(most, iterationsToEnd(s), iterationsToLastToken(s), s.times.length));
  const m = s.flight ? runOverlapped(s, s.flight, until, able) : runClock(s, until, able);
  if (m === 0) return 0;
  if (s.flight) copyOrder(s);
  if (s.prefix) for (let k = 0; k < m; k++) growByOne(s);
  else growBy(s, m);
  advance(s, m);
  return m;
}

/** Iterations until the first of the running requests is complete. */
function iterationsToEnd(s: Replica): number {
  const { generated } = s.requests;
  const { end } = s.hidden;
  if (s.untilEnd > 0) return s.untilEnd;
  let least = Infinity;
  for (let k = 0; k < s.running.n; k++) {
    const r = s.running.ids[k];
    least = Math.min(least, end[r] - generated[r]);
  }
  s.untilEnd = least;
  return least;
}

/** Asynchronous: iterations until someone's last allowed token is in flight, so that it sits out. */
function iterationsToLastToken(s: Replica): number {
  if (!s.flight) return Infinity;
  const { promptTokens, declared, computed } = s.requests;
  let least = Infinity;
  for (let k = 0; k < s.running.n; k++) {
    const r = s.running.ids[k];
    least = Math.min(least, promptTokens[r] + declared[r] - 1 - computed[r]);
  }
  return Math.max(0, least);
}

/** The most of m iterations for which the free blocks suffice. */
function affordable(s: Replica, m: number): number {
  const { blockSize } = s.rules;
  if (s.running.n * (Math.floor((m - 1) / blockSize) + 1) <= s.free) return m;
  let low = 0;
  let high = m;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (blocksNeeded(s, middle) <= s.free) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Blocks that all running requests together lack for m more tokens each. */
function blocksNeeded(s: Replica, m: number): number {
  const { computed, blocks } = s.requests;
  const { blockSize } = s.rules;
  let needed = 0;
  for (let k = 0; k < s.running.n; k++) {
    const r = s.running.ids[k];
    const lacking = computed[r] + m - blocks[r] * blockSize;
    if (lacking > 0) needed += Math.ceil(lacking / blockSize);
  }
  return needed;
}

/** Adds up the lengths of up to m iterations, each with one more token of context per sequence. Returns how many. */
function runClock(s: Replica, until: number, m: number): number {
  const { times, cost } = s;
  const { shape } = s.plan;
  const n = s.running.n;
  let now = s.now;
  let k = 0;
  while (k < m) {
    const length = cost.iteration(shape);
    if (now + length > s.nextExit) break; // someone leaves inside: that iteration is packed and committed in full
    shape.context += n;
    times[k++] = length;
    now += length;
    if (now >= until) break;
  }
  if (k > 0) s.plan.length = times[k - 1];
  moveClock(s, now);
  return k;
}

/** The same where planning the next batch overlaps the one in flight: an iteration lasts as long as the longer of the two. */
function runOverlapped(s: Replica, flight: Plan, until: number, m: number): number {
  const { times, cost } = s;
  const { shape } = flight;
  const n = s.running.n;
  let now = s.now;
  let k = 0;
  while (k < m) {
    shape.context += n;
    const length = Math.max(cost.cpu(shape), flight.device);
    if (now + length > s.nextExit) {
      shape.context -= n;
      break;
    }
    flight.device = cost.device(shape);
    times[k++] = length;
    now += length;
    if (now >= until) break;
  }
  if (k > 0) s.plan.length = times[k - 1];
  moveClock(s, now);
  return k;
}

function moveClock(s: Replica, now: number): void {
  s.totals.areaInSystem += s.live.n * (now - s.now);
  s.totals.busy += now - s.now;
  s.now = now;
}

/** One more KV token each, without block identities: m at once. */
function growBy(s: Replica, m: number): void {
  const { computed, blocks } = s.requests;
  const { blockSize } = s.rules;
  const { ids, n } = s.running;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const after = computed[r] + m;
    computed[r] = after;
    const held = blocks[r];
    if (after > held * blockSize) takeFree(s, r, held, Math.ceil(after / blockSize) - held);
  }
}

/** One more KV token each, in the order in which the engine takes and enters blocks. */
function growByOne(s: Replica): void {
  const { computed, blocks } = s.requests;
  const { blockSize } = s.rules;
  const { ids, n } = s.running;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const after = computed[r] + 1;
    computed[r] = after;
    const held = blocks[r];
    if (after > held * blockSize) takeFree(s, r, held, 1);
    // What is known of a request lags a token behind while its output is in flight.
    const known = s.flight ? after - 1 : after;
    if (known % blockSize === 0) enterFull(s, r, known);
  }
}

/** The tokens of m iterations appear; whoever is complete leaves. */
function advance(s: Replica, m: number): void {
  const { generated, known, service, lastToken } = s.requests;
  const { samples } = s.hidden;
  const { ids, n } = s.running;
  const { now, totals } = s;
  let elapsed = 0;
  for (let k = 0; k < m; k++) elapsed += s.times[k];
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    generated[r] += m;
    known[r] += m;
    samples[r] += m;
    service[r] += elapsed;
    lastToken[r] = now;
  }
  s.repeated = true;
  totals.iterations += m;
  totals.sequenceSteps += m * n;
  totals.scheduledTokens += m * n;
  totals.generatedTokens += m * n;
  for (const recorder of s.recorders) recorder.repeated?.(s, m, now - elapsed);
  s.untilEnd -= m;
  if (s.untilEnd === 0) leaveComplete(s);
  for (const recorder of s.recorders) recorder.committed?.(s, s.plan, now - elapsed);
}

function leaveComplete(s: Replica): void {
  flushRepeated(s);
  const { plan, requests, hidden } = s;
  for (let k = 0; k < plan.n; k++) {
    const r = plan.ids[k];
    if (requests.generated[r] === hidden.end[r]) leave(s, r, State.finished, s.now);
  }
}
