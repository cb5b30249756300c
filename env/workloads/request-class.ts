/** Kinds of requests in a workload: a mixture of classes, and what a request of a class is like. */
import { luck, type Seed } from '../random.js';
import type { Micros } from '../time.js';
import type { Duration } from './durations.js';
import type { LengthSampler } from './lengths.js';
import { type MaxTokensHabit, undeclared } from './max-tokens.js';

/** One class of requests. Fields left out take the value in brackets. */
export interface RequestClass {
  /** Share of all requests (or of all conversations); shares sum to 1. */
  readonly share: number;
  readonly lengths: LengthSampler;
  /** [nothing declared] */
  readonly maxTokens?: MaxTokensHabit;
  /** Lower is more urgent. [0] */
  readonly priority?: number;
  /** Its number, or drawn from a uniform in [0, 1). [0] */
  readonly tenant?: number | ((u: number) => number);
  /** Index of its service-level objective in the setting's list. [0] */
  readonly slo?: number;
  /** When the answer is due, counted from the arrival. [never] */
  readonly deadline?: Duration;
  /** When the client gives up, counted from the arrival; hidden from schedulers. [never] */
  readonly timeout?: Duration;
}

/** A request as drawn; times count from its arrival. */
export interface DrawnRequest {
  readonly key: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly declared: number;
  readonly priority: number;
  readonly tenant: number;
  readonly slo: number;
  readonly deadline: Micros;
  readonly timeout: Micros;
}

/**
 * Draws requests by key: everything about one is a function of (seed, key), so it is the same among 100 and among 1,000, in
 * any order and at any rate. An answer longer than max_tokens ends there.
 * @param longestPrompt longer prompts are cut
 * @returns a request by its key; `whose` is the key that decides class and tenant, one for a whole conversation
 * @throws RangeError if shares are not in 0 … 1 or do not sum to 1
 */
export function requestDraws(
  classes: readonly RequestClass[],
  longestPrompt: number,
  seed: Seed,
): (key: number, whose?: number) => DrawnRequest {
  const upTo = cumulative(classes);
  const lengths = luck(seed, 'lengths');
  const habit = luck(seed, 'max_tokens');
  const tenants = luck(seed, 'tenants');
  const deadlines = luck(seed, 'deadlines');
  const timeouts = luck(seed, 'time-outs');
  return (key, whose = key) => {
    const choice = lengths(whose, 0);
    const kind = classes[upTo.findIndex((edge) => choice < edge)];
    const drawn = kind.lengths(lengths(key, 1), lengths(key, 2), lengths(key, 3));
    const promptTokens = Math.min(longestPrompt, drawn.prompt);
    const tenant = typeof kind.tenant === 'function' ? kind.tenant(tenants(whose, 0)) : (kind.tenant ?? 0);
    const declare = kind.maxTokens ?? undeclared;
    const declared = declare({ promptTokens, tenant, u: habit(key, 0), v: habit(key, 1) });
    return {
      key,
      promptTokens,
      outputTokens: Math.min(declared, drawn.output),
      declared,
      priority: kind.priority ?? 0,
      tenant,
      slo: kind.slo ?? 0,
      deadline: kind.deadline?.(deadlines(key, 0), deadlines(key, 1)) ?? Infinity,
      timeout: kind.timeout?.(timeouts(key, 0), timeouts(key, 1)) ?? Infinity,
    };
  };
}

/** Upper edges of the classes' parts of [0, 1). */
function cumulative(classes: readonly RequestClass[]): number[] {
  let sum = 0;
  const edges = classes.map(({ share }) => {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`workload: share is ${share}, expected a number in 0 … 1`);
    sum += share;
    return sum;
  });
  if (!(Math.abs(sum - 1) < 1e-9)) throw new RangeError(`workload: shares of classes sum to ${sum}, expected 1`);
  edges[classes.length - 1] = 1;
  return edges;
}
