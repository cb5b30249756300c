/** The product of matrices in WebAssembly, in tiles whose sums stay in registers. */
import {
  add,
  add4,
  add32,
  atLeast,
  type Code,
  F32,
  get,
  I32,
  int,
  load4,
  load32,
  multiply,
  multiply4,
  multiply32,
  NUMBER,
  type Routine,
  repeatWhile,
  set,
  spread4,
  store4,
  store32,
  subtract,
  V128,
  VECTOR,
} from './wasm.js';

/** Rows and vectors of four columns that a product does at once: their sums fill half the registers, their factors the rest. */
const ROWS = 4;
const VECTORS = 2;

/** C += A·B, see `Kernels`; addresses, and the strides of A, in bytes. */
export function product(): Routine {
  const [a, row, column, b, c, m, k, n] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [width, rows, left, above, to, from, x, y, j] = [8, 9, 10, 11, 12, 13, 14, 15, 16];
  /** Sums, then the factors from B, then the one from A. */
  const scalar = (at: number): number => 17 + at;
  const vector = (at: number): number => 17 + ROWS + 1 + at;
  const move = (pointer: number, by: Code): Code => set(pointer, add(get(pointer), by));
  const down = (pointer: number, by: number): Code => set(pointer, subtract(get(pointer), int(by)));

  /** Goes through k with `sums` rows × vectors of C in locals. */
  function tile(count: number, vectors: number): Code {
    const sum = (r: number, v: number): number => vector(r * vectors + v);
    const factor = (v: number): number => vector(ROWS * VECTORS + v);
    const one = vector(ROWS * VECTORS + VECTORS);
    const each = (f: (r: number, v: number) => Code): Code[] =>
      Array.from({ length: count * vectors }, (_, at) => f(Math.floor(at / vectors), at % vectors));
    const inRows = (f: (r: number, v: number) => Code): Code =>
      [
        set(above, get(to)),
        ...each((r, v) => [...f(r, v), ...(v === vectors - 1 ? move(above, get(width)) : [])]),
      ].flat();
    return [
      inRows((r, v) => set(sum(r, v), load4(get(above), VECTOR * v))),
      set(x, get(a)),
      set(y, get(from)),
      set(j, get(k)),
      repeatWhile(
        atLeast(get(j), int(1)),
        ...Array.from({ length: vectors }, (_, v) => set(factor(v), load4(get(y), VECTOR * v))),
        set(above, get(x)),
        ...each((r, v) => [
          ...(v === 0 ? [...set(one, spread4(get(above))), ...move(above, get(row))] : []),
          ...set(sum(r, v), add4(get(sum(r, v)), multiply4(get(one), get(factor(v))))),
        ]),
        move(x, get(column)),
        move(y, get(width)),
        down(j, 1),
      ),
      inRows((r, v) => store4(get(above), get(sum(r, v)), VECTOR * v)),
    ].flat();
  }

  /** One column. */
  function thin(count: number): Code {
    const each = (f: (r: number) => Code): Code[] => Array.from({ length: count }, (_, r) => f(r));
    const inRows = (f: (r: number) => Code): Code =>
      [set(above, get(to)), ...each((r) => [...f(r), ...move(above, get(width))])].flat();
    return [
      inRows((r) => set(scalar(r), load32(get(above)))),
      set(x, get(a)),
      set(y, get(from)),
      set(j, get(k)),
      repeatWhile(
        atLeast(get(j), int(1)),
        set(scalar(ROWS), load32(get(y))),
        set(above, get(x)),
        ...each((r) => [
          ...set(scalar(r), add32(get(scalar(r)), multiply32(load32(get(above)), get(scalar(ROWS))))),
          ...move(above, get(row)),
        ]),
        move(x, get(column)),
        move(y, get(width)),
        down(j, 1),
      ),
      inRows((r) => store32(get(above), get(scalar(r)))),
    ].flat();
  }

  const columns = (bytes: number, body: Code): Code =>
    repeatWhile(atLeast(get(left), int(bytes)), body, move(to, int(bytes)), move(from, int(bytes)), down(left, bytes));
  const block = (count: number): Code =>
    repeatWhile(
      atLeast(get(rows), int(count)),
      set(left, get(width)),
      set(to, get(c)),
      set(from, get(b)),
      columns(VECTORS * VECTOR, tile(count, VECTORS)),
      columns(VECTOR, tile(count, 1)),
      columns(NUMBER, thin(count)),
      move(a, multiply(get(row), int(count))),
      move(c, multiply(get(width), int(count))),
      down(rows, count),
    );
  return {
    name: 'product',
    parameters: 8,
    locals: [
      [I32, 9],
      [F32, ROWS + 1],
      [V128, ROWS * VECTORS + VECTORS + 1],
    ],
    body: [set(width, multiply(get(n), int(NUMBER))), set(rows, get(m)), block(ROWS), block(1)].flat(),
  };
}
