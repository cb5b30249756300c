/** Statistics of the production clients that ServeGen published (Xiang et al., arXiv 2505.09999), as they ship with the package. */

import type { RateCurve } from '../arrivals/rate-curve.js';
import { derived } from '../derived.js';
import type { MarginalStatistics } from '../lengths/statistics.js';

/** The two published groups: 162 clients of a large model (prompts 914, outputs 155 tokens), 109 of a middle one (307, 51). */
export type ServegenSet = 'm-large' | 'm-mid';

export interface ServegenStatistics {
  readonly clients: number;
  /** Requests/s of all. */
  readonly total_rate_per_s: { readonly mean: number };
  readonly rate_by_hour_relative: readonly number[];
  readonly rate_by_day_relative: readonly number[];
  /** Share of the rate that the so many largest clients have together. */
  readonly cumulative_rate_share_by_client_rank: Readonly<Record<string, number>>;
  /** Quantiles of the coefficient of variation of gaps in windows of 600 s, weighted by rate. */
  readonly window_cv_rate_weighted: Readonly<Record<string, number>>;
  readonly rate_share_by_renewal_family: { readonly Weibull: number; readonly Gamma: number };
  readonly lengths: Record<'input_tokens' | 'output_tokens', MarginalStatistics & { readonly mean_published: number }>;
  readonly top20_clients: readonly { readonly share: number }[];
}

/** @throws RangeError naming the sets there are */
export function servegenStatistics(set: ServegenSet): ServegenStatistics {
  const { workloads } = derived<{ workloads: Readonly<Record<string, ServegenStatistics>> }>('servegen');
  if (!Object.hasOwn(workloads, `language-${set}`))
    throw new RangeError(`many clients: set is ${String(set)}, expected m-large, m-mid`);
  return workloads[`language-${set}`];
}

/** Pairs of a table by number, ascending. */
export const numbered = (table: Readonly<Record<string, number>>): [number, number][] =>
  Object.entries(table)
    .map(([key, value]) => [Number(key), value] as [number, number])
    .sort(([a], [b]) => a - b);

/**
 * Shares of the rate of all clients, the largest first. The first 20 are published one by one; behind them the clients between
 * two published ranks share equally.
 */
export function clientShares({ clients, top20_clients, ...rest }: ServegenStatistics): number[] {
  const shares = top20_clients.map(({ share }) => share);
  const sum = (): number => shares.reduce((total, share) => total + share, 0);
  const further = numbered(rest.cumulative_rate_share_by_client_rank).filter(([rank]) => rank > shares.length);
  for (const [rank, together] of [...further, [clients, 1] as const]) {
    const each = (together - sum()) / (rank - shares.length);
    while (shares.length < rank) shares.push(each);
  }
  return shares;
}

const HOUR = 3600;

/** The rate over a week by hour, 1 in the mean. Second 0 is the first midnight of the data. */
export function weekCurve({ rate_by_hour_relative, rate_by_day_relative }: ServegenStatistics): RateCurve {
  const rates = rate_by_day_relative.flatMap((day) => rate_by_hour_relative.map((hour) => day * hour));
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return { points: rates.map((rate, hour) => [hour * HOUR, rate / mean]), end: rates.length * HOUR };
}
