/** The kernels of networks in training, four numbers of 32 bits at a time: WebAssembly, the same bits on every machine. */
import type { Kernels } from './kernels.js';
import { either, pick } from './simd-columns.js';
import { product } from './simd-product.js';
import {
  add,
  add4,
  addTwo,
  assemble,
  atLeast,
  type Code,
  constant4,
  divide4,
  get,
  int,
  least4,
  load2,
  load4,
  most4,
  multiply4,
  multiplyTwo,
  NUMBER,
  type Routine,
  repeatWhile,
  root4,
  set,
  spread4,
  store4,
  subtract,
  subtract4,
  V128,
  VECTOR,
} from './wasm.js';

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

/** Four sums of squares in float64, of the numbers 0, 4, 8, …, of 1, 5, … and so on, to `to`. */
const squares = (): Routine => {
  const [x, count, to, low, high, two] = [0, 1, 2, 3, 4, 5];
  const more = (sum: number, from: Code): Code => [
    ...set(two, from),
    ...set(sum, addTwo(get(sum), multiplyTwo(get(two), get(two)))),
  ];
  return {
    name: 'squares',
    parameters: 3,
    locals: [[V128, 3]],
    body: [
      repeatWhile(
        atLeast(get(count), int(VECTOR / NUMBER)),
        more(low, load2(get(x))),
        more(high, load2(get(x), VECTOR / 2)),
        set(x, add(get(x), int(VECTOR))),
        set(count, subtract(get(count), int(VECTOR / NUMBER))),
      ),
      store4(get(to), get(low)),
      store4(get(to), get(high), VECTOR),
    ].flat(),
  };
};

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
  either(x: number, width: number, rows: number, into: number): void;
  pick(x: number, width: number, columns: number, count: number, rows: number, into: number): void;
  squares(x: number, count: number, to: number): void;
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
  module ??= new WebAssembly.Module(
    assemble([product(), tanh(), relu(), bendTanh(), either(), pick(), squares(), adam()]),
  );
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  const sums = new Float64Array(memory.buffer, 0, 4);
  let used = sums.byteLength;
  /** Address of room for so many numbers. */
  function room(length: number): number {
    const bytes = VECTOR * Math.ceil((length * NUMBER) / VECTOR);
    if (used + bytes > PAGES * PAGE)
      throw new Error(`networks and batches of more than ${(PAGES * PAGE) / 2 ** 20} MiB: take smaller minibatches`);
    used += bytes;
    return used - bytes;
  }
  return {
    numbers: (length) => new Float32Array(memory.buffer, room(length), length),
    places: (length) => new Int32Array(memory.buffer, room(length), length),
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
    either(x, rows, width, into) {
      wasm.either(x.byteOffset, NUMBER * width, rows, into.byteOffset);
    },
    pick(x, rows, width, columns, count, into) {
      wasm.pick(x.byteOffset, NUMBER * width, columns.byteOffset, count, rows, into.byteOffset);
    },
    squares(x) {
      wasm.squares(x.byteOffset, x.length, sums.byteOffset);
      let rest = 0;
      for (let k = x.length - (x.length % 4); k < x.length; k++) rest += x[k] * x[k];
      return sums[0] + sums[1] + sums[2] + sums[3] + rest;
    },
    adam(values, gradient, first, second, constants) {
      const arrays = [values, gradient, first, second, constants] as const;
      const [p, g, m, v, c] = arrays.map(({ byteOffset }) => byteOffset);
      wasm.adam(p, g, m, v, c, values.length);
    },
  };
}
