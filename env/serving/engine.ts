/** The loop: ask the policy, carry out, advance. Cut open at `decide` it is the gym; closed it is the simulator. */
import { type Seed, stream } from '../random.js';
import type { Micros } from '../time.js';
import type { Workload } from '../workloads/workload.js';
import { pack } from './batch.js';
import { declared, type Predictor } from './beliefs.js';
import { cells, column, createLedger, type LedgerMark, markLedger } from './columns.js';
import { commit, settle } from './commit.js';
import type { CostModel } from './cost/cost.js';
import { deliver, nextEvent } from './delivery.js';
import { bindBeliefs } from './forecast.js';
import { Cause, fcfs, type Scheduler } from './policy.js';
import type { Recorder } from './recorder.js';
import { repeat, repeats } from './repeat.js';
import { createReplica, type Replica } from './replica.js';
import { createHidden, createRequests } from './requests.js';
import type { Rules } from './rules.js';
import { closeTurn, createView, type OpenView, openTurn } from './turn.js';
import { unblock } from './unblock.js';

/** Everything an episode is made of. Policies and predictors come as makers: a fork needs its own. */
export interface Setup {
  readonly workload: Workload;
  readonly rules: Rules;
  readonly cost: CostModel;
  /** [first come, first served] */
  readonly scheduler?: () => Scheduler;
  /** [max_tokens] */
  readonly predictor?: () => Predictor;
  /** What the policy believes an iteration costs [the truth]. */
  readonly believedCost?: CostModel;
  /** [0] */
  readonly seed?: Seed;
  /** The episode ends at the first border at or after this time [never: until drained]. */
  readonly horizon?: Micros;
  /** Requests arrive by themselves, or are announced and taken (handover.ts) ['arrivals']. */
  readonly delivery?: 'arrivals' | 'taken';
  /** Rows for requests [those of the workload]. */
  readonly capacity?: number;
  /** [none] */
  readonly recorders?: readonly Recorder[];
}

/** How an episode stands: under way; everyone left; cut at the horizon; or blocked for ever (`unfit: block`). */
export type Outcome = 'running' | 'drained' | 'horizon' | 'stuck';

export interface Engine {
  readonly setup: Setup;
  readonly replica: Replica;
  readonly scheduler: Scheduler;
  readonly view: OpenView;
  /** All replicas of the episode, if this is the one that began it. */
  readonly fleet: Replica[];
  /** Requests arrive at it by themselves; else they are taken, and more may always come before the time it is advanced to. */
  readonly ownArrivals: boolean;
  /** Next row of the workload to be delivered. */
  cursor: number;
  /** Requests delivered so far: ids 0 … delivered − 1. */
  delivered: number;
  /** The columns that are not the policy's own memory. */
  readonly ownColumns: LedgerMark;
  outcome: Outcome;
  /** The policy has been shown a turn that is not closed yet. */
  asking: boolean;
}

/** What the replicas of an episode share. */
type Episode = Pick<Replica, 'ledger' | 'requests' | 'hidden' | 'beliefs' | 'predictor'>;

function createEpisode({ workload, capacity = 0, rules, predictor: make = declared }: Setup): Episode {
  const ledger = createLedger(Math.max(workload.count, capacity));
  const predictor = make();
  return {
    ledger,
    requests: createRequests(ledger),
    hidden: createHidden(ledger, rules.asyncDepth > 0),
    beliefs: {
      length: column(ledger, Float64Array),
      lengthSpread: column(ledger, Float32Array),
      acceptance: column(ledger, Float32Array),
      acceptanceSpread: column(ledger, Float32Array),
      quantiles: (predictor.levels ?? []).map(() => column(ledger, Float64Array)),
    },
    predictor,
  };
}

/** @param home an engine whose episode it joins: see `createBeside` */
export function createEngine(setup: Setup, home?: Engine): Engine {
  const { workload, rules, cost, seed = 0 } = setup;
  const scheduler = (setup.scheduler ?? fcfs)();
  if (home && home.setup.rules.asyncDepth !== rules.asyncDepth) {
    throw new Error(
      `engines of one episode plan alike: asyncDepth is ${rules.asyncDepth}, expected ${home.setup.rules.asyncDepth}`,
    );
  }
  const { ledger, requests, hidden, beliefs, predictor } = home ? home.replica : createEpisode(setup);
  const levels = predictor.levels ?? [];
  const shared = {
    rules,
    cost,
    seed,
    ledger,
    requests,
    hidden,
    beliefs,
    workload,
    predictor,
    policyName: scheduler.name,
  };
  const replica = createReplica({ ...shared, recorders: setup.recorders ?? [] });
  const ownArrivals = !home && setup.delivery !== 'taken';
  const fleet = [replica];
  if (home) home.fleet.push(replica);
  else bindBeliefs(replica, predictor, fleet);
  const engine: Engine = {
    setup,
    replica,
    scheduler,
    view: createView(replica),
    fleet,
    ownArrivals,
    cursor: ownArrivals ? 0 : workload.count,
    delivered: 0,
    ownColumns: markLedger(ledger),
    outcome: 'running',
    asking: false,
  };
  scheduler.reset?.({
    rules,
    cost: setup.believedCost ?? cost,
    seed,
    levels,
    requests,
    beliefs,
    column: (kind) => column(ledger, kind),
    cells: (kind, length) => cells(ledger, kind, length),
    stream: (name) => stream(seed, `${scheduler.name}/${name}`, cells(ledger, Int32Array, 4)),
  });
  return engine;
}

