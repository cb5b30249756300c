/** Rows in the form that learners work on: log lengths, what was cut, and the features that are not 0. */
import { FEATURES } from './features.js';
import type { LengthRows } from './model.js';

/** Rows as the columns and values that are not 0 (compressed sparse rows). */
export interface SparseRows {
  readonly rows: number;
  /** Row k holds entries start[k] … start[k + 1]. */
  readonly start: Int32Array;
  readonly columns: Uint16Array;
  readonly values: Float32Array;
}

export function sparse({ examples, features }: LengthRows): SparseRows {
  const rows = examples.length;
  const start = new Int32Array(rows + 1);
  let entries = 0;
  for (const value of features) if (value !== 0) entries++;
  const columns = new Uint16Array(entries);
  const values = new Float32Array(entries);
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0, at = row * FEATURES; column < FEATURES; column++, at++) {
      if (features[at] === 0) continue;
      columns[entry] = column;
      values[entry++] = features[at];
    }
    start[row + 1] = entry;
  }
  return { rows, start, columns, values };
}

/** Natural logarithms of the lengths. */
export const logLengths = ({ examples }: LengthRows): Float64Array =>
  Float64Array.from(examples, ({ outputTokens }) => Math.log(outputTokens));

/** 1 = the answer was cut. */
export const cut = ({ examples }: LengthRows): Uint8Array =>
  Uint8Array.from(examples, ({ censored }) => Number(censored));

/**
 * @param name what the rows are for, e.g. 'training'
 * @throws Error if there is nothing to be learned from them
 */
export function checkRows({ examples, features }: LengthRows, name: string): void {
  if (examples.length === 0) throw new Error(`${name} data: none, expected some examples`);
  if (features.length !== examples.length * FEATURES)
    throw new Error(
      `${name} data: ${features.length} features, expected ${FEATURES} for each of ${examples.length} examples`,
    );
  let ended = 0;
  let different = 0;
  examples.forEach(({ outputTokens, censored }, k) => {
    if (!(outputTokens >= 1 && outputTokens < Infinity))
      throw new Error(`${name} data, example ${k + 1}: ${outputTokens} output tokens, expected a number ≥ 1`);
    if (!censored) ended++;
    if (outputTokens !== examples[0].outputTokens) different++;
  });
  if (ended === 0) throw new Error(`${name} data: all ${examples.length} answers were cut, expected some that ended`);
  if (name === 'training' && different === 0)
    throw new Error(
      `${name} data: every answer has ${examples[0].outputTokens} tokens, expected different lengths to learn from`,
    );
}
