/** A product at the bottom of a network, of the columns of a batch that count (`sight.ts`): the same as with all of them, for less. */
import type { Kernels } from './kernels.js';
import { type Product, parameterOf } from './network.js';
import type { Sight } from './sight.js';

/** Nobody asks it for ∂loss/∂x, and x is what was seen or taken last. */
export function sparseProduct(kernels: Kernels, name: string, sight: Sight, inputs: number, outputs: number): Product {
  const { numbers, takeRows, putRows, addProduct, addUp, addOut } = kernels;
  const weights = parameterOf(kernels, `${name}.kernel`, inputs, outputs);
  const { values, gradient } = weights;
  const { input, picked, columns, room } = sight;
  const [own, ownGradient] = [numbers(room * outputs), numbers(room * outputs)];
  /** Rows of weights, or of their gradient, group after group. */
  const members = numbers(room > 0 ? inputs * outputs : 0);

  /** Weights of the columns that were picked: those of a group together. */
  function gatherWeights({ used, width, groups }: Sight): void {
    takeRows(values, outputs, columns, used, groups ? members : own);
    if (!groups) return;
    own.fill(0, 0, width * outputs);
    addUp(groups.first, width, groups.factor, members, own, outputs);
  }

  function spreadGradient({ used, width, groups }: Sight): void {
    if (groups) {
      members.fill(0, 0, used * outputs);
      addOut(groups.first, width, groups.factor, members, ownGradient, outputs);
    }
    putRows(gradient, outputs, columns, used, groups ? members : ownGradient);
  }

  return {
    weights,
    forward(_x, y, rows) {
      if (sight.all) return addProduct(input, inputs, 1, values, y, rows, inputs, outputs);
      gatherWeights(sight);
      addProduct(picked, sight.width, 1, own, y, rows, sight.width, outputs);
    },
    backward(_x, slope, rows) {
      gradient.fill(0);
      if (sight.all) return addProduct(input, 1, inputs, slope, gradient, inputs, rows, outputs);
      const { width } = sight;
      ownGradient.fill(0, 0, width * outputs);
      addProduct(picked, 1, width, slope, ownGradient, width, rows, outputs);
      spreadGradient(sight);
    },
  };
}
