/** The arithmetic of networks in training: products of matrices and activations, over arrays that the kernels hand out. */
import type { Activation } from '../../predictors/net.js';
import type { Reals } from './math/reals.js';

export interface Kernels {
  /** Room for numbers, all 0. */
  numbers(length: number): Reals;
  /** Room for whole numbers, such as those of columns. */
  places(length: number): Int32Array;
  /**
   * C += A·B for C [m × n] and B [k × n], both row after row. A [m × k] has its number (i, j) at i·`row` + j·`column`, one of
   * which is 1: so it may be read transposed.
   */
  addProduct(a: Reals, row: number, column: number, b: Reals, c: Reals, m: number, k: number, n: number): void;
  /**
   * Adds to each of `count` rows the items of its group, times their factors: items `first`[k] to `first`[k + 1] are of row k.
   * Rows and items are `width` numbers wide.
   */
  addUp(first: Int32Array, count: number, factor: Reals, items: Reals, rows: Reals, width: number): void;
  /** Adds to each item the row of its group, times its factor. */
  addOut(first: Int32Array, count: number, factor: Reals, items: Reals, rows: Reals, width: number): void;
  /** Applies the activation to the first `count` numbers, in place. */
  activate(name: Activation, x: Reals, count: number): void;
  /** Multiplies `count` slopes by the derivative of the activation, which its value y tells: 1 − y², or 1 where y > 0. */
  bend(name: Activation, y: Reals, slope: Reals, count: number): void;
  /** For X [rows × width] writes a 0 where a column is 0 in all rows, elsewhere something that is not 0. */
  either(x: Reals, rows: number, width: number, into: Reals): void;
  /** Writes `count` of the columns of X [rows × width], as a matrix of their own. */
  pick(x: Reals, rows: number, width: number, columns: Int32Array, count: number, into: Reals): void;
  /** Writes `count` of the rows of X [… × width], as a matrix of their own. */
  takeRows(x: Reals, width: number, rows: Int32Array, count: number, into: Reals): void;
  /** The reverse: overwrites these rows of X. */
  putRows(x: Reals, width: number, rows: Int32Array, count: number, from: Reals): void;
  /** Σ x², in float64. */
  squares(x: Reals): number;
  /**
   * One step of Adam for the numbers of an array, with their moments. By `constants`, from `numbers`: β1, 1 − β1, β2, 1 − β2,
   * rate / (1 − β1^k), 1 / (1 − β2^k), ε, and what gradients are multiplied by.
   */
  adam(values: Reals, gradient: Reals, first: Reals, second: Reals, constants: Reals): void;
}

/** Two rows by four columns at a time: their sums stay in registers. Sums are in float64. */
function addProduct(a: Reals, row: number, column: number, b: Reals, c: Reals, m: number, k: number, n: number): void {
  const even = m - (m % 2);
  const fours = n - (n % 4);
  for (let i = 0; i < even; i += 2) {
    for (let o = 0; o < fours; o += 4) addTile(a, i * row, row, column, b, o, c, i * n + o, k, n);
    for (let o = fours; o < n; o++) {
      addDot(a, i * row, column, b, o, n, c, i * n + o, k);
      addDot(a, (i + 1) * row, column, b, o, n, c, (i + 1) * n + o, k);
    }
  }
  if (even < m) for (let o = 0; o < n; o++) addDot(a, even * row, column, b, o, n, c, even * n + o, k);
}

function addTile(
  a: Reals,
  first: number,
  row: number,
  column: number,
  b: Reals,
  second: number,
  c: Reals,
  upper: number,
  k: number,
  n: number,
): void {
  const lower = upper + n;
  let p = c[upper];
  let q = c[upper + 1];
  let r = c[upper + 2];
  let s = c[upper + 3];
  let t = c[lower];
  let u = c[lower + 1];
  let v = c[lower + 2];
  let w = c[lower + 3];
  for (let j = 0, at = first, from = second; j < k; j++, at += column, from += n) {
    const x = a[at];
    const y = a[at + row];
    const e = b[from];
    const f = b[from + 1];
    const g = b[from + 2];
    const h = b[from + 3];
    p += x * e;
    q += x * f;
    r += x * g;
    s += x * h;
    t += y * e;
    u += y * f;
    v += y * g;
    w += y * h;
  }
  c[upper] = p;
  c[upper + 1] = q;
  c[upper + 2] = r;
  c[upper + 3] = s;
  c[lower] = t;
  c[lower + 1] = u;
  c[lower + 2] = v;
  c[lower + 3] = w;
}

