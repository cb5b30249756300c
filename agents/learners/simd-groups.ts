/** Sums over items in groups, and back out to the items, in WebAssembly: a product of matrices for each group, begun from within. */
import {
  add,
  atLeast,
  type Code,
  call,
  get,
  I32,
  int,
  loadInt,
  multiply,
  NUMBER,
  type Routine,
  repeatWhile,
  set,
  subtract,
} from './wasm.js';

/** @param product index of that routine */
export function groups(product: number): Routine[] {
  const [first, count, factor, items, rows, width] = [0, 1, 2, 3, 4, 5];
  const [from, size, bytes] = [6, 7, 8];
  const factors = add(get(factor), multiply(get(from), int(NUMBER)));
  const ofGroup = add(get(items), multiply(get(from), get(bytes)));
  const overGroups = (name: string, body: Code): Routine => ({
    name,
    parameters: 6,
    locals: [[I32, 3]],
    body: [
      set(bytes, multiply(get(width), int(NUMBER))),
      repeatWhile(
        atLeast(get(count), int(1)),
        set(from, loadInt(get(first))),
        set(size, subtract(loadInt(get(first), NUMBER), get(from))),
        body,
        set(first, add(get(first), int(NUMBER))),
        set(rows, add(get(rows), get(bytes))),
        set(count, subtract(get(count), int(1))),
      ),
    ].flat(),
  });
  return [
    overGroups('addUp', call(product, factors, int(0), ofGroup, get(rows), int(1), get(size), get(width))),
    overGroups('addOut', call(product, factors, int(NUMBER), get(rows), ofGroup, get(size), int(1), get(width))),
  ];
}
