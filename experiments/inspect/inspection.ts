/** Everything that can be said of a request list in one pass and constant memory. */
import { MICROS_PER_SECOND, toSeconds } from '../../env/time.js';
import type { TraceRow } from '../../env/workloads/traces/row.js';
import { type ArrivalSummary, createArrivals } from './arrivals.js';
import { addPair, correlationOf, createPairs } from './moments.js';
import { createPrefixReuse, type ReuseSummary } from './prefix-reuse.js';
import { createSessions, type SessionSummary } from './sessions.js';
import { addToSpread, type Bar, barsOf, createSpread, type Spread, type SpreadSummary, summaryOf } from './spread.js';
import { createTally, type TallySummary } from './tally.js';
import { createTimeline } from './timeline.js';

export interface WorkloadStatistics {
  readonly requests: number;
  /** Undefined where nobody has a time. */
  readonly arrivals?: ArrivalSummary;
  readonly prompt: SpreadSummary;
  readonly output: SpreadSummary;
  /** Correlation of ln(prompt tokens) and ln(output tokens). */
  readonly logCorrelation: number;
  /** What clients declare as max_tokens: lengths, values, and the share of outputs that end exactly there. */
  readonly declared?: SpreadSummary & { readonly values: TallySummary; readonly reached: number };
  /** Undefined where the file does not say what prompts are made of. */
  readonly reuse?: ReuseSummary;
  /** Undefined where nobody follows anyone. */
  readonly sessions?: SessionSummary;
  /** Undefined where no row has one. */
  readonly tenants?: TallySummary;
  readonly priorities?: TallySummary;
  readonly sloClasses?: TallySummary;
  /** Seconds from the arrival. */
  readonly deadlines?: SpreadSummary;
  readonly timeouts?: SpreadSummary;
}

const SUMS = ['requests', 'promptTokens', 'outputTokens', 'hitTokens'] as const;

/** Sums over a piece of an axis; `hitTokens` are prompt tokens that a cache would find. */
export type Piece = Readonly<Record<'from' | 'to' | (typeof SUMS)[number], number>>;

/** What pictures need beyond the statistics. */
export interface WorkloadCurves {
  readonly prompt: readonly Bar[];
  readonly output: readonly Bar[];
  /** By seconds since the first arrival; empty where nobody has a time. */
  readonly overTime: readonly Piece[];
  /** By requests since the beginning of the file. */
  readonly overRequests: readonly Piece[];
}

export interface Inspection {
  /** Rows in the order of the file. @param line stands for the key of a row without one */
  add(row: TraceRow, line: number): void;
  statistics(): WorkloadStatistics;
  curves(): WorkloadCurves;
}

/**
 * @param blockTokens tokens of a block of the prefix cache
 * @param partial rows are of a part of the file: followers of nobody in it are left out
 */
export function createInspection(blockTokens: number, partial = false): Inspection {
  const prompt = createSpread();
  const output = createSpread();
  const lengths = createPairs();
  const arrivals = createArrivals();
  const declared = { lengths: createSpread(), values: createTally(), reached: 0 };
  const prefixes = createPrefixReuse(blockTokens);
  const sessions = createSessions();
  const [tenants, priorities, sloClasses] = [createTally(), createTally(), createTally()];
  const [deadlines, timeouts] = [createSpread(), createSpread()];
  const overTime = createTimeline(1 / 8, SUMS);
  const overRequests = createTimeline(1, SUMS);

  function add(row: TraceRow, line: number): void {
    const { promptTokens, outputTokens } = row;
    const placed = sessions.add(row, line);
    if (partial && !placed) return;
    const own = row.follows === undefined ? row.arrival : undefined;
    addToSpread(prompt, promptTokens);
    addToSpread(output, outputTokens);
    addPair(lengths, Math.log(promptTokens), Math.log(outputTokens));
    const amounts = { requests: 1, promptTokens, outputTokens, hitTokens: prefixes.add(row) };
    if (own !== undefined) overTime.add(toSeconds(arrivals.add(own)), amounts);
    overRequests.add(prompt.moments.count - 1, amounts);
    if (row.declared !== undefined) {
      addToSpread(declared.lengths, row.declared);
      declared.values.add(row.declared);
      if (row.declared === outputTokens) declared.reached++;
    }
    if (row.tenant !== undefined) tenants.add(row.tenant);
    if (row.priority !== undefined) priorities.add(row.priority);
    if (row.slo !== undefined) sloClasses.add(row.slo);
    if (row.deadline !== undefined) addToSpread(deadlines, row.deadline - (own ?? 0));
    if (row.abortAt !== undefined) addToSpread(timeouts, row.abortAt - (own ?? 0));
  }

  function statistics(): WorkloadStatistics {
    const requests = prompt.moments.count;
    const tallied = (tally: ReturnType<typeof createTally>): TallySummary | undefined => {
      const summary = tally.summary(requests);
      return summary.distinct > 0 ? summary : undefined;
    };
    const seconds = (spread: Spread): SpreadSummary | undefined =>
      spread.moments.count > 0 ? summaryOf(spread, MICROS_PER_SECOND) : undefined;
    return {
      requests,
      prompt: summaryOf(prompt),
      output: summaryOf(output),
      logCorrelation: correlationOf(lengths),
      ...known('arrivals', arrivals.summary()),
      ...known('declared', declaredSummary(requests)),
      ...known('reuse', prefixes.summary()),
      ...known('sessions', sessions.summary()),
      ...known('tenants', tallied(tenants)),
      ...known('priorities', tallied(priorities)),
      ...known('sloClasses', tallied(sloClasses)),
      ...known('deadlines', seconds(deadlines)),
      ...known('timeouts', seconds(timeouts)),
    };
  }

  function declaredSummary(requests: number): WorkloadStatistics['declared'] {
    const { lengths, values, reached } = declared;
    const { count } = lengths.moments;
    return count === 0
      ? undefined
      : { ...summaryOf(lengths), values: values.summary(requests), reached: reached / count };
  }

  return {
    add,
    statistics,
    curves: () => ({
      prompt: barsOf(prompt),
      output: barsOf(output),
      overTime: overTime.pieces(),
      overRequests: overRequests.pieces(),
    }),
  };
}

/** A field that is left out where there is nothing to say. */
const known = <Name extends string, T>(name: Name, value: T | undefined): { [N in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [N in Name]?: T };
