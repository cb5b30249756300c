/** The time that batches of one sequence take, one after the other. */
import type { Micros } from '../time.js';
import { type BatchShape, type CostModel, clearShape, createShape } from './cost/cost.js';
import type { Rules } from './rules.js';

/** What the time alone depends on. */
export interface Solo {
  /** Row of the workload: whose luck it has. */
  readonly row: number;
  readonly prompt: number;
  /** Most tokens it may generate. */
  readonly declared: number;
  /** Tokens it will generate. */
  readonly end: number;
}

/** Time passes batch by batch. */
export interface Clock {
  readonly asynchronous: boolean;
  readonly cost: CostModel;
  readonly shape: BatchShape;
  time: Micros;
  /** Time that the batch in flight needs; −1 = none is. */
  device: Micros;
}

export const createClock = (rules: Rules, cost: CostModel): Clock => ({
  asynchronous: rules.asyncDepth > 0,
  cost,
  shape: createShape(),
  time: 0,
  device: -1,
});

/** The batch in `shape` is carried out; asynchronous: it is planned while the one before is carried out. */
export function spend(clock: Clock): void {
  const { cost, shape } = clock;
  if (clock.asynchronous) {
    clock.time += Math.max(cost.cpu(shape), clock.device);
    clock.device = cost.device(shape);
  } else clock.time += cost.iteration(shape);
}

/** The end of the last batch: an asynchronous engine plans one more beside it, which is in `shape`. */
export const finish = (clock: Clock): Micros =>
  clock.asynchronous ? clock.time + Math.max(clock.cost.cpu(clock.shape), clock.device) : clock.time;

/** The batch computes `tokens` tokens behind `done` ones. */
export function prefill(shape: BatchShape, done: number, tokens: number): void {
  clearShape(shape);
  shape.sequences = 1;
  shape.tokens = tokens;
  shape.prefills = 1;
  shape.prefillTokens = tokens;
  shape.prefillWork = tokens * done + (tokens * tokens) / 2;
  shape.prefillReads = done + tokens;
}

/** The batch computes the token behind `context` ones, and drafts if there are more. */
export function decode(shape: BatchShape, context: number, tokens: number): void {
  clearShape(shape);
  shape.sequences = 1;
  shape.tokens = tokens;
  shape.decodes = 1;
  shape.decodeTokens = tokens;
  shape.context = context;
  shape.longest = context;
}

/** Cap on its tokens in a batch that holds for a request alone. */
export const thresholdAlone = (rules: Rules): number =>
  rules.longPrefillThreshold > 0 && rules.thresholdAlone ? rules.longPrefillThreshold : Infinity;
