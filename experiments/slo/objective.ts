/**
 * A service-level objective as text: `ttft=2,tpot=0.06` (each request, 90 % of them), `tbt=0.1@p99,delay=2@p50` (quantiles),
 * `own` (the promises of a named setting). Times in seconds.
 */
import type { Summary } from '../../env/serving/metrics.js';
import type { Slo } from '../../env/serving/slo.js';
import { didYouMean } from '../../env/spelling.js';
import { fromSeconds, type Micros } from '../../env/time.js';

/** Metrics by their name in an objective: the field of a summary, and words. */
const METRICS = {
  ttft: ['ttft', 'TTFT'],
  tpot: ['tpot', 'TPOT'],
  tbt: ['tbt', 'TBT'],
  jct: ['jct', 'JCT'],
  delay: ['schedulingDelay', 'scheduling delay'],
} as const;
type Metric = keyof typeof METRICS;

const STATISTICS = ['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const;
type Statistic = (typeof STATISTICS)[number];

/** Metrics that every request has one of. */
const EACH: readonly string[] = ['ttft', 'tpot', 'jct'] satisfies (keyof Slo)[];

/** A limit on all requests together. */
interface Limit {
  readonly metric: Metric;
  readonly statistic: Statistic;
  readonly limit: Micros;
}

export interface Objective {
  readonly limits: readonly Limit[];
  /** What each request is promised, by class; [] = nothing. */
  readonly each: readonly Slo[];
  /** Share of requests for which that must be kept. */
  readonly share: number;
}

/** Classes of requests there can be. */
const CLASSES = 256;

/**
 * @param own promises of the named setting, by class
 * @throws Error that quotes the part that is wrong and says what was expected
 */
export function parseObjective(text: string, own: readonly Slo[] = []): Objective {
  const limits: Limit[] = [];
  const each: Record<string, Micros> = {};
  let classes: readonly Slo[] = [];
  let share = 0.9;
  for (const part of text.split(',').map((word) => word.trim())) {
    const wrong = (expected: string): never => {
      throw new Error(`slo: ${JSON.stringify(part)}: expected ${expected}`);
    };
    if (part === 'own') {
      if (own.length === 0) wrong('a named setting that makes promises (servegym list settings) beside own');
      classes = own;
      continue;
    }
    const [, name, value, statistic] =
      /^(\w+)=([^@]+)(?:@(\w+))?$/.exec(part) ?? wrong('metric=seconds, metric=seconds@p99, attainment=share or own');
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (name === 'attainment') {
      if (!(number > 0 && number <= 1) || statistic !== undefined) wrong('attainment=share with a share in 0 … 1');
      share = number;
      continue;
    }
    if (!Object.hasOwn(METRICS, name))
      throw new Error(
        `slo: unknown metric ${JSON.stringify(name)}${didYouMean(name, [...Object.keys(METRICS), 'attainment'])}`,
      );
    if (!(number > 0 && number < Infinity)) wrong('seconds > 0');
    if (statistic === undefined) {
      if (!EACH.includes(name)) wrong(`a statistic, for example ${part}@p99: a request has many, or none`);
      if (name in each) wrong(`${name} once`);
      each[name] = fromSeconds(number);
    } else {
      const known = STATISTICS.find((each) => each === statistic);
      if (known === undefined)
        throw new Error(
          `slo: ${JSON.stringify(part)}: unknown statistic ${JSON.stringify(statistic)}${didYouMean(statistic, STATISTICS)}`,
        );
      limits.push({ metric: name as Metric, statistic: known, limit: fromSeconds(number) });
    }
  }
  const promised = Object.keys(each).length > 0;
  if (promised && classes.length > 0) throw new Error('slo: own and limits for each request exclude each other');
  if (!promised && classes.length === 0 && limits.length === 0)
    throw new Error(`slo: ${JSON.stringify(text)} promises nothing, expected for example ttft=2,tpot=0.06`);
  return { limits, each: promised ? Array<Slo>(CLASSES).fill(each) : classes, share };
}

/** How one episode stands to an objective. */
export interface Verdict {
  readonly met: boolean;
  /** Share of requests for which everything was kept; null where nothing was promised to each. */
  readonly attainment: number | null;
  /** Measured ÷ limit of each limit, in order; above 1 is broken, endless (null in a file) if too many left unserved. */
  readonly use: readonly (number | null)[];
}

/**
 * Judges a drained episode. A request that left unserved kept nothing; in quantiles it counts as endless, so more of them
 * than a quantile leaves out break it (a mean and a maximum allow none). Those that can never fit count only in the attainment: no rate changes them.
 */
export function judge({ limits, each, share }: Objective, summary: Summary): Verdict {
  const { arrived, aborted, unfinished, rejected } = summary.requests;
  const lost = (aborted + unfinished) / Math.max(1, arrived - rejected);
  const use = limits.map(({ metric, statistic, limit }) => {
    const spread = summary[METRICS[metric][0]];
    if (lost > allowed(statistic) + ROUNDING) return Infinity;
    return spread.count === 0 ? 0 : spread[statistic] / limit;
  });
  const attainment = each.length > 0 ? summary.sloAttainment : null;
  return {
    met: use.every((value) => value <= 1) && (attainment === null || attainment >= share),
    attainment,
    use,
  };
}

/** 1 − .9 is a little less than .1. */
const ROUNDING = 1e-9;

const allowed = (statistic: Statistic): number =>
  statistic.startsWith('p') ? 1 - Number(statistic.slice(1)) / 100 : 0;

/** Words for a table. */
export function objectiveText({ limits, each, share }: Objective): string {
  const seconds = (time: Micros): string => `${time / 1e6} s`;
  const quantiles = limits.map(
    ({ metric, statistic, limit }) => `${statistic} ${METRICS[metric][1]} ≤ ${seconds(limit)}`,
  );
  if (each.length === 0) return quantiles.join(', ');
  const alike = each.every((slo) => slo === each[0]);
  const kept = alike
    ? Object.entries(each[0])
        .map(([name, limit]) => `${METRICS[name as Metric][1]} ≤ ${seconds(limit as Micros)}`)
        .join(' and ')
    : 'what its class is promised';
  return [...quantiles, `${100 * share} % of requests with ${kept}`].join(', ');
}
