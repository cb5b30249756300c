/** Numbers and flags of a replica that are in no list: what a snapshot copies one by one. */
import type { Replica } from './replica.js';

export type Scalars = Pick<
  Replica,
  | 'now'
  | 'free'
  | 'reservedBlocks'
  | 'closed'
  | 'ratioFrom'
  | 'ratioAge'
  | 'promptsLast'
  | 'blockedHead'
  | 'blockedAvailable'
  | 'untilEnd'
  | 'forced'
  | 'displacedIteration'
  | 'displacedTokens'
  | 'futileEvictions'
  | 'futileTokens'
  | 'cause'
  | 'wakeLeft'
  | 'wakeAt'
  | 'tokenBudget'
  | 'headroom'
  | 'chunkCap'
  | 'growth'
  | 'owed'
  | 'steady'
  | 'reshape'
  | 'runningMoved'
>;

// Field by field, here and for totals and shapes: `Object.assign` costs as much as all columns together.
export function copyScalars(from: Scalars, to: Scalars): void {
  to.now = from.now;
  to.free = from.free;
  to.reservedBlocks = from.reservedBlocks;
  to.closed = from.closed;
  to.ratioFrom = from.ratioFrom;
  to.ratioAge = from.ratioAge;
  to.promptsLast = from.promptsLast;
  to.blockedHead = from.blockedHead;
  to.blockedAvailable = from.blockedAvailable;
  to.untilEnd = from.untilEnd;
  to.forced = from.forced;
  to.displacedIteration = from.displacedIteration;
  to.displacedTokens = from.displacedTokens;
  to.futileEvictions = from.futileEvictions;
  to.futileTokens = from.futileTokens;
  to.cause = from.cause;
  to.wakeLeft = from.wakeLeft;
  to.wakeAt = from.wakeAt;
  to.tokenBudget = from.tokenBudget;
  to.headroom = from.headroom;
  to.chunkCap = from.chunkCap;
  to.growth = from.growth;
  to.owed = from.owed;
  to.steady = from.steady;
  to.reshape = from.reshape;
  to.runningMoved = from.runningMoved;
}

export const noScalars = (): Scalars => ({
  now: 0,
  free: 0,
  reservedBlocks: 0,
  closed: false,
  ratioFrom: 0,
  ratioAge: 0,
  promptsLast: false,
  blockedHead: 0,
  blockedAvailable: 0,
  untilEnd: 0,
  forced: 0,
  displacedIteration: 0,
  displacedTokens: 0,
  futileEvictions: 0,
  futileTokens: 0,
  cause: 0,
  wakeLeft: 0,
  wakeAt: 0,
  tokenBudget: 0,
  headroom: 0,
  chunkCap: 0,
  growth: 0,
  owed: 0,
  steady: false,
  reshape: false,
  runningMoved: false,
});
