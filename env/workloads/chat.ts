/** The workload that needs no download: chat requests drawn from statistics that ship with the package. */
import { type Luck, luck, stream } from '../random.js';
import { depthAcceptance } from './acceptance/depth.js';
import {
  type ArrivalProcess,
  arriveAtOnce,
  azureMinuteArrivals,
  azureRate,
  gammaArrivals,
  onOffArrivals,
  poissonArrivals,
} from './arrivals.js';
import { type LengthSampler, type LengthSet, lengthSampler, lengthSets } from './lengths.js';
import { createWorkload, type Source } from './workload.js';

/** Arrival processes by name, for a mean rate in requests/s; `gamma` and `azure-minutes` are fits of the Azure conversations. */
export const arrivalKinds = {
  poisson: poissonArrivals,
  gamma: (rate) => gammaArrivals(rate),
  'on-off': (rate) => onOffArrivals(rate),
  'azure-minutes': azureMinuteArrivals,
  'at-once': () => arriveAtOnce,
} satisfies Record<string, (rate: number) => ArrivalProcess>;

export type ArrivalKind = keyof typeof arrivalKinds;

export interface ChatOptions {
  /** [600] */
  readonly requests?: number;
  /** Requests/s in the mean. [5.53, that of the Azure conversations] */
  readonly rate?: number;
  /** [gamma] */
  readonly arrivals?: ArrivalKind;
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
  expectOption('arrivals', arrivals, Object.hasOwn(arrivalKinds, arrivals), Object.keys(arrivalKinds).join(', '));
  expectOption('lengths', lengths, Object.hasOwn(lengthSets, lengths), Object.keys(lengthSets).join(', '));
  const allowed = maxTokens.length > 0 && maxTokens.every((n) => Number.isInteger(n) && n >= 1);
  expectOption('maxTokens', maxTokens, allowed, 'whole numbers ≥ 1');
  const process = arrivalKinds[arrivals](rate);
  const chat = lengthSampler(lengthSets[lengths]());
  const long = lengthSampler(lengthSets.arxiv());
  const name = longShare > 0 ? `chat + ${Math.round(100 * longShare)} % long` : 'chat';
  return {
    name,
    sample(seed) {
      const lengthLuck = luck(seed, 'lengths');
      const habitLuck = luck(seed, 'max_tokens');
      const promptTokens = new Int32Array(requests);
      const outputTokens = new Int32Array(requests);
      const declared = new Int32Array(requests);
      for (let key = 0; key < requests; key++) {
        const drawn = draw(lengthLuck(key, 0) < longShare ? long : chat, lengthLuck, key);
        declared[key] = maxTokens[Math.floor(habitLuck(key, 0) * maxTokens.length)];
        promptTokens[key] = Math.min(longestPrompt, drawn.prompt);
        outputTokens[key] = Math.min(declared[key], drawn.output);
      }
      const arrival = process(requests, stream(seed, 'arrivals'));
      const plain = createWorkload({ name, arrival, promptTokens, outputTokens, declared });
      return acceptance ? { ...plain, acceptance: depthAcceptance(plain, seed) } : plain;
    },
  };
}

const draw = (sampler: LengthSampler, from: Luck, key: number) => sampler(from(key, 1), from(key, 2), from(key, 3));

function expectOption(name: string, value: unknown, allowed: boolean, expected: string): void {
  if (!allowed) throw new RangeError(`chat workload: ${name} is ${value}, expected ${expected}`);
}
