/** A layer of a network in training for items in groups, such as the requests of one observation. */
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import { biasOf, type Parameter, product } from './network.js';

/** The items of a batch of observations, one after another. */
export interface Groups {
  readonly kernels: Kernels;
  /** Rows of the batch, and items in all of them. */
  rows: number;
  n: number;
  /** First item of each row, and the end. */
  readonly first: Int32Array;
  /** Row and slot of each item. */
  readonly row: Int32Array;
  readonly slot: Int32Array;
  /** For each item 1, and 1 / items of its row. */
  readonly ones: Reals;
  readonly share: Reals;
}

/** @param rows most of a batch @param items most of a batch */
export const createGroups = (kernels: Kernels, rows: number, items: number): Groups => ({
  kernels,
  rows: 0,
  n: 0,
  first: kernels.places(rows + 1),
  row: new Int32Array(items),
  slot: new Int32Array(items),
  ones: kernels.numbers(items).fill(1),
  share: kernels.numbers(items),
});

/** Items each with numbers of their own, and numbers that all of their group share: y_i = bias + x_i·own + s·together. */
export interface CompanyLayer {
  readonly parameters: readonly Parameter[];
  /** [items × outputs] */
  readonly out: Reals;
  readonly slope: Reals;
  forward(x: Reals, s: Reals): void;
  /** Overwrites all gradients, and ∂loss/∂x and ∂loss/∂s if they are asked. */
  backward(x: Reals, s: Reals, belowX: Reals | null, belowS: Reals | null): void;
}

/** @param own name and inputs of the items' kernel, which has the bias @param together likewise of their group's */
export function companyLayer(
  groups: Groups,
  own: readonly [name: string, inputs: number],
  together: readonly [name: string, inputs: number],
  outputs: number,
): CompanyLayer {
  const { kernels, first, ones } = groups;
  const { numbers, addUp, addOut } = kernels;
  const [items, rows] = [groups.row.length, groups.first.length - 1];
  const ofItem = product(kernels, own[0], own[1], outputs);
  const bias = biasOf(kernels, own[0], outputs, rows);
  const ofGroup = product(kernels, together[0], together[1], outputs);
  const [sums, sumSlope] = [numbers(rows * outputs), numbers(rows * outputs)];
  const [out, slope] = [numbers(items * outputs), numbers(items * outputs)];
  return {
    parameters: [ofItem.weights, bias.weights, ofGroup.weights],
    out,
    slope,
    forward(x, s) {
      bias.forward(sums, groups.rows);
      ofGroup.forward(s, sums, groups.rows);
      out.fill(0, 0, groups.n * outputs);
      addOut(first, groups.rows, ones, out, sums, outputs);
      ofItem.forward(x, out, groups.n);
    },
    backward(x, s, belowX, belowS) {
      sumSlope.fill(0, 0, groups.rows * outputs);
      addUp(first, groups.rows, ones, slope, sumSlope, outputs);
      ofItem.backward(x, slope, groups.n, belowX);
      bias.backward(sumSlope, groups.rows);
      ofGroup.backward(s, sumSlope, groups.rows, belowS);
    },
  };
}
