/** Requests sampled from ServeGen's published files (Xiang et al., arXiv 2505.09999): rates, burstiness and lengths of clients by window. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { weightedIndex } from '../../distributions.js';
import { type Seed, stream } from '../../random.js';
import { fromSeconds, toSeconds } from '../../time.js';
import { renewalTimes } from '../arrivals/gaps.js';
import type { Progress } from '../traces/lines.js';
import type { Source } from '../workload.js';
import { type ClientLengths, LENGTH_WINDOW, readLengths } from './length-windows.js';
import { type ClientRequest, type Clip, checkClip, clientWorkload, type LengthsOf } from './requests.js';
import { type ClientWindow, readWindows, WINDOW } from './windows.js';

export interface ServegenOptions {
  /** A `*-trace.csv` of client windows, plain or gzip. */
  readonly trace: string;
  /** Its `*-length-quantiles.csv`. [the file of that name beside the trace] */
  readonly lengths?: string;
  /** Which part of the data, in seconds from its start: [from, to). [from 0] */
  readonly from?: number;
  readonly to: number;
  /** Mean requests/s of all clients over this part; all rates are multiplied alike. [as published] */
  readonly rate?: number;
  /** So many of the largest clients in this part. [all] */
  readonly clients?: number;
  /** Only the requests of these clients, by their numbers in the file; they are the same as among all. [all clients] */
  readonly only?: readonly number[];
  /** Cuts prompts and outputs to so many tokens. [no cut] */
  readonly clip?: Clip;
  readonly progress?: Progress;
}

/** What the files hold for the chosen part. */
export interface ServegenReport {
  /** Rows of the trace that were read. */
  readonly rows: number;
  /** Clients with requests in this part. */
  readonly clients: number;
  /** Clients of these without published lengths, and their share of the requests: they take the mixture of those that have some. */
  readonly withoutLengths: { readonly clients: number; readonly share: number };
  /** Expected requests. */
  readonly expected: number;
}

/** More are a mistake in the span or the rate. */
const MOST_REQUESTS = 10_000_000;
const NUMBERS = 2 ** 24;

/**
 * A source that draws anew for every seed. Each client and window is a renewal process of the published family, rate and coefficient of
 * variation, seen from a random moment, so that its mean rate is the published one. A request's lengths are drawn from its client's quantiles in the nearest 6 h
 * that have some. Tenant: the client. Key: client × 2^40 + window × 2^24 + number in the window, so that other clients or another part of the
 * data change nothing about a request.
 * @throws RangeError naming an option, or Error naming file, line, column, what was expected and what was found
 */
