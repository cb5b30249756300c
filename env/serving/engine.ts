/** An engine and its episode: ask the policy, carry out, advance. Cut open at `decide` it is the gym; closed it is the simulator. */
import { type Seed, stream } from '../random.js';
import type { Micros } from '../time.js';
import type { Workload } from '../workloads/workload.js';
import { declared, type Predictor } from './beliefs.js';
import { cells, column, createLedger, type Ledger, type LedgerMark, markLedger } from './columns.js';
import { createComing } from './coming.js';
import { type CostModel, withCpu } from './cost/cost.js';
import { bindBeliefs } from './forecast.js';
import { imagineFor } from './imagine.js';
import { toTurnBefore } from './loop.js';
import { fcfs, type Scheduler } from './policy.js';
import type { Recorder } from './recorder.js';
import { createReplica, type Replica } from './replica.js';
import { createHidden, createRequests } from './requests.js';
import type { Rules } from './rules.js';
import type { Slo } from './slo.js';
import { createView, type OpenView } from './view.js';

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
  /** What requests were promised, by their class `slo` [nothing but their own deadlines]. The engine keeps no promise; policies may know them. */
  readonly promises?: readonly Slo[];
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
  /** It exists in the imagination of a policy, which imagines nothing there [false]. */
  readonly imagined?: boolean;
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
  /** Next row of the workload with a time of its own to be announced. */
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
type Episode = Pick<Replica, 'ledger' | 'requests' | 'hidden' | 'beliefs' | 'predictor' | 'coming'>;

function createEpisode(
  { workload, capacity = 0, rules, predictor: make = declared }: Setup,
  over: Ledger | null,
): Episode {
  const ledger = createLedger(Math.max(workload.count, capacity), over);
  const predictor = make();
  return {
    ledger,
    requests: createRequests(ledger, workload.rounds !== undefined),
    hidden: createHidden(ledger, {
      asynchronous: rules.asyncDepth > 0,
      followers: workload.rounds !== undefined,
      host: rules.hostBlocks > 0,
    }),
    beliefs: {
      length: column(ledger, Float64Array),
      lengthSpread: column(ledger, Float32Array),
      acceptance: column(ledger, Float32Array),
      acceptanceSpread: column(ledger, Float32Array),
      acceptanceStable: column(ledger, Uint8Array),
      quantiles: (predictor.levels ?? []).map(() => column(ledger, Float64Array)),
    },
    predictor,
    coming: createComing(),
  };
}

/**
 * @param home an engine whose episode it joins: see `createBeside`
 * @param over an episode that is over, and whose columns nobody looks at any more: its memory is used again
 */
export function createEngine(setup: Setup, home?: Engine, over: Engine | null = null): Engine {
  const { workload, rules, seed = 0 } = setup;
  const scheduler = (setup.scheduler ?? fcfs)();
  if (home && home.setup.rules.asyncDepth !== rules.asyncDepth) {
    throw new Error(
      `engines of one episode plan alike: asyncDepth is ${rules.asyncDepth}, expected ${home.setup.rules.asyncDepth}`,
    );
  }
  if (home && rules.hostBlocks > 0 && home.setup.rules.hostBlocks === 0) {
    throw new Error(
      `engines of one episode have host blocks if the first one has: it has none, ${rules.name} has some`,
    );
  }
  const { ledger, requests, hidden, beliefs, predictor, coming } = home
    ? home.replica
    : createEpisode(setup, over?.replica.ledger ?? null);
  const levels = predictor.levels ?? [];
  const cost = withCpu(setup.cost, predictor.cost?.token ?? 0);
  const { writeLate = null } = scheduler;
  const asksLate = writeLate !== null && rules.candidates === 'running-first';
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
    coming,
    policyName: scheduler.name,
    writeLate: asksLate ? writeLate : null,
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
    cursor: 0,
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
    promises: setup.promises ?? [],
    requests,
    beliefs,
    asksLate,
    column: (kind) => column(ledger, kind),
    cells: (kind, length) => cells(ledger, kind, length),
    stream: (name) => stream(seed, `${scheduler.name}/${name}`, cells(ledger, Int32Array, 4)),
    ...(ownArrivals && !setup.imagined && { imagine: imagineFor(engine, createEngine) }),
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