/** Runs until the episode is over. */
export function run(engine: Engine): Outcome {
  while (toTurn(engine)) act(engine);
  return engine.outcome;
}

/** Lets the engine's own scheduler answer the open turn. */
export function act(engine: Engine): void {
  engine.scheduler.decide(engine.view, engine.replica.decision);
}

/**
 * Carries out the open decision, if there is one, and advances until the policy must be asked again: the view is open
 * then, and the decision waits to be written.
 * @returns false when the episode is over
 */
export const toTurn = (engine: Engine): boolean => toTurnBefore(engine, Infinity);

/** The same, but stops at the first border at or after `until`: false then too, though the episode may go on. */
export function toTurnBefore(engine: Engine, until: Micros): boolean {
  const { replica: s, view, scheduler } = engine;
  if (engine.asking) {
    engine.asking = false;
    closeTurn(s, view, scheduler);
  }
  const horizon = engine.setup.horizon ?? Infinity;
  const limit = Math.min(horizon, until);
  const more = !engine.ownArrivals && until < Infinity;
  while (engine.outcome === 'running') {
    deliver(engine);
    if (s.now >= horizon) engine.outcome = 'horizon';
    else if (s.now >= until) return false;
    else if (s.live.n === 0 && !s.flight) skipIdle(engine, limit, more);
    else if (s.live.n > 0 && due(s)) {
      openTurn(s, view, scheduler);
      engine.asking = true;
      return true;
    } else iterate(engine, limit, more);
  }
  return false;
}

/** The policy must be asked: something happened, or it wished to be. */
function due(s: Replica): boolean {
  if (s.now >= s.wakeAt) s.cause |= Cause.timer;
  return s.cause !== 0 || s.wakeLeft < 1;
}

/** Nobody is here: the clock jumps to the next arrival. */
function skipIdle(engine: Engine, limit: Micros, more: boolean): void {
  const s = engine.replica;
  const next = nextEvent(engine);
  if (next === Infinity && !more) {
    engine.outcome = 'drained';
    return;
  }
  const from = s.now;
  s.now = Math.min(next, limit);
  for (const recorder of s.recorders) recorder.idle?.(s, from);
}

/** One border to the next: repeat the batch, or pack a new one and carry it out. */
function iterate(engine: Engine, limit: Micros, more: boolean): void {
  const s = engine.replica;
  const event = nextEvent(engine);
  if (repeats(s)) {
    const m = repeat(s, Math.min(event, s.wakeAt, limit), s.wakeLeft);
    s.wakeLeft -= m;
    if (m > 0) return;
  }
  pack(s);
  if (s.plan.n === 0 && s.live.n > 0 && s.flight?.n === 0) s.flight = null; // an empty batch in flight brings nothing
  if (s.plan.n === 0 && s.evicted.n === s.evictedBefore && !s.flight && !unblock(s, event < Infinity || more)) {
    wait(engine, Math.min(event, s.wakeAt), limit, more);
    return;
  }
  settle(s);
  for (const recorder of s.recorders) recorder.planned?.(s);
  s.evicted.n = 0;
  s.wakeLeft--;
  if (s.rules.asyncDepth > 0) overlap(s);
  else finishPlan(s);
}

/** Synchronous: plan, compute, update, one after the other. */
function finishPlan(s: Replica): void {
  const { plan } = s;
  const from = s.now;
  const length = s.cost.iteration(plan.shape);
  passTime(s, plan.n === 0 ? Math.max(1, length) : length);
  plan.length = s.now - from;
  for (const recorder of s.recorders) recorder.ending?.(s, plan, from);
  commit(s, plan);
  for (const recorder of s.recorders) recorder.committed?.(s, plan, from);
}

/** Asynchronous: this batch was planned while the one before is on the device; what ends now is the one before. */
function overlap(s: Replica): void {
  const { plan, flight } = s;
  const from = s.now;
  const draining = plan.n === 0 && s.live.n === 0;
  const cpu = draining ? 0 : s.cost.cpu(plan.shape);
  plan.device = s.cost.device(plan.shape);
  passTime(s, flight ? Math.max(cpu, flight.device) : cpu);
  s.flight = draining ? null : plan;
  s.plan = flight ?? s.spare;
  s.spare = plan;
  if (!flight) {
    s.plan.n = 0;
    return;
  }
  flight.length = s.now - from;
  for (const recorder of s.recorders) recorder.ending?.(s, flight, from);
  commit(s, flight);
  for (const recorder of s.recorders) recorder.committed?.(s, flight, from);
}

/** Time passes in an iteration. */
function passTime(s: Replica, length: Micros): void {
  if (length === 0 && s.plan.n === 0 && !s.flight) throw new Error(`the engine does not advance at ${s.now} µs`);
  s.now += length;
  s.totals.areaInSystem += s.live.n * length;
  s.totals.busy += length;
  s.totals.iterations++;
  s.totals.sequenceSteps += s.plan.n;
}

/** Nothing can run: the clock moves to what comes next. */
function wait(engine: Engine, until: Micros, limit: Micros, more: boolean): void {
  const s = engine.replica;
  if (until === Infinity && !more) {
    engine.outcome = 'stuck';
    return;
  }
  const from = s.now;
  s.now = Math.max(Math.min(until, limit), s.now);
  s.totals.areaInSystem += s.live.n * (s.now - from);
  for (const recorder of s.recorders) recorder.idle?.(s, from);
}
