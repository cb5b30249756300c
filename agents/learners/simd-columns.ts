/** Columns and rows of a matrix in WebAssembly: which columns are not all 0, and some columns or rows as a matrix of their own. */
import {
  add,
  atLeast,
  type Code,
  constant4,
  get,
  I32,
  int,
  load4,
  load32,
  loadInt,
  multiply,
  NUMBER,
  or4,
  type Routine,
  repeatWhile,
  set,
  store4,
  store32,
  subtract,
  V128,
  VECTOR,
} from './wasm.js';

const move = (pointer: number, by: Code): Code => set(pointer, add(get(pointer), by));
const down = (pointer: number, by: number): Code => set(pointer, subtract(get(pointer), int(by)));

/** The bits of each column's numbers, or-ed; what stands behind the last is room. Addresses, and the width, in bytes. */
export function either(): Routine {
  const [x, width, rows, into, left, at, j, bits] = [0, 1, 2, 3, 4, 5, 6, 7];
  return {
    name: 'either',
    parameters: 4,
    locals: [
      [I32, 3],
      [V128, 1],
    ],
    body: [
      set(left, get(width)),
      repeatWhile(
        atLeast(get(left), int(1)),
        set(bits, constant4(0)),
        set(at, get(x)),
        set(j, get(rows)),
        repeatWhile(
          atLeast(get(j), int(1)),
          set(bits, or4(get(bits), load4(get(at)))),
          move(at, get(width)),
          down(j, 1),
        ),
        store4(get(into), get(bits)),
        move(into, int(VECTOR)),
        move(x, int(VECTOR)),
        down(left, VECTOR),
      ),
    ].flat(),
  };
}

/** Columns by a list of their numbers, row after row; addresses, and the width, in bytes. */
export function pick(): Routine {
  const [x, width, columns, count, rows, into, at, j] = [0, 1, 2, 3, 4, 5, 6, 7];
  return {
    name: 'pick',
    parameters: 6,
    locals: [[I32, 2]],
    body: repeatWhile(
      atLeast(get(rows), int(1)),
      set(at, get(columns)),
      set(j, get(count)),
      repeatWhile(
        atLeast(get(j), int(1)),
        store32(get(into), load32(add(get(x), multiply(loadInt(get(at)), int(NUMBER))))),
        move(into, int(NUMBER)),
        move(at, int(NUMBER)),
        down(j, 1),
      ),
      move(x, get(width)),
      down(rows, 1),
    ),
  };
}

/** Rows by a list of their numbers: taken from there, or put back there. Addresses, and the width, in bytes. */
function listedRows(name: string, put: boolean): Routine {
  const [x, width, list, count, own, from, to, left] = [0, 1, 2, 3, 4, 5, 6, 7];
  const listed = add(get(x), multiply(loadInt(get(list)), get(width)));
  const copied = (bytes: number, piece: Code): Code =>
    repeatWhile(atLeast(get(left), int(bytes)), piece, move(from, int(bytes)), move(to, int(bytes)), down(left, bytes));
  return {
    name,
    parameters: 5,
    locals: [[I32, 3]],
    body: repeatWhile(
      atLeast(get(count), int(1)),
      set(from, put ? get(own) : listed),
      set(to, put ? listed : get(own)),
      set(left, get(width)),
      copied(VECTOR, store4(get(to), load4(get(from)))),
      copied(NUMBER, store32(get(to), load32(get(from)))),
      move(own, get(width)),
      move(list, int(NUMBER)),
      down(count, 1),
    ),
  };
}
export const takeRows = (): Routine => listedRows('takeRows', false);
export const putRows = (): Routine => listedRows('putRows', true);
