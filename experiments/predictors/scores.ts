/**
 * How good answers about output lengths are.
 *
 * Answer and truth are both cut at max_tokens, so that an output that was cut is met by a belief that was. The point is the median
 * for tokens and order, the mean of the 19 log quantiles for log lengths.
 */
import { LEVELS } from '../../predictors/length/model.js';
import { type BootstrapOptions, bootstrap, type Interval } from '../bootstrap.js';
import { kendallTauB, spearman } from '../statistics/correlation.js';
import type { Answers } from './answers.js';

/** Figures of a set of answers. */
export interface Scores {
  readonly answers: number;
  /** Mean absolute error of the median, tokens. */
  readonly mae: number;
  /** Of ln tokens. */
  readonly rmseLog: number;
  /** 1 − squared error of ln tokens over their variance. */
  readonly r2Log: number;
  readonly spearman: number;
  readonly kendall: number;
  /** Spearman among the answers of each model that has at least 20, in the mean. */
  readonly spearmanWithin: number;
  /** Mean pinball loss over the levels, tokens. */
  readonly pinball: number;
  /** Share of the outputs at most as long as the quantile of each level, among those for which that can be told. */
  readonly coverage: readonly number[];
  /** Mean of |coverage − level|: expected calibration error. */
  readonly ece: number;
}

/** What a difference between two models is asked in. */
export type Figure = 'mae' | 'rmseLog' | 'r2Log' | 'spearman' | 'spearmanWithin';

const COUNT = LEVELS.length;
const MIDDLE = LEVELS.indexOf(0.5);
/** Answers of a model from which on order among them says something. */
const ENOUGH = 20;

/** Answers as columns. */
export interface Scored {
  readonly answers: Answers;
  readonly actual: Float64Array;
  readonly actualLog: Float64Array;
  readonly median: Float64Array;
  readonly pointLog: Float64Array;
  /** Rows of each model. */
  readonly byModel: readonly Int32Array[];
}

export function scored(answers: Answers): Scored {
  const { examples, quantiles } = answers;
  const column = (of: (row: number) => number): Float64Array => Float64Array.from(examples, (_, row) => of(row));
  const rows = new Map<string, number[]>();
  examples.forEach(({ model = '' }, row) => {
    const own = rows.get(model);
    if (own) own.push(row);
    else rows.set(model, [row]);
  });
  return {
    answers,
    actual: column((row) => examples[row].outputTokens),
    actualLog: column((row) => Math.log(examples[row].outputTokens)),
    median: column((row) => quantiles[row * COUNT + MIDDLE]),
    pointLog: column((row) => {
      let sum = 0;
      for (let level = 0; level < COUNT; level++) sum += Math.log(quantiles[row * COUNT + level]);
      return sum / COUNT;
    }),
    byModel: [...rows.values()].filter((each) => each.length >= ENOUGH).map((each) => Int32Array.from(each)),
  };
}

const pick = (column: Float64Array, rows: Int32Array): Float64Array => Float64Array.from(rows, (row) => column[row]);

const figures: Readonly<Record<Figure, (of: Scored, rows: Int32Array) => number>> = {
  mae({ median, actual }, rows) {
    let sum = 0;
    for (const row of rows) sum += Math.abs(median[row] - actual[row]);
    return sum / rows.length;
  },
  rmseLog: (of, rows) => Math.sqrt(squaredError(of, rows) / rows.length),
  r2Log(of, rows) {
    const { actualLog } = of;
    let mean = 0;
    for (const row of rows) mean += actualLog[row] / rows.length;
    let total = 0;
    for (const row of rows) total += (actualLog[row] - mean) ** 2;
    return 1 - squaredError(of, rows) / total;
  },
  spearman: ({ median, actual }, rows) => spearman(pick(median, rows), pick(actual, rows)),
  spearmanWithin({ median, actual, byModel }, rows) {
    const drawn = new Uint16Array(actual.length);
    for (const row of rows) drawn[row]++;
    let sum = 0;
    let models = 0;
    for (const own of byModel) {
      const mine = asOftenAsDrawn(own, drawn);
      const order = spearman(pick(median, mine), pick(actual, mine));
      if (Number.isNaN(order)) continue;
      sum += order;
      models++;
    }
    return sum / models;
  },
};

function squaredError({ pointLog, actualLog }: Scored, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += (pointLog[row] - actualLog[row]) ** 2;
  return sum;
}

function asOftenAsDrawn(rows: Int32Array, drawn: Uint16Array): Int32Array {
  let n = 0;
  for (const row of rows) n += drawn[row];
  const result = new Int32Array(n);
  let at = 0;
  for (const row of rows) {
    result.fill(row, at, at + drawn[row]);
    at += drawn[row];
  }
  return result;
}

const allRows = ({ actual }: Scored): Int32Array => Int32Array.from(actual, (_, row) => row);

export function scoresOf(of: Scored): Scores {
  const rows = allRows(of);
  const coverage = coverageOf(of);
  const offBy = coverage.map((share, level) => Math.abs(share - LEVELS[level])).filter((each) => !Number.isNaN(each));
  return {
    answers: rows.length,
    mae: figures.mae(of, rows),
    rmseLog: figures.rmseLog(of, rows),
    r2Log: figures.r2Log(of, rows),
    spearman: figures.spearman(of, rows),
    kendall: kendallTauB(of.median, of.actual),
    spearmanWithin: figures.spearmanWithin(of, rows),
    pinball: pinballOf(of),
    coverage,
    ece: offBy.reduce((sum, each) => sum + each, 0) / offBy.length,
  };
}

function coverageOf({ answers: { quantiles, cut }, actual }: Scored): number[] {
  return LEVELS.map((_, level) => {
    let told = 0;
    let covered = 0;
    for (let row = 0, at = level; row < actual.length; row++, at += COUNT) {
      if (cut[at] === 1) continue;
      told++;
      if (actual[row] <= quantiles[at]) covered++;
    }
    return covered / told;
  });
}

function pinballOf({ answers: { quantiles }, actual }: Scored): number {
  let sum = 0;
  for (let row = 0, at = 0; row < actual.length; row++)
    for (let level = 0; level < COUNT; level++, at++) {
      const above = actual[row] - quantiles[at];
      sum += above > 0 ? LEVELS[level] * above : (LEVELS[level] - 1) * above;
    }
  return sum / quantiles.length;
}

/**
 * A figure of one model, or its difference to that of another on the same requests, with a 95 % interval over *prompts*: all
 * answers to a prompt are drawn together.
 */
export function intervalOf(
  figure: Figure,
  of: Scored,
  than?: Scored,
  options: BootstrapOptions = { resamples: 400 },
): Interval {
  const groups = new Map<string | undefined, number[]>();
  of.answers.examples.forEach(({ text }, row) => {
    const own = groups.get(text);
    if (own) own.push(row);
    else groups.set(text, [row]);
  });
  const prompts = [...groups.values()];
  const value = figures[figure];
  return bootstrap(
    prompts.length,
    (units) => {
      const rows = Int32Array.from(Array.from(units, (unit) => prompts[unit]).flat());
      return value(of, rows) - (than ? value(than, rows) : 0);
    },
    options,
  );
}
