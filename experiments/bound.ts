/**
 * A proven lower bound on the mean JCT of a workload: no schedule of one engine, clairvoyant ones included, has a smaller one. It is
 * a certificate beside a score, not a target: at realistic sizes the best schedule known stays above it, and how much of that gap
 * is the bound's own is not known.
 *
 * Every iteration lasts at least base + Σ of what its sequences do (a plane below the cost, `bound/planes.ts`), has at most B sequences and
 * holds at most M blocks. So prices can be charged for steps, tokens and memory that together never exceed the time that passes, and
 * each request must pay its least total price whatever happens to it (`bound/least.ts`). What remains is a machine of speed 1, on which SRPT is
 * best (Schrage 1968). Two theorems, and the greater value counts:
 *
 * 1. The k-th completion is no sooner than that of SRPT with these prices as sizes, for each price, nor than the k-th smallest arrival +
 *    fastest run alone.
 * 2. Steps and work pass on two clocks; ΣJCT ≥ base × SRPT flow of the steps, B at a time (or of the memory, M at a time; or ΣS, the steps themselves)
 *    + SRPT flow of the work.
 */
import type { CostModel } from '../env/serving/cost/cost.js';
import type { Rules } from '../env/serving/rules.js';
import type { Micros } from '../env/time.js';
import type { Workload } from '../env/workloads/workload.js';
import { fastestAlone, fastestByPlanes } from './bound/fastest.js';
import { leastPrices, type Price } from './bound/least.js';
import { limitsOf, timeOf } from './bound/limits.js';
import { acceptedOf, type Need, needsOf } from './bound/needs.js';
import { type Plane, scaledWeights, weightless } from './bound/plane.js';
import { planesBelow } from './bound/planes.js';
import { notMonotone, refusedAcceptance, refusedPlanes, refusedWorkload } from './bound/premises.js';
import { spreadFlow, srptCompletions, srptFlow } from './bound/srpt.js';

/** What is proven. */
export interface Bound {
  readonly proven: true;
  /** No schedule has a smaller mean JCT over the requests that finish, µs. */
  readonly meanJct: Micros;
  /** Requests that finish; the others never fit. */
  readonly requests: number;
  /** µs of ΣJCT by each theorem: order statistics, two clocks. */
  readonly theorems: readonly [number, number];
  /** Why times of a request alone come from the planes and not from the cost itself [they come from the cost]. */
  readonly remark?: string;
}

/** Nothing is proven, because a premise fails. */
export interface Refusal {
  readonly proven: false;
  readonly because: string;
}

/** What a schedule must pay, whenever requests arrive. */
interface Prices {
  readonly needs: readonly Need[];
  readonly fastest: Float64Array;
  /** Sizes by fair prices: one list for each. */
  readonly fair: readonly Float64Array[];
  readonly clocks: readonly Clocks[];
  readonly seats: number;
  readonly remark: string | undefined;
}

interface Clocks {
  readonly base: number;
  readonly steps: Float64Array;
  /** Share of the pool × steps. */
  readonly memory: Float64Array;
  readonly work: Float64Array;
}

/** The bound of one workload: see `boundsOf` for several that differ in arrivals only. */
export const boundOf = (workload: Workload, rules: Rules, cost: CostModel): Bound | Refusal =>
  boundsOf(workload, rules, cost)(workload.arrival);

/**
 * The bounds of requests under any arrivals: what they must pay is found once.
 * @returns for arrivals by row, ascending, their bound; or the reason why there is none
 */
export function boundsOf(
  workload: Workload,
  rules: Rules,
  cost: CostModel,
): (arrival: ArrayLike<Micros>) => Bound | Refusal {
  const prices = pricesOf(workload, rules, cost);
  if (typeof prices === 'string') return () => ({ proven: false, because: prices });
  return (arrival) => evaluate(prices, arrival);
}

/** Engines with the same limits have the same bound: what of the rules it depends on. */
export const boundKey = (rules: Rules): string => JSON.stringify(RULES.map((name) => [name, String(rules[name])]));

const RULES = [
  'blockSize',
  'blocks',
  'prefixCaching',
  'hostBlocks',
  'maxModelLen',
  'tokenBudget',
  'maxBatch',
  'decodesBeyondBudget',
  'longPrefillThreshold',
  'thresholdAlone',
  'watermarkBlocks',
  'watermarkShare',
  'watermarkAlone',
  'unfit',
  'late',
  'drafts',
  'maxDrafts',
  'asyncDepth',
] as const;

