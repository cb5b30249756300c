/** A product at the bottom of a network, of the columns of a batch that count (`sight.ts`): the same bits as with all of them, for less. */
import type { Kernels } from './kernels.js';
import { type Product, parameterOf } from './network.js';
import type { Sight } from './sight.js';

/** Nobody asks it for ∂loss/∂x, and x is what was seen last. */
export function sparseProduct(kernels: Kernels, name: string, sight: Sight, inputs: number, outputs: number): Product {
  const { numbers, takeRows, putRows, addProduct } = kernels;
  const weights = parameterOf(kernels, `${name}.kernel`, inputs, outputs);
  const { values, gradient } = weights;
  const { input, picked, columns, room } = sight;
  const [own, ownGradient] = [numbers(room * outputs), numbers(room * outputs)];
  return {
    weights,
    forward(_x, y, rows) {
      if (sight.all) return addProduct(input, inputs, 1, values, y, rows, inputs, outputs);
      const { used } = sight;
      takeRows(values, outputs, columns, used, own);
      addProduct(picked, used, 1, own, y, rows, used, outputs);
    },
    backward(_x, slope, rows) {
      gradient.fill(0);
      if (sight.all) return addProduct(input, 1, inputs, slope, gradient, inputs, rows, outputs);
      const { used } = sight;
      ownGradient.fill(0, 0, used * outputs);
      addProduct(picked, 1, used, slope, ownGradient, used, rows, outputs);
      putRows(gradient, outputs, columns, used, ownGradient);
    },
  };
}
