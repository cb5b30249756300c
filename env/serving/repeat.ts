/**
 * Leaping by repetition: while all running requests decode and nobody can enter, the next batch is the running list, one
 * token each. It is repeated m times; the same function with m = 1 is the fast path of an engine that is asked every
 * iteration, so leaping has no conditions of its own.
 */
import { stillBlocked } from './admission.js';
import { growRunning } from './borders.js';
import { advance, contextOf, leastLeft, longestOf } from './bulk.js';
import { leave } from './commit.js';
import { clearShape } from './cost/cost.js';
import { iterationsToLoan } from './lending.js';
import { before, sortRunning } from './order.js';
import { listRunning } from './plain.js';
import type { Plan } from './plan.js';
import type { Replica } from './replica.js';
import { State, Where } from './requests.js';

/** True if packing now would give everyone who runs one more token and nobody else any. */
export function repeats(s: Replica): boolean {
  if (!s.steady || s.running.n === 0) return false;
  const { queue, running, rules } = s;
  if (s.runningMoved) {
    s.runningMoved = false;
    if (sortRunning(s)) s.reshape = true;
  }
  if (queue.n === 0) return true;
  if (rules.candidates === 'by-rank') {
    return (running.n === rules.maxBatch && before(s, running.ids[running.n - 1], queue.ids[0])) || stillBlocked(s);
  }
  return running.n >= rules.maxBatch || stillBlocked(s);
}

/**
 * Runs the steady batch until `until` is reached or passed, at most `most` times. Returns how often: 0 = the blocks do
 * not suffice for one more token each, pack anew.
 */
export function repeat(s: Replica, until: number, most: number): number {
  const { flight, now } = s;
  if (s.reshape) reshape(s);
  const able = affordable(s, Math.min(most, iterationsToEnd(s), s.times.length));
  const m = flight ? runOverlapped(s, flight, until, able) : runClock(s, until, able);
  if (m === 0) return 0;
  if (flight) listBatch(s);
  const elapsed = s.now - now;
  growRunning(s, m);
  advance(s, s.running.ids, s.running.n, m, m, elapsed);
  count(s, m, elapsed);
  return m;
}

/** The running list changed: so does the shape of the batch. */
function reshape(s: Replica): void {
  s.reshape = false;
  s.borders.phase = -1;
  const { shape } = s.plan;
  const { n } = s.running;
  clearShape(shape);
  listBatch(s);
  shape.sequences = n;
  shape.decodeTokens = n;
  shape.decodes = n;
  shape.context = contextOf(s, s.running.ids, n);
  if (s.cost.readsLongest) shape.longest = longestOf(s, s.running.ids, n);
  s.lead = s.cost.linear ? s.cost.linear.lead(shape) : 0;
}

/** The batch is the running list, one token each. */
function listBatch(s: Replica): void {
  listRunning(s);
  if (s.plan.ones < s.running.n) s.plan.tokens.fill(1, 0, s.running.n);
  s.plan.shape.tokens = s.running.n;
}

/** Iterations until the first of the running requests can be complete, or (asynchronous) sits out because its last allowed token is in flight. */
function iterationsToEnd(s: Replica): number {
  if (s.untilEnd > 0) return s.flight ? Math.min(s.untilEnd, iterationsToLastToken(s)) : s.untilEnd;
  s.untilEnd = leastLeft(s, s.running.ids, s.running.n);
  return s.flight ? Math.min(s.untilEnd, iterationsToLastToken(s)) : s.untilEnd;
}

function iterationsToLastToken(s: Replica): number {
  const { promptTokens, declared, computed } = s.requests;
  let least = Infinity;
  for (let k = 0; k < s.running.n; k++) {
    const r = s.running.ids[k];
    least = Math.min(least, promptTokens[r] + declared[r] - 1 - computed[r]);
  }
  return Math.max(0, least);
}