function pricesOf(workload: Workload, rules: Rules, cost: CostModel): Prices | string {
  const needs = needsOf(workload, rules);
  const refused = refusedWorkload(workload, rules, needs);
  if (refused !== undefined) return refused;
  const accepted = acceptedOf(workload, needs, rules);
  const unlike = refusedAcceptance(workload, rules, needs, accepted);
  if (unlike !== undefined) return unlike;
  const limits = limitsOf(rules, needs);
  const time = timeOf(rules, cost);
  const planes = planesBelow(time, limits);
  const wrong = refusedPlanes(time, limits, planes);
  if (wrong !== undefined) return wrong;
  const remark = notMonotone(time, limits);
  const fastest = fastestByPlanes(needs, accepted, limits, planes);
  if (remark === undefined) {
    const alone = fastestAlone(needs, accepted, limits, planes, time);
    for (let k = 0; k < fastest.length; k++) fastest[k] = Math.max(fastest[k], alone[k]);
  }
  const sizes = (price: Price): Float64Array => leastPrices(needs, accepted, limits, price);
  const seats = limits.sequences;
  const steps = sizes({ ...free, step: 1 });
  const memory = sizes({ ...free, perBlock: 1 / limits.blocks });
  const clocks = planes.map((plane) => ({ base: plane.base, steps, memory, work: sizes({ ...free, own: plane }) }));
  return { needs, fastest, fair: fairPrices(planes, seats, limits.blocks).map(sizes), clocks, seats, remark };
}

const free: Price = { step: 0, perBlock: 0, own: weightless, held: weightless };

/** Shares of the time that go by seats instead of memory, and of prices by the plane instead of by memory alone. */
const BY_SEAT = [0, 1];
const BY_PLANE = [0.5, 1];

/**
 * Prices that a batch never pays more of than it lasts: its base is shared among B seats or M blocks, its work is paid by who does
 * it; or who holds a share of the pool pays that share of the time he would take alone.
 */
function fairPrices(planes: readonly Plane[], seats: number, blocks: number): Price[] {
  const [first] = planes;
  const held = (share: number) => ({
    perBlock: (share * first.base) / blocks,
    held: scaledWeights(first, share / blocks),
  });
  const mixed = planes.flatMap((plane) =>
    (blocks === Infinity ? [1] : BY_PLANE).flatMap((mu) =>
      (blocks === Infinity ? [1] : BY_SEAT).map((theta) => {
        const memory = held(1 - mu);
        return {
          step: (mu * theta * plane.base) / seats,
          perBlock: (mu * (1 - theta) * plane.base) / blocks + memory.perBlock,
          own: scaledWeights(plane, mu),
          held: memory.held,
        };
      }),
    ),
  );
  return blocks === Infinity ? mixed : [...mixed, { step: 0, own: weightless, ...held(1) }];
}

function evaluate({ needs, fastest, fair, clocks, seats, remark }: Prices, arrivals: ArrayLike<Micros>): Bound {
  const arrival = Float64Array.from(needs, ({ row }) => arrivals[row]);
  const arrived = arrival.reduce((sum, time) => sum + time, 0);
  // The k-th completion.
  const ends = arrival.map((time, k) => time + fastest[k]).sort();
  for (const sizes of fair) {
    const done = srptCompletions(sizes, arrival);
    for (let k = 0; k < ends.length; k++) if (done[k] > ends[k]) ends[k] = done[k];
  }
  const orderStatistics = ends.reduce((sum, time) => sum + time, 0) - arrived;
  const twoClocks = clocks.reduce((most, clock) => Math.max(most, clockFlow(clock, arrival, seats)), 0);
  const total = Math.max(orderStatistics, twoClocks);
  return {
    proven: true,
    meanJct: total / needs.length,
    requests: needs.length,
    theorems: [orderStatistics, twoClocks],
    ...(remark !== undefined && { remark }),
  };
}

/** Theorem 2 by one plane. */
function clockFlow({ base, steps, memory, work }: Clocks, arrival: Float64Array, seats: number): number {
  const flow = srptFlow(work, arrival);
  if (base === 0) return flow;
  const releases = arrival.map((time) => time / base);
  const total = steps.reduce((sum, count) => sum + count, 0);
  const bySeats = srptFlow(
    steps.map((count) => count / seats),
    releases,
  );
  const byMemory = srptFlow(memory, releases);
  const atOnce = arrival.every((time) => time === arrival[0]) ? spreadFlow(steps, seats) : 0;
  return base * Math.max(total, bySeats, byMemory, atOnce) + flow;
}
