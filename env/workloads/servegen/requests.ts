/** Requests of many clients become a workload: the tenant is the client, and luck belongs to (client, number of the request). */
import { luck, type Seed } from '../../random.js';
import type { Micros } from '../../time.js';
import type { LengthSampler } from '../lengths/sampler.js';
import { createWorkload, type Workload } from '../workload.js';

/** Clients are numbered below this, and requests of a client below 2^40: together they make a key. */
export const MOST_CLIENTS = 2 ** 13;
const NUMBERS = 2 ** 40;

/** One request before it has lengths. */
export interface ClientRequest {
  readonly arrival: Micros;
  readonly client: number;
  /** Its number among the requests of its client. */
  readonly number: number;
}

/** Longest prompt and output; what is longer is cut. */
export interface Clip {
  readonly prompt?: number;
  readonly output?: number;
}

/** Lengths by client and, where they change, by time of arrival. */
export type LengthsOf = (client: number, arrival: Micros) => LengthSampler;

/** Nothing is declared: the model length decides. */
export function clientWorkload(
  name: string,
  requests: readonly ClientRequest[],
  lengthsOf: LengthsOf,
  seed: Seed,
  { prompt = Infinity, output = Infinity }: Clip = {},
): Workload {
  const uniform = luck(seed, 'lengths');
  const key = Float64Array.from(requests, ({ client, number }) => client * NUMBERS + number);
  const promptTokens = new Int32Array(requests.length);
  const outputTokens = new Int32Array(requests.length);
  requests.forEach(({ client, arrival }, row) => {
    const k = key[row];
    const lengths = lengthsOf(client, arrival)(uniform(k, 0), uniform(k, 1), uniform(k, 2));
    promptTokens[row] = Math.min(prompt, lengths.prompt);
    outputTokens[row] = Math.min(output, lengths.output);
  });
  const arrival = Float64Array.from(requests, (request) => request.arrival);
  const tenant = Int32Array.from(requests, ({ client }) => client);
  return createWorkload({ name, arrival, promptTokens, outputTokens, key, tenant });
}

/** @throws RangeError naming the option */
export function checkClip({ prompt, output }: Clip = {}, who: string): void {
  for (const [side, tokens] of Object.entries({ prompt, output })) {
    if (tokens !== undefined && !(Number.isInteger(tokens) && tokens >= 1))
      throw new RangeError(`${who}: clip.${side} is ${tokens}, expected a whole number ≥ 1`);
  }
}
