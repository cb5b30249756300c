/**
 * Any belief about length with an upper bound that keeps a promise: P(length ≤ bound) ≈ confidence, whatever the belief is like.
 *
 *     bound = believed · exp(margin)          margin: adaptive conformal, on ln(length/believed) of those who finished
 *
 * It is the last quantile offered, at level `confidence`, made at arrival and cut at what the client declares; before enough
 * finished it is that. `group: 'tenant'` keeps margins for each of the first tenants who finish something (and for all others
 * together), `beta` lowers the promise under load as CacheOPT does: confidence/(1 + beta·λ), λ the arrivals a second.
 *
 * State: conformal cells and the rate of arrivals in cells, what was promised in columns. Sources: `conformal/adaptive.ts`,
 * `conformal/load.ts`.
 */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { adapt, adaptiveCells, adaptiveMargin } from './conformal/adaptive.js';
import { confidenceAt } from './conformal/load.js';

export interface BoundedOptions {
  /** Promised share of bounds kept, in (0, 1) [.95]. */
  readonly confidence?: number;
  /** Seconds: how fast the promise falls with the rate of arrivals, ≥ 0 [0: it does not]. */
  readonly beta?: number;
  /** Who shares a margin ['all']. */
  readonly group?: 'all' | 'tenant';
}

const WINDOW = 256;
/** Tenants with margins of their own, and the outcomes that these need before they are believed. */
const TENANTS = 15;
const FEWEST = 40;
/** Weight of the past when a gap between arrivals is counted. */
const MEMORY = 0.99;
const MICROS_PER_SECOND = 1e6;

export function bounded(
  base: Predictor,
  { confidence = 0.95, beta = 0, group = 'all' }: BoundedOptions = {},
): Predictor {
  const own = base.levels ?? [];
  const levels = [...own.filter((level) => level < confidence), confidence];
  const last = levels.length - 1;
  let forecast: Forecast;
  /** Conformal cells: of all, then of tenants. */
  let cells: readonly Float64Array[];
  let tenants: Int32Array; // who has cells 1, 2, …
  let known: Int32Array; // how many have
  let arrivals: Float64Array; // time of the last, mean gap, count
  // By request.
  let believed: Float64Array;
  let promised: Float64Array;
  let margins: readonly [ofAll: Float64Array, ofGroup: Float64Array];

  function placeOf(tenant: number): number {
    if (group === 'all') return 0;
    for (let k = 0; k < known[0]; k++) if (tenants[k] === tenant) return k + 1;
    return 0;
  }

  /** Notes the arrival and says how sure to be. */
  function confidenceFor(r: number): number {
    const { arrival } = forecast.requests;
    const count = arrivals[2]++;
    if (count > 0) arrivals[1] += Math.max(1 - MEMORY, 1 / count) * (arrival[r] - arrivals[0] - arrivals[1]);
    arrivals[0] = arrival[r];
    return beta === 0
      ? confidence
      : confidenceAt(arrivals[1] > 0 ? MICROS_PER_SECOND / arrivals[1] : 0, confidence, beta);
  }

  function promise(r: number): void {
    const { beliefs, requests } = forecast;
    const sure = confidenceFor(r);
    const place = placeOf(requests.tenant[r]);
    const options = { confidence: sure, window: WINDOW };
    believed[r] = beliefs.length[r];
    promised[r] = sure;
    margins[0][r] = adaptiveMargin(cells[0], options);
    margins[1][r] = place === 0 ? margins[0][r] : adaptiveMargin(cells[place], options);
    const margin = place > 0 && cells[place][0] >= FEWEST ? margins[1][r] : margins[0][r];
    const bound = margin === Infinity ? Infinity : believed[r] * Math.exp(margin);
    beliefs.quantiles[last][r] = Math.max(1, Math.min(requests.declared[r], bound));
  }

  /** The place of a tenant who finished something; a new one while there is room. */
  function claim(tenant: number): number {
    const place = placeOf(tenant);
    if (group === 'all' || place > 0 || known[0] === TENANTS) return place;
    tenants[known[0]++] = tenant;
    return known[0];
  }

  return {
    ...base,
    name: `bounded(${base.name})`,
    levels,
    reset(given) {
      forecast = given;
      // Quantiles of the base that are not offered here have to go somewhere.
      const kept = own.map((level) =>
        level < confidence ? given.beliefs.quantiles[levels.indexOf(level)] : given.column(Float64Array),
      );
      base.reset?.({ ...given, beliefs: { ...given.beliefs, quantiles: kept } });
      const places = group === 'all' ? 1 : 1 + TENANTS;
      cells = Array.from({ length: places }, () => given.cells(Float64Array, adaptiveCells(WINDOW)));
      tenants = given.cells(Int32Array, TENANTS);
      known = given.cells(Int32Array, 1);
      arrivals = given.cells(Float64Array, 3);
      believed = given.column(Float64Array);
      promised = given.column(Float64Array);
      margins = [given.column(Float64Array), given.column(Float64Array)];
    },
    arrive(r) {
      base.arrive(r);
      promise(r);
    },
    observe(r) {
      base.observe?.(r);
      const { generated, tenant } = forecast.requests;
      const score = Math.log(generated[r] / believed[r]);
      const options = { confidence: promised[r], window: WINDOW };
      adapt(cells[0], score, margins[0][r], options);
      const place = claim(tenant[r]);
      if (place > 0) adapt(cells[place], score, margins[1][r], options);
    },
  };
}
