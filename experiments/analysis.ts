/** From episodes to rows: means over paired seeds, differences to FCFS with intervals. */
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '../env/time.js';
import { type Interval, meanInterval, relativeDifference } from './bootstrap.js';
import { type Contestant, type Episode, isReference, labelOf } from './paired.js';
import { type TooLong, tooLongText } from './too-long.js';

/** One line of a table. Times are means over seeds of each episode's figure. */
export interface Row extends Contestant {
  readonly engine: string;
  readonly load: number;
  readonly label: string;
  readonly seeds: number;
  /** Seconds. */
  readonly jct: { readonly mean: Interval; readonly p50: number; readonly p99: number };
  readonly ttft: { readonly mean: number; readonly p99: number };
  /** Milliseconds. */
  readonly tpotMs: { readonly mean: number; readonly p99: number };
  /** Of the mean and the p99 JCT to FCFS on the same seeds, as a share of FCFS's; null for FCFS itself. */
  readonly difference: { readonly mean: Interval; readonly p99: Interval } | null;
  /** A seed, in the mean. */
  readonly evictions: number;
  readonly recomputedTokens: number;
  readonly pauses: number;
  /** Share of ΣJCT spent in no batch. */
  readonly waitingShare: number;
  readonly batchSize: number;
  readonly kvUse: number;
  /** Of the promises made to requests: kept in time, requests/s and share. Where none are made it is left out. */
  readonly slo?: { readonly goodput: number; readonly attainment: number };
  /** Of all seeds: left without an answer, or still here at the end. */
  readonly unserved: number;
  /** Of these, who was too long for the engine, and one of them; with none it is left out. */
  readonly rejected?: { readonly requests: number; readonly example: TooLong };
}

/**
 * One row for each engine, load and contestant, in the order of the episodes.
 * @param promised something was promised to the requests
 */
export function rowsOf(episodes: readonly Episode[], promised = false): Row[] {
  const groups = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const key = groupName(episode);
    groups.set(key, [...(groups.get(key) ?? []), episode]);
  }
  return [...groups.values()].map((group) => {
    const [{ engine, load }] = group;
    const reference = episodes.filter((e) => e.engine === engine && e.load === load && isReference(e));
    return rowOf(group, reference, promised);
  });
}

const groupName = ({ engine, load, scheduler, belief }: Episode | Row): string =>
  [engine, load, scheduler, belief].join(' / ');

function rowOf(group: readonly Episode[], reference: readonly Episode[], promised: boolean): Row {
  const [{ engine, load, scheduler, belief }] = group;
  const mean = (figure: (s: Episode['summary']) => number): number =>
    meanOf(group.map(({ summary }) => figure(summary)));
  const seconds = (figure: (s: Episode['summary']) => number): number => mean(figure) / MICROS_PER_SECOND;
  const millis = (figure: (s: Episode['summary']) => number): number => mean(figure) / MICROS_PER_MILLI;
  const jcts = group.map(({ summary }) => summary.jct.mean / MICROS_PER_SECOND);
  return {
    engine,
    load,
    scheduler,
    belief,
    label: labelOf({ scheduler, belief }),
    seeds: group.length,
    jct: { mean: meanInterval(jcts), p50: seconds((s) => s.jct.p50), p99: seconds((s) => s.jct.p99) },
    ttft: { mean: seconds((s) => s.ttft.mean), p99: seconds((s) => s.ttft.p99) },
    tpotMs: { mean: millis((s) => s.tpot.mean), p99: millis((s) => s.tpot.p99) },
    difference: isReference({ scheduler, belief }) ? null : differenceOf(group, reference),
    evictions: mean((s) => s.evictions),
    recomputedTokens: mean((s) => s.recomputedTokens),
    pauses: mean((s) => s.pauses),
    waitingShare: mean((s) => s.waitingShare),
    batchSize: mean((s) => s.batchSize.mean),
    kvUse: mean((s) => s.kvUse.mean),
    ...(promised && { slo: { goodput: mean((s) => s.goodput), attainment: mean((s) => s.sloAttainment) } }),
    unserved: group.reduce((sum, { summary: { requests } }) => sum + requests.arrived - requests.finished, 0),
    ...rejectedOf(group),
  };
}

function rejectedOf(group: readonly Episode[]): Pick<Row, 'rejected'> {
  const example = group.find(({ rejected }) => rejected !== undefined)?.rejected;
  if (!example) return {};
  return { rejected: { requests: group.reduce((sum, { summary }) => sum + summary.requests.rejected, 0), example } };
}

