/** The kernels of networks in training, four numbers of 32 bits at a time: WebAssembly, the same bits on every machine. */
import type { Kernels } from './kernels.js';
import { bendTanh, CURVE, relu, tanh } from './simd-activations.js';
import { either, pick, putRows, takeRows } from './simd-columns.js';
import { groups } from './simd-groups.js';
import { products } from './simd-product.js';
import {
  add,
  add4,
  addTwo,
  assemble,
  atLeast,
  type Code,
  divide4,
  get,
  int,
  load2,
  load4,
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
  const constant = (which: number): Code => spread4(get(constants), NUMBER * which);
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
  product(a: number, row: number, b: number, c: number, m: number, k: number, n: number): void;
  productOfTransposed(a: number, column: number, b: number, c: number, m: number, k: number, n: number): void;
  addUp(first: number, count: number, factor: number, items: number, rows: number, width: number): void;
  addOut(first: number, count: number, factor: number, items: number, rows: number, width: number): void;
  tanh(at: number, count: number, curve: number): void;
  relu(at: number, count: number): void;
  bendTanh(y: number, slope: number, count: number): void;
  either(x: number, width: number, rows: number, into: number): void;
  pick(x: number, width: number, columns: number, count: number, rows: number, into: number): void;
  takeRows(x: number, width: number, rows: number, count: number, into: number): void;
  putRows(x: number, width: number, rows: number, count: number, from: number): void;
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
    assemble([
      ...products(),
      ...groups(0),
      tanh(),
      relu(),
      bendTanh(),
      either(),
      pick(),
      takeRows(),
      putRows(),
      squares(),
      adam(),
    ]),
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
  const numbers = (length: number): Float32Array => new Float32Array(memory.buffer, room(length), length);
  const curve = numbers(CURVE.length);
  curve.set(CURVE);
  return {
    numbers,
    places: (length) => new Int32Array(memory.buffer, room(length), length),
    addProduct(a, row, column, b, c, m, k, n) {
      if (column === 1) wasm.product(a.byteOffset, NUMBER * row, b.byteOffset, c.byteOffset, m, k, n);
      else wasm.productOfTransposed(a.byteOffset, NUMBER * column, b.byteOffset, c.byteOffset, m, k, n);
    },
    addUp(first, count, factor, items, rows, width) {
      wasm.addUp(first.byteOffset, count, factor.byteOffset, items.byteOffset, rows.byteOffset, width);
    },
    addOut(first, count, factor, items, rows, width) {
      wasm.addOut(first.byteOffset, count, factor.byteOffset, items.byteOffset, rows.byteOffset, width);
    },
    activate(name, x, count) {
      if (name === 'tanh') wasm.tanh(x.byteOffset, count, curve.byteOffset);
      else wasm.relu(x.byteOffset, count);
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
    takeRows(x, width, rows, count, into) {
      wasm.takeRows(x.byteOffset, NUMBER * width, rows.byteOffset, count, into.byteOffset);
    },
    putRows(x, width, rows, count, from) {
      wasm.putRows(x.byteOffset, NUMBER * width, rows.byteOffset, count, from.byteOffset);
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
