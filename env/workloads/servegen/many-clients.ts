/** A service with many clients, a few of them large, bursty, each with lengths of its own; drawn from ServeGen's statistics. */
import { type Seed, stream } from '../../random.js';
import { fromSeconds } from '../../time.js';
import { renewalTimes } from '../arrivals/gaps.js';
import { curveArea } from '../arrivals/rate-curve.js';
import type { Source } from '../workload.js';
import { type Client, drawPopulation } from './population.js';
import { type ClientRequest, type Clip, checkClip, clientWorkload } from './requests.js';
import { type ServegenSet, servegenStatistics, weekCurve } from './statistics.js';

export interface ManyClientsOptions {
  /** Whose statistics. [m-large] */
  readonly set?: ServegenSet;
  /** So many of the largest clients. [all: 162 of m-large, 109 of m-mid] */
  readonly clients?: number;
  /** Only the requests of these clients, numbered from 0, the largest; they are the same as among all. [all clients] */
  readonly only?: readonly number[];
  /** [600] */
  readonly requests?: number;
  /** Requests/s of all clients, in the mean over a week. [that of the data: 195.8 and 1,790] */
  readonly rate?: number;
  /** Hour of the week at which the requests begin, 0 … 168; the load moves with hour and weekday. [a random one for each seed] */
  readonly hour?: number;
  /** Cuts prompts and outputs to so many tokens. [no cut] */
  readonly clip?: Clip;
  /** Names the clients' characters (burstiness, lengths); every seed of the source meets the same clients. [0] */
  readonly population?: Seed;
}

/**
 * Every client is a renewal process of its own in a time that runs with hour and weekday. Tenant: the client. Key: client × 2^40 + number of
 * the request within its client, so that leaving clients out changes nothing about the others.
 * @throws RangeError naming the option that is not allowed
 */
export function manyClientsSource(options: ManyClientsOptions = {}): Source {
  const { set = 'm-large', requests = 600, hour, clip, population = 0 } = options;
  const statistics = servegenStatistics(set);
  const { rate = statistics.total_rate_per_s.mean, clients = statistics.clients } = options;
  const whole = (n: number, least: number, most: number): boolean => Number.isInteger(n) && n >= least && n <= most;
  const check = (name: string, value: unknown, allowed: boolean, expected: string): void => {
    if (!allowed) throw new RangeError(`many clients: ${name} is ${String(value)}, expected ${expected}`);
  };
  check('requests', requests, whole(requests, 1, Infinity), 'a whole number ≥ 1');
  check('rate', rate, rate > 0 && rate < Infinity, 'a number > 0');
  const { clients: most } = statistics;
  check('clients', clients, whole(clients, 1, most), `a whole number in 1 … ${most}`);
  const { only = Array.from({ length: clients }, (_, k) => k) } = options;
  const known = only.length > 0 && new Set(only).size === only.length && only.every((k) => whole(k, 0, clients - 1));
  check('only', only, known, `different clients in 0 … ${clients - 1}`);
  check('hour', hour, hour === undefined || (hour >= 0 && hour <= 168), 'an hour in 0 … 168');
  checkClip(clip, 'many clients');

  const everyone = drawPopulation(statistics, clients, population);
  const curve = weekCurve(statistics);
  const week = curveArea(curve);
  const name = `${clients} clients of ServeGen ${set}`;
  return {
    name,
    sample(seed) {
      const begin = hour === undefined ? stream(seed, 'hour').next() * curve.end : hour * 3600;
      const before = week.upTo(begin);
      const drawn = firstRequests(everyone, only, rate, requests, seed).map(({ at, client, number }) => {
        const arrival = fromSeconds(Math.max(0, week.secondAt(before + at) - begin));
        return { arrival, client, number };
      });
      return clientWorkload(name, drawn, (client) => everyone[client].lengths, seed, clip);
    },
  };
}

/** A request on a clock on which the rate is steady. */
interface Draft extends Omit<ClientRequest, 'arrival'> {
  /** Seconds. */
  readonly at: number;
}

/** How much longer the draw becomes when too few requests have come. */
const LONGER = 1.3;

/** The first `count` requests of some of the clients, in order. */
function firstRequests(
  everyone: readonly Client[],
  only: readonly number[],
  rate: number,
  count: number,
  seed: Seed,
): Draft[] {
  const processes = only.map((client) => {
    const seconds = 1 / (rate * everyone[client].share);
    const next = renewalTimes(everyone[client].gaps, stream(seed, `arrivals of client ${client}`));
    return { client, number: 0, seconds, next, at: next() * seconds };
  });
  const share = only.reduce((sum, client) => sum + everyone[client].share, 0);
  const drawn: Draft[] = [];
  for (let until = count / (rate * share); drawn.length < count; until *= LONGER) {
    for (const process of processes) {
      while (process.at <= until) {
        drawn.push({ at: process.at, client: process.client, number: process.number++ });
        process.at = process.next() * process.seconds;
      }
    }
  }
  drawn.sort((a, b) => a.at - b.at || a.client - b.client || a.number - b.number);
  return drawn.slice(0, count);
}
