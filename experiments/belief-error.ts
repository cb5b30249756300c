/** How far beliefs were off in an episode: what was believed at arrival against what came, of those who finished. */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { State } from '../env/serving/requests.js';
import { spearman } from './statistics/correlation.js';

export interface BeliefError {
  /** Finished requests. */
  readonly requests: number;
  readonly length: {
    /** Tokens. */
    readonly mae: number;
    /** Root mean square of ln(believed/true). */
    readonly rmseLog: number;
    /** NaN where all beliefs are equal. */
    readonly spearman: number;
    /** Share of true lengths up to the believed quantile, by level offered. */
    readonly coverage: readonly { readonly level: number; readonly share: number }[];
  };
  /** Believed after `AFTER` verifications against the share of drafts accepted from then on; where there were drafts. */
  readonly acceptance?: { readonly requests: number; readonly mae: number };
}

export interface WatchedBeliefs {
  /** The same predictor, overheard. */
  readonly predictor: () => Predictor;
  /** null before anyone finished. */
  error(): BeliefError | null;
}

/** Verifications after which a belief about acceptance is held against the rest. */
const AFTER = 16;
/** Drafts that the rest must have. */
const ENOUGH = 20;

/** Overhears the predictor of one episode: it costs a copy for each request, and changes nothing. */
export function watchBeliefs(make: () => Predictor): WatchedBeliefs {
  let levels: readonly number[] = [];
  let forecast: Forecast | undefined;
  let arrived = 0;
  // Columns by request.
  let length: Float64Array;
  let quantiles: readonly Float64Array[];
  let met: Uint8Array;
  let acceptance: Float64Array;
  let before: { readonly accepted: Int32Array; readonly proposed: Int32Array };

  function overhear(r: number): void {
    const { requests, beliefs } = forecast as Forecast;
    // No belief about acceptance is exactly 0, but the column of those who offer none is.
    if (met[r] === 1 || requests.verifications[r] < AFTER || beliefs.acceptance[r] === 0) return;
    met[r] = 1;
    acceptance[r] = beliefs.acceptance[r];
    before.accepted[r] = requests.accepted[r];
    before.proposed[r] = requests.proposed[r];
  }

  return {
    predictor() {
      const inner = make();
      levels = inner.levels ?? [];
      return {
        ...inner,
        reset(given) {
          forecast = given;
          arrived = 0;
          inner.reset?.(given);
          const floats = (): Float64Array => given.column(Float64Array);
          length = floats();
          quantiles = levels.map(floats);
          if (given.rules.maxDrafts === 0) return;
          met = given.column(Uint8Array);
          acceptance = floats();
          before = { accepted: given.column(Int32Array), proposed: given.column(Int32Array) };
        },
        arrive(r) {
          inner.arrive(r);
          const { beliefs } = forecast as Forecast;
          length[r] = beliefs.length[r];
          for (let k = 0; k < quantiles.length; k++) quantiles[k][r] = beliefs.quantiles[k][r];
          arrived = Math.max(arrived, r + 1);
        },
        ...(inner.progress && {
          progress(r: number) {
            inner.progress?.(r);
            if ((forecast as Forecast).rules.maxDrafts > 0) overhear(r);
          },
        }),
      };
    },
    error() {
      if (!forecast) return null;
      const { state, generated } = forecast.requests;
      const done: number[] = [];
      for (let r = 0; r < arrived; r++) if (state[r] === State.finished) done.push(r);
      if (done.length === 0) return null;
      const truth = done.map((r) => generated[r]);
      const believed = done.map((r) => length[r]);
      const drafted = forecast.rules.maxDrafts > 0 ? acceptanceError(forecast, done) : undefined;
      return {
        requests: done.length,
        length: {
          mae: meanOf(believed, (value, k) => Math.abs(value - truth[k])),
          rmseLog: Math.sqrt(meanOf(believed, (value, k) => Math.log(value / truth[k]) ** 2)),
          spearman: spearman(believed, truth),
          coverage: levels.map((level, k) => ({
            level,
            share: meanOf(done, (r) => (generated[r] <= quantiles[k][r] ? 1 : 0)),
          })),
        },
        ...(drafted && { acceptance: drafted }),
      };
    },
  };

  function acceptanceError({ requests }: Forecast, done: readonly number[]): BeliefError['acceptance'] {
    const seen = done.filter((r) => met[r] === 1 && requests.proposed[r] - before.proposed[r] >= ENOUGH);
    if (seen.length === 0) return undefined;
    const error = (r: number): number => {
      const share = (requests.accepted[r] - before.accepted[r]) / (requests.proposed[r] - before.proposed[r]);
      return Math.abs(acceptance[r] - share);
    };
    return { requests: seen.length, mae: meanOf(seen, error) };
  }
}

function meanOf(values: readonly number[], figure: (value: number, k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += figure(values[k], k);
  return sum / values.length;
}

/** Means over episodes; a figure that an episode lacks is left out of the mean. */
export function meanError(errors: readonly BeliefError[]): BeliefError {
  const known = (values: readonly (number | null)[]): number => {
    const some = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
    return some.length === 0 ? Number.NaN : meanOf(some, (value) => value);
  };
  const drafted = errors.flatMap(({ acceptance }) => acceptance ?? []);
  return {
    requests: meanOf(
      errors.map(({ requests }) => requests),
      (n) => n,
    ),
    length: {
      mae: known(errors.map(({ length }) => length.mae)),
      rmseLog: known(errors.map(({ length }) => length.rmseLog)),
      spearman: known(errors.map(({ length }) => length.spearman)),
      coverage: errors[0].length.coverage.map(({ level }, k) => ({
        level,
        share: known(errors.map(({ length }) => length.coverage[k].share)),
      })),
    },
    ...(drafted.length > 0 && {
      acceptance: {
        requests: known(drafted.map(({ requests }) => requests)),
        mae: known(drafted.map(({ mae }) => mae)),
      },
    }),
  };
}
