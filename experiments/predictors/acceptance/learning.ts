/** Would more requests to learn from help? The same held-out requests, judged by what fewer and more of the others teach. */
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import { learnArms } from './arms.js';
import { FOLDS, mean } from './evaluate.js';
import { judge, lasting, type Moment } from './judge.js';

export interface LearningRow {
  /** Requests that were learnt from. */
  readonly requests: number;
  /** Mean error of the remaining steps by predictor. */
  readonly errors: Readonly<Record<string, number>>;
}

const NAMES: readonly string[] = ['curve', 'shrinkage', 'regression'];

/** @param shares of the four folds that are learnt from */
export function learningCurve(
  requests: readonly RecordedRequest[],
  moment: Moment,
  shares: readonly number[] = [1 / 8, 1 / 4, 1 / 2, 1],
): LearningRow[] {
  const eligible = lasting(requests, moment);
  return shares.map((share) => {
    const errors: Record<string, number[]> = Object.fromEntries(NAMES.map((name) => [name, []]));
    let used = 0;
    for (let fold = 0; fold < FOLDS; fold++) {
      const others = eligible.filter((_, k) => k % FOLDS !== fold);
      const taught = others.slice(0, Math.round(share * others.length));
      used += taught.length / FOLDS;
      const arms = learnArms(taught, moment);
      for (let k = fold; k < eligible.length; k += FOLDS)
        for (const name of NAMES) errors[name].push(Math.abs(judge(arms[name], eligible[k], moment).error));
    }
    return {
      requests: Math.round(used),
      errors: Object.fromEntries(NAMES.map((name) => [name, mean(errors[name])])),
    };
  });
}
