/** Activations in WebAssembly, four numbers at a time, and the derivative of tanh. */
import {
  add,
  add4,
  atLeast,
  type Code,
  constant4,
  divide4,
  get,
  int,
  least4,
  load4,
  most4,
  multiply4,
  NUMBER,
  type Routine,
  repeatWhile,
  set,
  spread4,
  store4,
  subtract,
  subtract4,
  V128,
  VECTOR,
} from './wasm.js';

/** Goes through numbers four at a time; what stands behind the last is room. Its first parameters are their address and how many. */
function inFours(
  name: string,
  parameters: number,
  locals: number,
  f: (x: Code) => readonly [before: Code, value: Code],
): Routine {
  const [at, count] = [0, 1];
  const [before, value] = f(load4(get(at)));
  const next = [...set(at, add(get(at), int(VECTOR))), ...set(count, subtract(get(count), int(VECTOR / NUMBER)))];
  return {
    name,
    parameters,
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

/** What `tanh` reads from memory: as constants of the code they would be made anew for each four, which takes longer than the rest. */
export const CURVE = Float32Array.of(FLAT, -FLAT, ...ABOVE, ...BELOW);

/** The third parameter is the address of the curve. */
export const tanh = (): Routine =>
  inFours('tanh', 3, 2, (given) => {
    const [curve, x, square] = [2, 3, 4];
    const constant = (which: number): Code => spread4(get(curve), NUMBER * which);
    const series = (first: number, { length }: readonly number[]): Code =>
      Array.from({ length }, (_, k) => constant(first + k)).reduceRight((sum, coefficient) =>
        add4(multiply4(sum, get(square)), coefficient),
      );
    return [
      [...set(x, most4(least4(given, constant(0)), constant(1))), ...set(square, multiply4(get(x), get(x)))],
      divide4(multiply4(get(x), series(2, ABOVE)), series(2 + ABOVE.length, BELOW)),
    ];
  });

export const relu = (): Routine => inFours('relu', 2, 0, (x) => [[], most4(x, constant4(0))]);

/** slope ← slope·(1 − y²). */
export const bendTanh = (): Routine => ({
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
