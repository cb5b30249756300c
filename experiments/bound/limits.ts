/** What every legal schedule keeps to: how many sequences, tokens and blocks an iteration can have. */
import type { CostModel } from '../../env/serving/cost/cost.js';
import type { Rules } from '../../env/serving/rules.js';
import type { Micros } from '../../env/time.js';
import { mostDrafts, type Need } from './needs.js';

/** Of an iteration, whatever the policy does. */
export interface Limits {
  /** Sequences (B). */
  readonly sequences: number;
  /** Tokens in all. */
  readonly tokens: number;
  /** Tokens of one request's prompt (N). */
  readonly chunk: number;
  /** Drafts that a request can verify. */
  readonly drafts: number;
  /** Tokens of the longest request. */
  readonly longest: number;
  /** KV blocks (M), and tokens in each. */
  readonly blocks: number;
  readonly blockSize: number;
  /** Who lost its blocks may find them again, in the prefix cache or on the host; else it computes all of them again. */
  readonly returns: boolean;
}

export function limitsOf(rules: Rules, needs: readonly Need[]): Limits {
  const drafts = mostDrafts(rules);
  const longest = needs.reduce((most, { prompt, end }) => Math.max(most, prompt + end), 1);
  const sequences = Math.min(rules.maxBatch, needs.length);
  const capped = rules.longPrefillThreshold > 0 && rules.thresholdAlone ? rules.longPrefillThreshold : Infinity;
  const beyond = rules.decodesBeyondBudget ? sequences * (1 + drafts) : 0;
  return {
    sequences,
    tokens: Math.min(rules.tokenBudget + beyond, sequences * (longest + drafts)),
    chunk: Math.min(rules.tokenBudget, capped, longest),
    drafts,
    longest,
    blocks: rules.blocks,
    blockSize: rules.blockSize,
    returns: rules.prefixCaching || rules.hostBlocks > 0,
  };
}

/** How long a batch keeps the engine: asynchronous ones plan beside the device, which does one batch after the other. */
export const timeOf = (rules: Rules, cost: CostModel): CostModel['iteration'] =>
  rules.asyncDepth > 0 ? (shape): Micros => cost.device(shape) : (shape): Micros => cost.iteration(shape);
