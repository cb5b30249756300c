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
  leaveIf,
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
/** Terms of each sum in a round of the innermost loop. */
const TERMS = 4;

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

/**
 * C += A·B, see `Kernels`; `product` reads A row after row, `productOfTransposed` column after column. Its parameters are the address of
 * A, from one of its rows, or columns, to the next, the addresses of B and C, m, k and n. Addresses and distances are in bytes.
 */
export const products = (): Routine[] => [routine('product', false), routine('productOfTransposed', true)];

function routine(name: string, transposed: boolean): Routine {
  const [a, stride, b, c, m, k, n] = [0, 1, 2, 3, 4, 5, 6];
  const [width, rows, left, to, from, above, x, y, j] = [7, 8, 9, 10, 11, 12, 13, 14, 15];
  /** Where each row of A is read. */
  const row = (r: number): number => 16 + r;
  /** Sums, then the factors from B, then the one from A. */
  const scalar = (at: number): number => 16 + ROWS + at;
  const vector = (at: number): number => 16 + ROWS + ROWS + 1 + at;
  const move = (pointer: number, by: Code): Code => set(pointer, add(get(pointer), by));
  const down = (pointer: number, by: number): Code => set(pointer, subtract(get(pointer), int(by)));
  /** From a number of A to the one below, and to the one beside it. */
  const [below, beside] = transposed ? [int(NUMBER), get(stride)] : [get(stride), int(NUMBER)];

  /** Goes through k with `count` rows × `vectors` of C in locals. */
  function tile(count: number, vectors: number): Code {
    const sum = (r: number, v: number): number => vector(r * vectors + v);
    const factor = (v: number): number => vector(ROWS * VECTORS + v);
    const one = vector(ROWS * VECTORS + VECTORS);
    const inRows = (f: (r: number, v: number) => Code): Code => [
      ...set(above, get(to)),
      ...range(count).flatMap((r) => [...range(vectors).flatMap((v) => f(r, v)), ...move(above, get(width))]),
    ];
    const number = (r: number, at: number): Code =>
      transposed ? spread4(get(x), NUMBER * r) : spread4(get(row(r)), NUMBER * at);
    const term = (at: number): Code => [
      ...range(vectors).flatMap((v) => set(factor(v), load4(get(y), VECTOR * v))),
      ...range(count).flatMap((r) => [
        ...set(one, number(r, at)),
        ...range(vectors).flatMap((v) => set(sum(r, v), add4(get(sum(r, v)), multiply4(get(one), get(factor(v)))))),
      ]),
      ...move(y, get(width)),
      ...(transposed ? move(x, get(stride)) : []),
    ];
    return [
      inRows((r, v) => set(sum(r, v), load4(get(above), VECTOR * v))),
      transposed
        ? set(x, get(a))
        : range(count).flatMap((r) => set(row(r), r === 0 ? get(a) : add(get(row(r - 1)), get(stride)))),
      set(y, get(from)),
      set(j, get(k)),
      // Leaving also keeps compilers from mixing terms, whose factors then would not fit into the registers.
      repeatWhile(
        atLeast(get(j), int(1)),
        ...range(TERMS).flatMap((at) => [at === 0 ? [] : leaveIf(atLeast(int(at), get(j))), term(at)]),
        transposed ? [] : range(count).flatMap((r) => move(row(r), int(NUMBER * TERMS))),
        down(j, TERMS),
      ),
      inRows((r, v) => store4(get(above), get(sum(r, v)), VECTOR * v)),
    ].flat();
  }

  /** One column. */
  function thin(count: number): Code {
    const inRows = (f: (r: number) => Code): Code => [
      ...set(above, get(to)),
      ...range(count).flatMap((r) => [...f(r), ...move(above, get(width))]),
    ];
    return [
      inRows((r) => set(scalar(r), load32(get(above)))),
      set(x, get(a)),
      set(y, get(from)),
      set(j, get(k)),
      repeatWhile(
        atLeast(get(j), int(1)),
        set(scalar(ROWS), load32(get(y))),
        set(above, get(x)),
        ...range(count).map((r) => [
          ...set(scalar(r), add32(get(scalar(r)), multiply32(load32(get(above)), get(scalar(ROWS))))),
          ...move(above, below),
        ]),
        move(x, beside),
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
      move(a, multiply(below, int(count))),
      move(c, multiply(get(width), int(count))),
      down(rows, count),
    );
  return {
    name,
    parameters: 7,
    locals: [
      [I32, 9 + ROWS],
      [F32, ROWS + 1],
      [V128, ROWS * VECTORS + VECTORS + 1],
    ],
    body: [set(width, multiply(get(n), int(NUMBER))), set(rows, get(m)), block(ROWS), block(1)].flat(),
  };
}