function differenceOf(group: readonly Episode[], reference: readonly Episode[]): Row['difference'] {
  const bySeed = new Map(reference.map((episode) => [episode.seed, episode.summary.jct]));
  const pairs = group.flatMap(({ seed, summary }) => {
    const theirs = bySeed.get(seed);
    return theirs ? [{ ours: summary.jct, theirs }] : [];
  });
  const of = (figure: 'mean' | 'p99'): Interval =>
    relativeDifference(
      pairs.map(({ ours }) => ours[figure]),
      pairs.map(({ theirs }) => theirs[figure]),
    );
  return { mean: of('mean'), p99: of('p99') };
}

/** Of those that were measured: an episode without a second token has no TPOT. */
function meanOf(values: readonly (number | null)[]): number {
  const measured = values.filter((value): value is number => value !== null && Number.isFinite(value));
  return measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

/**
 * Wall-clock µs of a decision by row: apart, because it differs from run to run. Median over seeds: a busy machine takes
 * the clock away now and then.
 */
export function decisionMicros(rows: readonly Row[], episodes: readonly Episode[]): number[] {
  return rows.map((row) => {
    const mine = episodes.filter((episode) => groupName(episode) === groupName(row));
    const sorted = mine.map((e) => e.measured.decisionMicros).sort((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  });
}

/** Below this difference of the mean JCT order does not matter. */
export const NO_DIFFERENCE = 0.02;

/** From this waiting share of FCFS on, order can matter. */
const ENOUGH_WAITING = 0.4;

/** What the rows of one engine and load say, in sentences. */
export const findings = (rows: readonly Row[]): string[] => [...differences(rows), ...neverServed(rows)];

function differences(rows: readonly Row[]): string[] {
  const reference = rows.find(isReference);
  const others = rows.filter((row) => row.difference !== null);
  if (!reference || others.length === 0) return [];
  const waiting = reference.waitingShare;
  const lines = [
    ...promisesKept(rows),
    `FCFS spends ${percent(waiting)} of the JCT waiting (order can matter from about ${percent(ENOUGH_WAITING)}); ` +
      `${reference.batchSize.toFixed(0)} slots used, ${percent(reference.kvUse)} of the KV pool.`,
  ];
  const share = (row: Row): number => row.difference?.mean.value ?? 0;
  const largest = Math.max(...others.map((row) => Math.abs(share(row))));
  if (largest < NO_DIFFERENCE) {
    lines.push(
      `Order does not matter here: no difference of the mean JCT to FCFS reaches ${percent(NO_DIFFERENCE)} (largest: ${(100 * largest).toFixed(1)} %).`,
    );
    return lines;
  }
  const sure = others.filter((row) => (row.difference?.mean.high ?? 0) < 0);
  const best = sure.reduce<Row | null>((a, b) => (a === null || share(b) < share(a) ? b : a), null);
  lines.push(
    best === null
      ? 'No scheduler is better than FCFS with 95 % confidence.'
      : `Shortest mean JCT: ${best.label}, ${percent(-share(best))} below FCFS; its p99 is ${signed(best.difference?.p99.value ?? 0)}.`,
  );
  return lines;
}

/** Of the row that left most without an answer: how many, and why. */
function neverServed(rows: readonly Row[]): string[] {
  const { unserved, rejected, label } = rows.reduce((a, b) => (b.unserved > a.unserved ? b : a));
  if (unserved === 0) return [];
  const whose = rows.some((row) => row.unserved !== unserved) ? `, most under ${label}` : '';
  const others = unserved - (rejected?.requests ?? 0);
  const why = [
    ...(rejected ? [`${rejected.requests} rejected, e.g. ${tooLongText(rejected.example)}`] : []),
    ...(others > 0 ? [`${others} aborted or still there at the end`] : []),
  ];
  return [`Never served, over all seeds${whose}: ${why.join('; ')}. Their JCT counts nowhere.`];
}

/** Who keeps most promises. */
function promisesKept(rows: readonly Row[]): string[] {
  const kept = rows.flatMap(({ label, slo }) => (slo ? [{ label, ...slo }] : []));
  if (kept.length === 0) return [];
  const best = kept.reduce((a, b) => (b.attainment > a.attainment ? b : a));
  return [
    `Most promises kept: ${best.label}, ${(100 * best.attainment).toFixed(1)} % of the requests, ${best.goodput.toFixed(2)} a second.`,
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const signed = (share: number): string => `${Math.abs(100 * share).toFixed(0)} % ${share < 0 ? 'shorter' : 'longer'}`;
