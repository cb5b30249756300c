/** What the bound rests on: of the workload, and of the cost, checked on the one that is given. */
import { stream } from '../../env/random.js';
import { type BatchShape, type CostModel, clearShape, createShape } from '../../env/serving/cost/cost.js';
import type { Rules } from '../../env/serving/rules.js';
import type { Workload } from '../../env/workloads/workload.js';
import type { Limits } from './limits.js';
import { type Accepted, mostDrafts, type Need } from './needs.js';
import { type Plane, weigh } from './plane.js';
import { addDecodes, addDrafts, addPrefills } from './shapes.js';

/** Why there is no bound for requests like these; undefined: there is one. */
export function refusedWorkload(workload: Workload, rules: Rules, needs: readonly Need[]): string | undefined {
  const { acceptance, abortAt, deadline, rounds, count } = workload;
  if (rounds) return 'requests follow others (a closed loop): when they come depends on the schedule';
  if (abortAt.some((time) => time < Infinity)) return 'clients give up: who is served depends on the schedule';
  if (rules.late === 'abort' && deadline.some((time) => time < Infinity))
    return 'late requests are aborted: who is served depends on the schedule';
  if (rules.unfit === 'block' && needs.length < count)
    return 'a request that may not fit is never rejected: it may never be done';
  if (needs.length === 0) return 'no request fits the engine';
  if (mostDrafts(rules) > 0 && acceptance.stepwise)
    return `acceptance (${acceptance.name}) depends on the steps taken, not on the position alone`;
  return undefined;
}

/** Requests and positions at which acceptance is looked at. */
const LOOKS = 2000;

/** Shorter drafts have no more accepted than the longest one. Returns what is wrong. */
export function refusedAcceptance(
  workload: Workload,
  rules: Rules,
  needs: readonly Need[],
  accepted: Accepted,
): string | undefined {
  if (!accepted) return undefined;
  const most = mostDrafts(rules);
  const { next } = stream('bound', 'acceptance');
  for (let look = 0; look < LOOKS; look++) {
    const at = Math.floor(next() * needs.length);
    const { row, end } = needs[at];
    if (end < 2) continue;
    const g = 1 + Math.floor(next() * (end - 1));
    const drafts = 1 + Math.floor(next() * most);
    const got = Math.min(workload.acceptance.accepted(row, g, 0, drafts), end - 1 - g);
    const offered = rules.asyncDepth > 0 ? drafts : workload.acceptance.proposed(row, g, 0, drafts);
    if (Math.min(got, offered) > accepted[at][g])
      return `${drafts} drafts behind token ${g} of row ${row} have ${got} accepted, the longest draft ${accepted[at][g]}`;
  }
  return undefined;
}

/** Batches that a cost is tried on. */
const TRIES = 1000;

/** P1: no legal batch lies below a plane. Returns the one that does. */
export function refusedPlanes(
  time: CostModel['iteration'],
  limits: Limits,
  planes: readonly Plane[],
): string | undefined {
  if (planes.length === 0)
    return 'an iteration may last no longer than what is in it adds up to: the cost has no fixed part (is a coefficient negative?)';
  const draw = randomBatches(limits);
  for (let k = 0; k < TRIES; k++) {
    const { batch } = draw();
    const micros = time(batch);
    if (!(micros >= 0)) return `a batch takes ${micros} µs: ${told(batch)}`;
    if (planes.some((plane) => plane.base + weigh(plane, batch) > micros + 1e-6))
      return `the cost is not a sum of parts and something on top: a batch takes ${micros} µs, less than its parts: ${told(batch)}`;
  }
  return undefined;
}

/**
 * P3 and P4: a batch lasts as long as each of its sequences alone; computing more tokens up to one end, or in two pieces, is
 * never faster. Where it does not hold, times alone come from the planes. Returns the first failure.
 */
export function notMonotone(time: CostModel['iteration'], limits: Limits): string | undefined {
  const draw = randomBatches(limits);
  const { next } = stream('bound', 'chunks');
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const one = createShape();
  const prefill = (done: number, tokens: number): number => {
    clearShape(one);
    addPrefills(one, 1, done, tokens);
    return time(one);
  };
  for (let k = 0; k < TRIES; k++) {
    const { batch, member } = draw();
    if (time(member) > time(batch))
      return `a batch takes ${time(batch)} µs and one of its sequences alone ${time(member)}: ${told(batch)}`;
    const end = whole(2, limits.longest);
    const more = whole(2, Math.max(2, Math.min(limits.chunk, end)));
    const less = whole(1, more - 1);
    if (prefill(end - more, more) < prefill(end - less, less))
      return `${more} tokens up to ${end} take less time than the last ${less} of them`;
    if (prefill(end - more, more) > prefill(end - more, more - less) + prefill(end - less, less))
      return `${more} tokens up to ${end} take longer at once than in two pieces`;
  }
  return undefined;
}

/** Legal batches of unlike sequences, each with one of its members alone. */
function randomBatches({ sequences, tokens, chunk, drafts, longest }: Limits) {
  const { next } = stream('bound', 'batches');
  const whole = (least: number, most: number): number => least + Math.floor(next() ** 2 * (most - least + 1));
  const batch = createShape();
  const member = createShape();
  return (): { batch: BatchShape; member: BatchShape } => {
    clearShape(batch);
    const wanted = Math.min(whole(1, sequences), tokens);
    const decodes = Math.round(wanted * Math.min(1, 1.6 * next()));
    const longestDraft = next() < 0.5 ? 0 : drafts;
    let left = tokens;
    for (let k = 0; k < wanted && left > 0; k++) {
      clearShape(member);
      const room = Math.max(1, left - (wanted - 1 - k));
      const asked = whole(0, longestDraft);
      if (k < decodes && longest > 1) {
        const context = whole(1, longest - 1);
        const verified = Math.min(room, 1 + whole(0, longestDraft));
        for (const shape of [batch, member]) addDecodes(shape, 1, context, verified);
      } else {
        const computed = whole(1, Math.min(chunk, room));
        const done = whole(0, Math.max(0, longest - computed));
        for (const shape of [batch, member]) addPrefills(shape, 1, done, computed);
      }
      for (const shape of [batch, member]) addDrafts(shape, 1, asked);
      left -= member.tokens;
    }
    return { batch, member };
  };
}

const told = (s: BatchShape): string =>
  `${s.decodes} decodes of ${s.decodeTokens} tokens behind ${s.context}, ${s.prefills} prefills of ${s.prefillTokens}`;
