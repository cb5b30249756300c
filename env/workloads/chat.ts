/** The workload that needs no download: chat requests drawn from statistics that ship with the package. */
import type { Seed } from '../random.js';
import { depthAcceptance } from './acceptance/depth.js';
import { arrivalKinds } from './arrivals/kinds.js';
import { type ArrivalProcess, azureRate } from './arrivals.js';
import { type LengthSet, lengthSampler, lengthSets } from './lengths.js';
import { oneOf } from './max-tokens.js';
import { recipeSource } from './recipe.js';
import type { Source, Workload } from './workload.js';

export interface ChatOptions {
  /** [600] */
  readonly requests?: number;
  /** Requests/s in the mean. [5.53, that of the Azure conversations] */
  readonly rate?: number;
  /** A process by its name in `arrivalKinds`, or one that brings its own rate. [gamma] */
  readonly arrivals?: string | ArrivalProcess;
  /** Lengths of the chat requests. [azure] */
  readonly lengths?: LengthSet;
  /** Share of requests that bring a long prompt instead (a paper to summarise: 2,588 tokens in, 291 out in the mean). [0] */
  readonly longShare?: number;
  /** Drafts are accepted as by an EAGLE head; otherwise never. [false] */
  readonly acceptance?: boolean;
  /** max_tokens that clients use, equally often, whatever they ask; longer answers are cut there. [512, 1024, 2048, 4096] */
  readonly maxTokens?: readonly number[];
  /** Longer prompts are cut. [7168: leaves room for an answer in a context of 8,192] */
  readonly longestPrompt?: number;
}

/**
 * Chat requests from derived statistics. Arrivals come from a stream; everything else belongs to the request: its key is
 * its number, so that request 7 of a seed is the same one among 100 and among 1,000, at any rate.
 * @throws RangeError naming the option that is not allowed
 */
export function chatSource(options: ChatOptions = {}): Source {
  const { requests = 600, rate = azureRate(), arrivals = 'gamma', lengths = 'azure', longShare = 0 } = options;
  const { acceptance = false, maxTokens = [512, 1024, 2048, 4096], longestPrompt = 7168 } = options;
  expectOption('requests', requests, Number.isInteger(requests) && requests >= 1, 'a whole number ≥ 1');
  expectOption('longShare', longShare, longShare >= 0 && longShare <= 1, 'a share in 0 … 1');
  expectOption(
    'longestPrompt',
    longestPrompt,
    Number.isInteger(longestPrompt) && longestPrompt >= 1,
    'a whole number ≥ 1',
  );
  const named = typeof arrivals === 'function' || Object.hasOwn(arrivalKinds, arrivals);
  expectOption('arrivals', arrivals, named, Object.keys(arrivalKinds).join(', '));
  expectOption('lengths', lengths, Object.hasOwn(lengthSets, lengths), Object.keys(lengthSets).join(', '));
  const allowed = maxTokens.length > 0 && maxTokens.every((n) => Number.isInteger(n) && n >= 1);
  expectOption('maxTokens', maxTokens, allowed, 'whole numbers ≥ 1');
  const habit = oneOf(maxTokens);
  return recipeSource({
    name: longShare > 0 ? `chat + ${Math.round(100 * longShare)} % long` : 'chat',
    requests,
    arrivals: typeof arrivals === 'function' ? arrivals : arrivalKinds[arrivals].make(rate),
    classes: [
      { share: longShare, lengths: lengthSampler(lengthSets.arxiv()), maxTokens: habit },
      { share: 1 - longShare, lengths: lengthSampler(lengthSets[lengths]()), maxTokens: habit },
    ],
    longestPrompt,
    ...(acceptance && { acceptance: (workload: Workload, seed: Seed) => depthAcceptance(workload, seed) }),
  });
}

function expectOption(name: string, value: unknown, allowed: boolean, expected: string): void {
  if (!allowed) throw new RangeError(`chat workload: ${name} is ${value}, expected ${expected}`);
}
