/** Adam over all parameters of a learner, by the rule of `predictors/adam.ts`, in the arithmetic of its kernels. */
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import type { Parameter } from './network.js';
import { type Arrays, listed } from './state.js';

export interface Optimizer {
  /** One step down the gradients; returns their norm as they came. @param clip longest gradient, over all parameters together */
  step(rate: number, clip: number): number;
  /** Parameters, moments and powers, by the names they are saved under. */
  readonly arrays: Arrays;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
/** As for PPO in Stable-Baselines3. */
const EPSILON = 1e-5;
/** Keeps the norm off 0 when shortening. */
const SHORTEST = 1e-6;

export function createOptimizer(parameters: readonly Parameter[], { numbers, squares, adam }: Kernels): Optimizer {
  const moments = (): Reals[] => parameters.map(({ values }) => numbers(values.length));
  const [first, second] = [moments(), moments()];
  /** β1 and β2 to the power of the steps taken, multiplied up. */
  const powers = Float64Array.of(1, 1);
  const constants = numbers(8);
  return {
    step(rate, clip) {
      const norm = Math.sqrt(parameters.reduce((sum, { gradient }) => sum + squares(gradient), 0));
      powers[0] *= BETA1;
      powers[1] *= BETA2;
      constants.set([BETA1, 1 - BETA1, BETA2, 1 - BETA2, rate / (1 - powers[0]), 1 / (1 - powers[1]), EPSILON]);
      constants[7] = Math.min(1, clip / (norm + SHORTEST));
      for (let k = 0; k < parameters.length; k++)
        adam(parameters[k].values, parameters[k].gradient, first[k], second[k], constants);
      return norm;
    },
    arrays: {
      ...listed(
        'parameter',
        parameters.map(({ values }) => values),
      ),
      ...listed('first', first),
      ...listed('second', second),
      powers,
    },
  };
}
