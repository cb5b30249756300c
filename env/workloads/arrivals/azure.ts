/** Arrivals of the Azure conversations (Azure LLM inference trace 2023), from the statistics that ship with the package. */
import { derived } from '../derived.js';
import { gammaGaps } from './gaps.js';
import type { ArrivalProcess } from './process.js';
import { type RateCurve, rateCurveArrivals } from './rate-curve.js';

interface AzureArrivals {
  readonly rate_per_s: number;
  readonly minute_rate_x_gamma: {
    readonly counts_per_minute: readonly number[];
    readonly last_bin_s: number;
    readonly shape: number;
  };
}

const azure = (): AzureArrivals => derived<{ arrivals: AzureArrivals }>('azure-conv').arrivals;

/** Requests/s. */
export const azureRate = (): number => azure().rate_per_s;

/** The recorded hour as requests/s by minute. */
export function azureCurve(): RateCurve {
  const { counts_per_minute: counts, last_bin_s } = azure().minute_rate_x_gamma;
  const last = counts.length - 1;
  return {
    points: counts.map((n, minute) => [60 * minute, n / (minute < last ? 60 : last_bin_s)]),
    end: 60 * last + last_bin_s,
  };
}

/**
 * The recorded hour with its slow changes of load (a factor of 2.7), scaled to a mean of `rate` requests/s: Gamma gaps in a
 * time that runs with the recorded counts per minute; the hour repeats. At the recorded rate it has the variance of counts of
 * the trace at windows of 1 … 300 s; a stationary process does not.
 * @param start second of the hour at which the requests begin [a random one]
 */
export const azureMinuteArrivals = (rate: number, start?: number): ArrivalProcess =>
  rateCurveArrivals(rate, azureCurve(), {
    gaps: gammaGaps(1 / Math.sqrt(azure().minute_rate_x_gamma.shape)),
    ...(start !== undefined && { start }),
  });
