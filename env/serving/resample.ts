/** The hidden rest drawn anew from beliefs: what a planner may roll out without seeing the truth. */
import { normal } from '../distributions.js';
import { luck, type Seed } from '../random.js';
import { type Acceptance, noAcceptance } from '../workloads/acceptance/acceptance.js';
import { constantAcceptance } from '../workloads/acceptance/constant.js';
import { joinContents } from '../workloads/content.js';
import type { Rounds } from '../workloads/rounds.js';
import { joinTexts } from '../workloads/texts.js';
import type { Workload } from '../workloads/workload.js';
import type { Engine } from './engine.js';
import { expectExits } from './exits.js';
import { mayLeave, type Replica } from './replica.js';

/** Draws tried before a length is taken as just beyond what has been generated. */
const TRIES = 32;

/**
 * Replaces everything hidden in `engine`: lengths are drawn from a lognormal with the believed mean and spread, given that
 * they are longer than what has been generated (no spread: the belief itself); each draft is accepted with the probability
 * that gives the believed acceptance; clients never give up; nobody comes but `future`, nobody follows anybody.
 * The draws belong to the requests' keys under `seed`.
 */
export function resample(engine: Engine, seed: Seed, future?: Workload): void {
  const s = engine.replica;
  const draw = luck(seed, 'resampled lengths');
  const { requests, hidden, beliefs, live } = s;
  const speculates = s.rules.maxDrafts > 0;
  const alpha = new Float64Array(speculates ? s.workload.count : 0);
  const gamma = Math.max(1, s.rules.drafts);
  for (let k = 0; k < live.n; k++) {
    const r = live.ids[k];
    const least = requests.generated[r] + 1;
    const most = Math.max(least, Math.min(requests.declared[r], s.rules.maxModelLen - requests.promptTokens[r]));
    const length = lengthBeyond(requests.generated[r], beliefs.length[r], beliefs.lengthSpread[r], (i) =>
      draw(requests.key[r], i),
    );
    hidden.end[r] = Math.min(most, Math.max(least, Math.round(length)));
    if (speculates) alpha[hidden.row[r]] = alphaOf(beliefs.acceptance[r], gamma);
  }
  s.untilEnd = 0;
  s.resampled = true;
  const own = speculates ? constantAcceptance(alpha, s.workload.key, seed) : noAcceptance;
  replaceWorkload(engine, s, own, future);
}

/** A lognormal draw with this mean and standard deviation, above `floor`. */
export function lengthBeyond(floor: number, mean: number, spread: number, uniform: (i: number) => number): number {
  if (!(spread > 0) || !(mean > 0)) return mean;
  const variance = Math.log(1 + (spread / mean) ** 2);
  const centre = Math.log(mean) - variance / 2;
  for (let i = 0; i < TRIES; i++) {
    const length = Math.exp(centre + Math.sqrt(variance) * normal(uniform(2 * i), uniform(2 * i + 1)));
    if (length > floor) return length;
  }
  return floor + 1;
}

/** The α at which a verification of `gamma` drafts accepts the share A = (α + … + α^γ)/γ of them in the mean. */
export function alphaOf(share: number, gamma: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 40; i++) {
    const alpha = (low + high) / 2;
    let sum = 0;
    for (let k = gamma; k > 0; k--) sum = alpha * (1 + sum);
    if (sum / gamma < share) low = alpha;
    else high = alpha;
  }
  return share <= 0 ? 0 : (low + high) / 2;
}

/** What was delivered stays, what was to come is `future`. */
function replaceWorkload(engine: Engine, s: Replica, own: Acceptance, future?: Workload): void {
  const { workload: old } = s;
  const { cursor } = engine;
  s.coming.n = 0;
  if (!future) {
    s.workload = {
      ...old,
      count: cursor,
      acceptance: own,
      abortAt: s.exits ? new Float64Array(old.abortAt.length).fill(Infinity) : old.abortAt,
      ...(old.rounds && { rounds: followedByNobody(old.rounds, old.rounds.follows.length) }),
    };
  } else {
    if (future.rounds) throw new Error('resample: a future in which requests follow others is not supported');
    if (engine.delivered + future.count > s.ledger.capacity) {
      throw new Error(`resample: room for ${s.ledger.capacity} requests, ${engine.delivered + future.count} needed`);
    }
    const late = Math.min(...future.arrival.subarray(0, 1));
    if (late < s.now) throw new Error(`resample: the future begins at ${late} µs, expected at or after ${s.now} µs`);
    if (old.rounds) engine.cursor = old.count; // followers stand behind those who come at their own times
    s.workload = joined(old, engine.cursor, future, own);
  }
  if (s.prefix) s.prefix.content = s.workload.content ?? null;
  s.acceptance = s.workload.acceptance;
  s.tie = s.rules.tie === 'source' ? s.workload.tie : null;
  s.exits = (s.exits || future !== undefined) && mayLeave(s.rules, s.workload);
  expectExits(s);
}

/** The same requests and more, whom nobody follows. */
function followedByNobody({ follows, think }: Rounds, count: number): Rounds {
  const nobody = new Int32Array(count).fill(-1);
  const all = nobody.slice();
  all.set(follows);
  const thinks = new Float64Array(count);
  thinks.set(think);
  return { follows: all, think: thinks, first: nobody, next: nobody };
}

function joined(old: Workload, cut: number, future: Workload, own: Acceptance): Workload {
  const count = cut + future.count;
  const join = <T extends Float64Array | Int32Array | Uint8Array>(into: T, a: T, b: T): T => {
    into.set(a.subarray(0, cut));
    into.set(b, cut);
    return into;
  };
  const f64 = (a: Float64Array, b: Float64Array): Float64Array => join(new Float64Array(count), a, b);
  const i32 = (a: Int32Array, b: Int32Array): Int32Array => join(new Int32Array(count), a, b);
  const abortAt = f64(old.abortAt, future.abortAt);
  const content = joinContents(old, cut, future);
  abortAt.fill(Infinity, 0, cut);
  return {
    name: `${old.name}, resampled`,
    count,
    arrival: f64(old.arrival, future.arrival),
    promptTokens: i32(old.promptTokens, future.promptTokens),
    outputTokens: i32(old.outputTokens, future.outputTokens),
    declared: i32(old.declared, future.declared),
    key: f64(old.key, future.key),
    priority: i32(old.priority, future.priority),
    tenant: i32(old.tenant, future.tenant),
    slo: join(new Uint8Array(count), old.slo, future.slo),
    deadline: f64(old.deadline, future.deadline),
    abortAt,
    tie: f64(old.tie, future.tie),
    acceptance: {
      name: `resampled, then ${future.acceptance.name}`,
      stepwise: future.acceptance.stepwise ?? false,
      proposed: (row, position, step, asked) =>
        row < cut
          ? own.proposed(row, position, step, asked)
          : future.acceptance.proposed(row - cut, position, step, asked),
      accepted: (row, position, step, drafts) =>
        row < cut
          ? own.accepted(row, position, step, drafts)
          : future.acceptance.accepted(row - cut, position, step, drafts),
    },
    ids: [],
    ...(content && { content }),
    ...((old.texts || future.texts) && { texts: joinTexts(old.texts, cut, future.texts) }),
    ...(old.rounds && { rounds: followedByNobody(old.rounds, count) }),
  };
}
