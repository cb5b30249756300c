/**
 * Fits a table of lines to measured iterations: first one line for all, then a line for each group of neighbouring token
 * counts. Where a group shows too little of a slope, that of the one line is believed; leads rise with the tokens.
 */
import type { Line } from '../../env/serving/cost/lines.js';
import { type Prior, robustFit, type Samples } from './regression.js';

/** What a phase was measured at, by row. */
export interface Measured {
  readonly tokens: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly micros: Float64Array;
}

/** Most lines of a table, and fewest rows behind one. */
const LINES = 64;
const ROWS = 12;

/** A group also ends where tokens have grown by this much, if it has a few rows. */
const GROWTH = 1.15;
const FEW_ROWS = 4;

/** Rows that slopes of the one line count for in a group. */
const BELIEF = 0.3;

/** @param rows those to fit, at least one */
export function fitLines(measured: Measured, rows: readonly number[]): Line[] {
  const { tokens, first, second, micros } = measured;
  const ones = new Float64Array(micros.length).fill(1);
  const all = robustFit({ features: [ones, first, second, tokens], values: micros }, rows);
  const [, , , perToken] = all;
  const sorted = [...rows].sort((a, b) => tokens[a] - tokens[b]);
  const groups = groupsOf(sorted, tokens);
  const prior: Prior = { coefficients: all.slice(0, 3), rows: [0, BELIEF, BELIEF] };
  const lines = groups.map((group) => {
    const middle = tokens[group[group.length >> 1]];
    const values = Float64Array.from(group, (r) =>
      Math.max(micros[r] / 2, micros[r] - perToken * (tokens[r] - middle)),
    );
    const at = (column: Float64Array): Float64Array => Float64Array.from(group, (r) => column[r]);
    const samples: Samples = { features: [at(ones), at(first), at(second)], values };
    return [middle, ...robustFit(samples, [...group.keys()], prior)] as unknown as Line;
  });
  const leads = rising(
    lines.map(([, lead]) => lead),
    groups.map(({ length }) => length),
  );
  const table = lines.map(([at, , a, b], k): Line => [at, leads[k], a, b]);
  const [last, lead, a, b] = table[table.length - 1];
  return [...table, [2 * last, lead + perToken * last, a, b]]; // beyond the log: as the one line grows
}

/** Neighbouring rows; rows of one token count stay together. */
function groupsOf(sorted: readonly number[], tokens: Float64Array): number[][] {
  const size = Math.max(ROWS, Math.ceil(sorted.length / LINES));
  const groups: number[][] = [];
  let group: number[] = [];
  for (const row of sorted) {
    const start = tokens[group[0]];
    const grown = group.length >= FEW_ROWS && tokens[row] > start * GROWTH + 1;
    if (group.length > 0 && tokens[row] !== tokens[group[group.length - 1]] && (group.length >= size || grown)) {
      groups.push(group);
      group = [];
    }
    group.push(row);
  }
  groups.push(group);
  return groups;
}

/** The nearest rising sequence by weighted least squares: neighbours that fall are pooled (Ayer et al. 1955). */
function rising(values: readonly number[], weights: readonly number[]): number[] {
  const pools: { value: number; weight: number; length: number }[] = [];
  values.forEach((value, k) => {
    let pool = { value, weight: weights[k], length: 1 };
    for (let last = pools.at(-1); last && last.value > pool.value; last = pools.at(-1)) {
      const weight = last.weight + pool.weight;
      const pooled = (last.value * last.weight + pool.value * pool.weight) / weight;
      pool = { value: pooled, weight, length: last.length + pool.length };
      pools.pop();
    }
    pools.push(pool);
  });
  return pools.flatMap(({ value, length }) => Array<number>(length).fill(value));
}
