/**
 * A product that leaves out the inputs that are 0 in every row of a batch, such as those of empty slots: a term 0·w changes no sum, so
 * the results are the same bits for less.
 */
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import { type Product, parameterOf } from './network.js';

/** A larger share of the inputs that count is not worth picking them out, and neither are fewer rows. */
const MOST = 0.75;
const ROWS = 16;

/**
 * A product at the bottom of a network: nobody asks it for ∂loss/∂x.
 * @param most rows of a batch
 */
export function sparseProduct(kernels: Kernels, name: string, inputs: number, outputs: number, most: number): Product {
  const { numbers, places, either, pick, takeRows, putRows, addProduct } = kernels;
  const weights = parameterOf(kernels, `${name}.kernel`, inputs, outputs);
  const { values, gradient } = weights;
  const room = Math.floor(MOST * inputs);
  const picked = numbers(most * room);
  const [own, ownGradient] = [numbers(room * outputs), numbers(room * outputs)];
  const seen = numbers(inputs);
  /** The inputs that count in the last forward: the first `used`. */
  const columns = places(inputs);
  let used = 0;

  function look(x: Reals, rows: number): number {
    either(x, rows, inputs, seen);
    let count = 0;
    for (let k = 0; k < inputs; k++) if (seen[k] !== 0) columns[count++] = k;
    return count;
  }

  return {
    weights,
    forward(x, y, rows) {
      used = rows < ROWS ? inputs : look(x, rows);
      if (used > room) return addProduct(x, inputs, 1, values, y, rows, inputs, outputs);
      pick(x, rows, inputs, columns, used, picked);
      takeRows(values, outputs, columns, used, own);
      addProduct(picked, used, 1, own, y, rows, used, outputs);
    },
    backward(x, slope, rows) {
      gradient.fill(0);
      if (used > room) return addProduct(x, 1, inputs, slope, gradient, inputs, rows, outputs);
      ownGradient.fill(0, 0, used * outputs);
      addProduct(picked, 1, used, slope, ownGradient, used, rows, outputs);
      putRows(gradient, outputs, columns, used, ownGradient);
    },
  };
}