/** The most of m iterations for which the free blocks suffice and no loan of blocks is due. */
function affordable(s: Replica, m: number): number {
  const { blockSize } = s.rules;
  const room = s.free - s.reservedBlocks;
  let high = s.lent.n > 0 ? Math.min(m, iterationsToLoan(s)) : m;
  if (s.running.n * (Math.floor((high - 1) / blockSize) + 1) <= room) return high;
  if (s.reservedBlocks > 0 && blocksNeeded(s, high) <= room) return high; // what they need is set aside for them
  let low = 0;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (blocksNeeded(s, middle) <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Blocks that all running requests together lack for m more tokens each, beyond those set aside for them. */
function blocksNeeded(s: Replica, m: number): number {
  const { computed, blocks } = s.requests;
  const { reserved } = s.hidden;
  const { blockSize } = s.rules;
  let needed = 0;
  for (let k = 0; k < s.running.n; k++) {
    const r = s.running.ids[k];
    const lacking = computed[r] + m - blocks[r] * blockSize;
    if (lacking > 0) needed += Math.max(0, Math.ceil(lacking / blockSize) - reserved[r]);
  }
  return needed;
}

/**
 * Adds up the lengths of up to m iterations, each with one more token of context per sequence. Returns how many. An
 * iteration in which someone leaves is not among them: it is packed and committed in full.
 */
function runClock(s: Replica, until: number, m: number): number {
  const { times, cost } = s;
  const { shape } = s.plan;
  const k = cost.linear ? runLinear(s, cost.linear.perContext, until, m) : runStepwise(s, until, m);
  if (k > 0) s.plan.length = times[k - 1];
  shape.context += k * s.running.n;
  if (cost.readsLongest) shape.longest += k;
  return k;
}

/** Where the length is linear in the context. */
function runLinear(s: Replica, perContext: number, until: number, m: number): number {
  const { times, nextExit, lead } = s;
  const n = s.running.n;
  let { context } = s.plan.shape;
  let { now } = s;
  let k = 0;
  while (k < m && now < until) {
    const length = Math.floor(lead + perContext * context);
    if (now + length > nextExit) break;
    context += n;
    times[k++] = length;
    now += length;
  }
  moveClock(s, now);
  return k;
}

function runStepwise(s: Replica, until: number, m: number): number {
  const { times, cost, nextExit } = s;
  const { shape } = s.plan;
  const { context, longest } = shape;
  let { now } = s;
  let k = 0;
  while (k < m && now < until) {
    shape.context = context + k * s.running.n;
    if (cost.readsLongest) shape.longest = longest + k;
    const length = cost.iteration(shape);
    if (now + length > nextExit) break;
    times[k++] = length;
    now += length;
  }
  shape.context = context;
  shape.longest = longest;
  moveClock(s, now);
  return k;
}

/** The same where planning the next batch overlaps the one in flight: an iteration lasts as long as the longer of the two. */
function runOverlapped(s: Replica, flight: Plan, until: number, m: number): number {
  const { times, cost, nextExit } = s;
  const { shape } = flight;
  const n = s.running.n;
  let now = s.now;
  let k = 0;
  while (k < m) {
    shape.context += n;
    if (cost.readsLongest) shape.longest++;
    const length = Math.max(cost.cpu(shape), flight.device);
    if (now + length > nextExit) {
      shape.context -= n;
      if (cost.readsLongest) shape.longest--;
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

/** Totals, recorders, and those who are complete. */
function count(s: Replica, m: number, elapsed: number): void {
  const { totals, now, recorders } = s;
  const tokens = m * s.running.n;
  if (s.acceptance.stepwise) countSamples(s, m);
  s.repeated = true;
  s.ratioAge += m;
  s.promptsLast = false;
  totals.iterations += m;
  totals.sequenceSteps += tokens;
  totals.scheduledTokens += tokens;
  totals.generatedTokens += tokens;
  for (let k = 0; k < recorders.length; k++) recorders[k].repeated?.(s, m, now - elapsed);
  s.untilEnd -= m;
  if (s.untilEnd === 0) leaveComplete(s);
  for (let k = 0; k < recorders.length; k++) recorders[k].committed?.(s, s.plan, now - elapsed);
}

function countSamples(s: Replica, m: number): void {
  const { ids, n } = s.running;
  for (let k = 0; k < n; k++) s.hidden.samples[ids[k]] += m;
}

/** Those who are complete leave, in the order of the list, which closes up once. */
function leaveComplete(s: Replica): void {
  const { running, crossing: complete } = s;
  const { generated } = s.requests;
  const { end, where } = s.hidden;
  const { ids, n } = running;
  let kept = 0;
  let leaving = 0;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    if (generated[r] < end[r]) ids[kept++] = r;
    else {
      where[r] = Where.nowhere;
      complete[leaving++] = r;
    }
  }
  if (leaving === 0) return;
  running.n = kept;
  s.reshape = true;
  for (let k = 0; k < leaving; k++) leave(s, complete[k], State.finished, s.now);
}
