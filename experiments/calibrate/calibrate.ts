/** From a log of iterations to a card, judged on rows that it was not fitted to. */
import { luck, type Seed } from '../../env/random.js';
import { type Line, type LinesCard, linesTime } from '../../env/serving/cost/lines.js';
import { type Features, featuresOf, timeOf } from './features.js';
import { fitLines } from './fit-lines.js';
import type { IterationLog } from './log.js';
import { type Phase, phases } from './log-row.js';

export interface CalibrateOptions {
  /** Share of rows that nothing is fitted to. */
  readonly holdout: number;
  readonly seed: Seed;
}

/** Absolute relative errors of the rows that nothing was fitted to. */
export interface HeldOut {
  readonly phase: Phase;
  /** Sequences of these batches; absent: all. */
  readonly sequences?: readonly [least: number, most: number];
  readonly rows: number;
  readonly mean: number;
  readonly p95: number;
}

/** A row that nothing was fitted to, in µs. */
export interface Pair {
  readonly phase: Phase;
  readonly measured: number;
  readonly predicted: number;
}

export interface Calibration {
  readonly card: LinesCard;
  /** The engine of the log pads prompts: tokens of the card are padded tokens. */
  readonly padded: boolean;
  /** Rows fitted and left out, by phase. */
  readonly fitted: Readonly<Record<Phase, number>>;
  /** Rows at the beginning of a phase that took too long and are left out everywhere. */
  readonly warmup: Readonly<Record<Phase, number>>;
  /** By phase, then by phase and size of batch. */
  readonly errors: readonly HeldOut[];
  readonly pairs: readonly Pair[];
}

/** Fewest rows of a phase. */
const FEWEST = 20;

/** A row of the first ten of a phase that takes a quarter longer than the fit says: so long the engine warmed up. */
const WARMUP_ROWS = 10;
const WARMUP_RATIO = 1.25;

/** Sequences in a batch, by which errors are told apart. */
const SIZES = [
  [1, 8],
  [9, 32],
  [33, 128],
  [129, 512],
  [513, Number.POSITIVE_INFINITY],
] as const;

/**
 * Fits a card to one part of a log and judges it on the other. Prompts count as padded to the longest of their batch if that
 * explains the prefills better.
 * @throws Error if a phase has too few rows
 */
export function calibrate(log: IterationLog, { holdout, seed }: CalibrateOptions): Calibration {
  const draw = luck(seed, 'holdout');
  const held = Array.from(log.line, (line) => draw(line, 0) < holdout);
  const rowsOf = (phase: Phase, skip: ReadonlySet<number>): number[] =>
    [...log.phase.keys()].filter((r) => log.phase[r] === phase && !skip.has(r));
  const none: ReadonlySet<number> = new Set();
  for (const phase of ['decode', 'prefill'] as const) {
    const rows = rowsOf(phase, none);
    const fit = rows.filter((r) => !held[r]).length;
    if (fit < FEWEST || fit === rows.length)
      throw new Error(
        `${log.file}: ${rows.length} ${phase} rows, ${fit} of them to fit and ${rows.length - fit} to judge; a card needs ${FEWEST} to fit and some to judge`,
      );
  }
  const fitted = (features: Features, skip: ReadonlySet<number>): LinesCard => {
    const part = (phase: Phase): number[] => rowsOf(phase, skip).filter((r) => !held[r]);
    const lines = (phase: 'decode' | 'prefill'): Line[] => fitLines(features[phase], part(phase));
    return withMixed({ decode: lines('decode'), prefill: lines('prefill') }, features, log, part('mixed'));
  };
  const choices = (log.longest ? [false, true] : [false]).map((padded) => {
    const features = featuresOf(log, padded);
    const card = fitted(features, none);
    const time = linesTime(card);
    const rows = rowsOf('prefill', none).filter((r) => !held[r]);
    const error = mean(rows.map((r) => Math.abs(timeOf(time, features, log, r) / log.micros[r] - 1)));
    return { features, card, error };
  });
  const { features, card: first } = choices.reduce((a, b) => (b.error < a.error ? b : a));
  const cold = coldRows(log, features, first);
  const card = fitted(features, cold);
  const judged = [...log.phase.keys()].filter((r) => held[r] && !cold.has(r));
  const time = linesTime(card);
  const count = (of: (r: number) => boolean) =>
    Object.fromEntries(phases.map((phase) => [phase, rowsOf(phase, none).filter(of).length])) as Record<Phase, number>;
  return {
    card,
    padded: features.padded,
    fitted: count((r) => !held[r] && !cold.has(r)),
    warmup: count((r) => cold.has(r)),
    errors: errorsOf(log, judged, (r) => timeOf(time, features, log, r)),
    pairs: judged.map((r) => ({
      phase: log.phase[r],
      measured: log.micros[r],
      predicted: timeOf(time, features, log, r),
    })),
  };
}

/** Rows by which a mixed batch can be told to take other than its two parts. */
const MIXED_ROWS = 10;

function withMixed(card: LinesCard, features: Features, log: IterationLog, rows: readonly number[]): LinesCard {
  if (rows.length < MIXED_ROWS) return card;
  const time = linesTime(card);
  const ratios = rows.map((r) => log.micros[r] / timeOf(time, features, log, r)).sort((a, b) => a - b);
  return { ...card, mixed: ratios[ratios.length >> 1] };
}

/** Rows up to the last of the first ten of a phase that took too long. */
function coldRows(log: IterationLog, features: Features, card: LinesCard): Set<number> {
  const time = linesTime(card);
  const cold = new Set<number>();
  for (const phase of phases) {
    const first = [...log.phase.keys()].filter((r) => log.phase[r] === phase).slice(0, WARMUP_ROWS);
    const slow = first.map((r) => log.micros[r] > WARMUP_RATIO * timeOf(time, features, log, r));
    for (const r of first.slice(0, slow.lastIndexOf(true) + 1)) cold.add(r);
  }
  return cold;
}

function errorsOf(log: IterationLog, judged: readonly number[], predicted: (row: number) => number): HeldOut[] {
  const of = (phase: Phase, rows: readonly number[], sequences?: HeldOut['sequences']): HeldOut => {
    const errors = rows.map((r) => Math.abs(predicted(r) / log.micros[r] - 1)).sort((a, b) => a - b);
    return {
      phase,
      ...(sequences && { sequences }),
      rows: rows.length,
      mean: mean(errors),
      p95: errors[Math.ceil(0.95 * errors.length) - 1],
    };
  };
  const present = phases
    .map((phase) => ({ phase, rows: judged.filter((r) => log.phase[r] === phase) }))
    .filter(({ rows }) => rows.length > 0);
  const sized = present.flatMap(({ phase, rows }) =>
    SIZES.map((size) => ({ phase, size, rows: rows.filter((r) => log.seqs[r] >= size[0] && log.seqs[r] <= size[1]) })),
  );
  return [
    ...present.map(({ phase, rows }) => of(phase, rows)),
    ...sized.filter(({ rows }) => rows.length > 0).map(({ phase, size, rows }) => of(phase, rows, size)),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