function addDot(
  a: Reals,
  at: number,
  column: number,
  b: Reals,
  from: number,
  n: number,
  c: Reals,
  to: number,
  k: number,
): void {
  let sum = c[to];
  for (let j = 0; j < k; j++) sum += a[at + j * column] * b[from + j * n];
  c[to] = sum;
}

function addUp(first: Int32Array, count: number, factor: Reals, items: Reals, rows: Reals, width: number): void {
  for (let row = 0; row < count; row++)
    addProduct(
      factor.subarray(first[row]),
      0,
      1,
      items.subarray(first[row] * width),
      rows.subarray(row * width),
      1,
      first[row + 1] - first[row],
      width,
    );
}

function addOut(first: Int32Array, count: number, factor: Reals, items: Reals, rows: Reals, width: number): void {
  for (let row = 0; row < count; row++)
    for (let i = first[row]; i < first[row + 1]; i++)
      for (let k = 0; k < width; k++) items[i * width + k] += factor[i] * rows[row * width + k];
}

function activate(name: Activation, x: Reals, count: number): void {
  if (name === 'tanh') for (let k = 0; k < count; k++) x[k] = Math.tanh(x[k]);
  else for (let k = 0; k < count; k++) if (!(x[k] > 0)) x[k] = 0;
}

function bend(name: Activation, y: Reals, slope: Reals, count: number): void {
  if (name === 'tanh') for (let k = 0; k < count; k++) slope[k] *= 1 - y[k] * y[k];
  else for (let k = 0; k < count; k++) if (!(y[k] > 0)) slope[k] = 0;
}

function either(x: Reals, rows: number, width: number, into: Reals): void {
  into.fill(0, 0, width);
  for (let row = 0, at = 0; row < rows; row++) for (let k = 0; k < width; k++) if (x[at++] !== 0) into[k] = 1;
}

function pick(x: Reals, rows: number, width: number, columns: Int32Array, count: number, into: Reals): void {
  for (let row = 0, at = 0; row < rows; row++) for (let k = 0; k < count; k++) into[at++] = x[row * width + columns[k]];
}

function takeRows(x: Reals, width: number, rows: Int32Array, count: number, into: Reals): void {
  for (let row = 0, at = 0; row < count; row++) for (let k = 0; k < width; k++) into[at++] = x[rows[row] * width + k];
}

function putRows(x: Reals, width: number, rows: Int32Array, count: number, from: Reals): void {
  for (let row = 0, at = 0; row < count; row++) for (let k = 0; k < width; k++) x[rows[row] * width + k] = from[at++];
}

function squares(x: Reals): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * x[k];
  return sum;
}

function adam(values: Reals, gradient: Reals, first: Reals, second: Reals, constants: Reals): void {
  const [beta1, share1, beta2, share2, rate, unbiased, epsilon, scale] = constants;
  for (let k = 0; k < values.length; k++) {
    const g = scale * gradient[k];
    first[k] = beta1 * first[k] + share1 * g;
    second[k] = beta2 * second[k] + share2 * g * g;
    values[k] -= (rate * first[k]) / (Math.sqrt(unbiased * second[k]) + epsilon);
  }
}

/** In plain JavaScript. @param Numbers precision of what is kept */
export const plainKernels = (Numbers: Float32ArrayConstructor | Float64ArrayConstructor = Float32Array): Kernels => ({
  numbers: (length) => new Numbers(length),
  places: (length) => new Int32Array(length),
  addProduct,
  addUp,
  addOut,
  activate,
  bend,
  either,
  pick,
  takeRows,
  putRows,
  squares,
  adam,
});
