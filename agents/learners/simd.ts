/** The kernels of networks in training, four numbers of 32 bits at a time: WebAssembly, the same bits on every machine. */
import type { Kernels } from './kernels.js';
import {
  add,
  add4,
  add32,
  assemble,
  atLeast,
  type Code,
  constant4,
  divide4,
  F32,
  get,
  I32,
  int,
  least4,
  load4,
  load32,
  most4,
  multiply,
  multiply4,
  multiply32,
  type Routine,
  repeatWhile,
  root4,
  set,
  spread4,
  store4,
  store32,
  subtract,
  subtract4,
  V128,
} from './wasm.js';

/** Rows and vectors of four columns that a product does at once: their sums fill half the registers, their factors the rest. */
const ROWS = 4;
const VECTORS = 2;
/** Bytes. */
const NUMBER = 4;
const VECTOR = 16;

/** C += A·B, see `Kernels`; addresses, and the strides of A, in bytes. */
function product(): Routine {
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

/** Goes through numbers four at a time; what stands behind the last is room. */
function inFours(name: string, locals: number, f: (x: Code) => readonly [before: Code, value: Code]): Routine {
  const [at, count] = [0, 1];
  const [before, value] = f(load4(get(at)));
  const next = [...set(at, add(get(at), int(VECTOR))), ...set(count, subtract(get(count), int(VECTOR / NUMBER)))];
  return {
    name,
    parameters: 2,
    locals: [[V128, locals]],
    body: repeatWhile(atLeast(get(count), int(1)), before, store4(get(at), value), next),
  };
}

/** Beyond, tanh is ±1 in 32 bits. */
const FLAT = 7.905311107635498;
/** tanh x = x·P(x²)/Q(x²) within a few units of the last place (minimax coefficients as in Eigen's fast tanh), lowest power first. */
const ABOVE = [
  4.89352455891786e-3, 6.37261928875436e-4, 1.48572235717979e-5, 5.12229709037114e-8, -8.60467152213735e-11,
  2.00018790482477e-13, -2.76076847742355e-16,
];
const BELOW = [4.89352518554385e-3, 2.268434632439e-3, 1.18534705686654e-4, 1.19825839466702e-6];

const tanh = (): Routine =>
  inFours('tanh', 2, (given) => {
    const [x, square] = [2, 3];
    const series = (coefficients: readonly number[]): Code =>
      coefficients.map(constant4).reduceRight((sum, coefficient) => add4(multiply4(sum, get(square)), coefficient));
    return [
      [...set(x, most4(least4(given, constant4(FLAT)), constant4(-FLAT))), ...set(square, multiply4(get(x), get(x)))],
      divide4(multiply4(get(x), series(ABOVE)), series(BELOW)),
    ];
  });

const relu = (): Routine => inFours('relu', 0, (x) => [[], most4(x, constant4(0))]);

/** slope ← slope·(1 − y²). */
const bendTanh = (): Routine => ({
  name: 'bendTanh',
  parameters: 3,
  locals: [[V128, 1]],
  body: repeatWhile(
    atLeast(get(2), int(1)),
    set(3, load4(get(0))),
    store4(get(1), multiply4(load4(get(1)), subtract4(constant4(1), multiply4(get(3), get(3))))),
    set(0, add(get(0), int(VECTOR))),
    set(1, add(get(1), int(VECTOR))),
    set(2, subtract(get(2), int(VECTOR / NUMBER))),
  ),
});

/** See `Kernels`; the constants are read anew for each four, which costs next to nothing beside the root. */
const adam = (): Routine => {
  const [values, gradient, first, second, constants, count, g, m, v] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const constant = (which: number): Code => spread4(add(get(constants), int(NUMBER * which)));
  const mixed = (kept: Code, share: number, old: Code, fresh: Code): Code =>
    add4(multiply4(kept, old), multiply4(constant(share), fresh));
  const step = divide4(multiply4(constant(4), get(m)), add4(root4(multiply4(constant(5), get(v))), constant(6)));
  return {
    name: 'adam',
    parameters: 6,
    locals: [[V128, 3]],
    body: repeatWhile(
      atLeast(get(count), int(1)),
      set(g, multiply4(constant(7), load4(get(gradient)))),
      set(m, mixed(constant(0), 1, load4(get(first)), get(g))),
      set(v, mixed(constant(2), 3, load4(get(second)), multiply4(get(g), get(g)))),
      store4(get(first), get(m)),
      store4(get(second), get(v)),
      store4(get(values), subtract4(load4(get(values)), step)),
      ...[values, gradient, first, second].map((pointer) => set(pointer, add(get(pointer), int(VECTOR)))),
      set(count, subtract(get(count), int(VECTOR / NUMBER))),
    ),
  };
};

interface Exports {
  product(a: number, row: number, column: number, b: number, c: number, m: number, k: number, n: number): void;
  tanh(at: number, count: number): void;
  relu(at: number, count: number): void;
  bendTanh(y: number, slope: number, count: number): void;
  adam(values: number, gradient: number, first: number, second: number, constants: number, count: number): void;
}

/** What is used of WebAssembly: its types are the browser's, which are not loaded. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Most that one learner's networks and batches take, in pages of 64 KiB; untouched pages cost nothing. */
const PAGES = 4096;
const PAGE = 65_536;

let module: object | undefined;

/** Kernels over a memory of their own. Sums are in float32. */
export function simdKernels(): Kernels {
  module ??= new WebAssembly.Module(assemble([product(), tanh(), relu(), bendTanh(), adam()]));
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  let used = 0;
  return {
    numbers(length) {
      const bytes = VECTOR * Math.ceil((length * NUMBER) / VECTOR);
      if (used + bytes > PAGES * PAGE)
        throw new Error(`networks and batches of more than ${(PAGES * PAGE) / 2 ** 20} MiB: take smaller minibatches`);
      used += bytes;
      return new Float32Array(memory.buffer, used - bytes, length);
    },
    addProduct(a, row, column, b, c, m, k, n) {
      wasm.product(a.byteOffset, NUMBER * row, NUMBER * column, b.byteOffset, c.byteOffset, m, k, n);
    },
    activate(name, x, count) {
      wasm[name](x.byteOffset, count);
    },
    bend(name, y, slope, count) {
      if (name === 'tanh') wasm.bendTanh(y.byteOffset, slope.byteOffset, count);
      else for (let k = 0; k < count; k++) if (!(y[k] > 0)) slope[k] = 0;
    },
    adam(values, gradient, first, second, constants) {
      const arrays = [values, gradient, first, second, constants] as const;
      const [p, g, m, v, c] = arrays.map(({ byteOffset }) => byteOffset);
      wasm.adam(p, g, m, v, c, values.length);
    },
  };
}
