/** Two predictors as one: what it believes of length is the first one's, of acceptance the second one's. */
import type { Information, PredictionCost, Predictor } from '../env/serving/beliefs.js';

const LEAST_FIRST: readonly Information[] = ['none', 'declared', 'predicted', 'clairvoyant'];

/**
 * Both are told everything, the second one last, so that it has the say where both write. It is as informed as the better of them.
 * @param acceptance writes no lengths
 */
export function combined(length: Predictor, acceptance: Predictor): Predictor {
  const rank = (of: Predictor): number => LEAST_FIRST.indexOf(of.information);
  const both =
    (hook: 'progress' | 'observe') =>
    (r: number): void => {
      length[hook]?.(r);
      acceptance[hook]?.(r);
    };
  return {
    name: `${length.name}+${acceptance.name}`,
    information: LEAST_FIRST[Math.max(rank(length), rank(acceptance))],
    ...(length.levels && { levels: length.levels }),
    ...((length.cost || acceptance.cost) && { cost: sumOf(length.cost, acceptance.cost) }),
    reset(forecast) {
      length.reset?.(forecast);
      acceptance.reset?.(forecast);
    },
    arrive(r) {
      length.arrive(r);
      acceptance.arrive(r);
    },
    ...((length.progress || acceptance.progress) && { progress: both('progress') }),
    ...((length.observe || acceptance.observe) && { observe: both('observe') }),
  };
}

const sumOf = (a: PredictionCost = {}, b: PredictionCost = {}): PredictionCost => ({
  arrive: (a.arrive ?? 0) + (b.arrive ?? 0),
  token: (a.token ?? 0) + (b.token ?? 0),
});