export async function servegenSource(options: ServegenOptions): Promise<Source & { readonly report: ServegenReport }> {
  const { trace, from = 0, to, rate, only, clip, progress } = options;
  checkOptions(options);
  const { windows, rows, end } = await readWindows(trace, from, to, progress);
  if (windows.length === 0) throw new Error(`${trace}: no requests in ${from} … ${to} s, its windows end at ${end} s`);
  const lengths = await readLengths(options.lengths ?? besides(trace));

  const inside = ({ window }: ClientWindow): number =>
    Math.min(to, (window + 1) * WINDOW) - Math.max(from, window * WINDOW);
  const expected = new Map<number, number>();
  for (const each of windows) expected.set(each.client, (expected.get(each.client) ?? 0) + each.rate * inside(each));
  const ranked = [...expected].sort(([a, x], [b, y]) => y - x || a - b).slice(0, options.clients);
  const published = sum(ranked.map(([, requests]) => requests));
  const factor = rate === undefined ? 1 : (rate * (to - from)) / published;
  const chosen = ranked.filter(([client]) => only?.includes(client) ?? true);
  if (chosen.length === 0)
    throw new RangeError(
      `servegen: only is ${String(only)}, expected clients like ${ranked[0][0]}, which has requests`,
    );
  const wanted = factor * sum(chosen.map(([, requests]) => requests));
  if (wanted > MOST_REQUESTS) {
    throw new RangeError(
      `servegen: ${from} … ${to} s hold about ${Math.round(wanted)} requests, expected at most ${MOST_REQUESTS}: choose a shorter part or a lower rate`,
    );
  }

  const largest = new Set(ranked.map(([client]) => client));
  const kept = new Set(chosen.map(([client]) => client));
  const mine = windows.filter(({ client }) => kept.has(client));
  const lengthsOf = lengthsByTime(
    lengths,
    windows.filter(({ client }) => largest.has(client)),
    from,
  );
  const without = chosen.filter(([client]) => !lengths.has(client));
  const name = `${basename(trace)} ${from} … ${to} s`;
  return {
    name,
    report: {
      rows,
      clients: kept.size,
      withoutLengths: { clients: without.length, share: (factor * sum(without.map(([, n]) => n))) / wanted },
      expected: wanted,
    },
    sample: (seed) =>
      clientWorkload(
        name,
        mine.flatMap((each) => drawWindow(each, each.rate * factor, from, to, seed)),
        lengthsOf,
        seed,
        clip,
      ),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The requests of a window that fall into [from, to); time 0 is `from`. */
function drawWindow(each: ClientWindow, rate: number, from: number, to: number, seed: Seed): ClientRequest[] {
  const { client, window, gaps } = each;
  const next = renewalTimes(gaps, stream(seed, `arrivals of client ${client} in window ${window}`));
  const start = window * WINDOW;
  const until = Math.min(to, start + WINDOW);
  const drawn: ClientRequest[] = [];
  for (let number = 0; ; number++) {
    const at = start + next() / rate;
    if (at >= until) return drawn;
    if (at >= from) drawn.push({ arrival: fromSeconds(at - from), client, number: window * NUMBERS + number });
  }
}

/**
 * Clients without lengths take those of another client, drawn in proportion to the requests in the same 6 h of those that have some
 * (where these are silent, from any of them).
 */
function lengthsByTime(
  lengths: ReadonlyMap<number, ClientLengths>,
  windows: readonly ClientWindow[],
  from: number,
): LengthsOf {
  const requests = new Map<number, Map<number, number>>();
  for (const { client, window, rate } of windows) {
    if (!lengths.has(client)) continue;
    const at = Math.floor((window * WINDOW) / LENGTH_WINDOW);
    const clients = requests.get(at) ?? new Map<number, number>();
    clients.set(client, (clients.get(client) ?? 0) + rate);
    requests.set(at, clients);
  }
  const anyone = giver(new Map([...lengths.keys()].map((client) => [client, 1])));
  const givers = new Map([...requests].map(([at, clients]) => [at, giver(clients)]));
  return (client, arrival) => {
    const window = Math.floor((from + toSeconds(arrival)) / LENGTH_WINDOW);
    const own = lengths.get(client);
    if (own) return nearest(own, window);
    const choose = givers.get(window) ?? anyone;
    return (cell, u, v) => nearest(lengths.get(choose(cell)) as ClientLengths, window)(cell, u, v);
  };
}

/** A client drawn in proportion to its number. */
function giver(weights: ReadonlyMap<number, number>): (u: number) => number {
  const clients = [...weights.keys()];
  const choose = weightedIndex([...weights.values()]);
  return (u) => clients[choose(u)];
}

function nearest(lengths: ClientLengths, window: number): ClientLengths[number]['sampler'] {
  let best = lengths[0];
  for (const each of lengths) if (Math.abs(each.window - window) < Math.abs(best.window - window)) best = each;
  return best.sampler;
}

/** @throws Error that names the file expected */
function besides(trace: string): string {
  const name = trace.replace(/-trace\.csv(\.gz)?$/, '-length-quantiles.csv');
  if (name === trace)
    throw new Error(`${trace}: expected a name that ends in -trace.csv or -trace.csv.gz, or the option lengths`);
  const found = [`${name}.gz`, name].find((file) => existsSync(file));
  if (!found)
    throw new Error(`${trace}: expected its lengths in ${name} (plain or .gz) or named by the option lengths`);
  return found;
}

function checkOptions({ from = 0, to, rate, clients, clip }: ServegenOptions): void {
  const check = (name: string, value: unknown, allowed: boolean, expected: string): void => {
    if (!allowed) throw new RangeError(`servegen: ${name} is ${String(value)}, expected ${expected}`);
  };
  check('from', from, from >= 0 && from < Infinity, 'seconds ≥ 0');
  check('to', to, to > from && to < Infinity, `seconds > ${from}`);
  check('rate', rate, rate === undefined || (rate > 0 && rate < Infinity), 'a number > 0');
  check('clients', clients, clients === undefined || (Number.isInteger(clients) && clients >= 1), 'a whole number ≥ 1');
  checkClip(clip, 'servegen');
}
