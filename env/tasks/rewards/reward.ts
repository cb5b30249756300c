/** Rewards by name. Each looks at the interval since the last question only. */
import { compileExpression } from '../../expression.js';
import type { Engine } from '../../serving/engine.js';
import type { Scheduler } from '../../serving/policy.js';
import { didYouMean } from '../../spelling.js';
import { type ReferencePath, referencePath } from './reference-path.js';
import { type Tally, type TotalName, totalNames } from './tally.js';

/**
 * What an interval is worth.
 *
 * | name | reward of an interval |
 * |---|---|
 * | `-jct` | −∫N dt, seconds: over a drained episode −ΣJCT |
 * | `jct-vs` | −∫(N − N of a heuristic on the same luck) dt: the same optimum, less variance |
 * | `slo` | −promises broken |
 * | `slo-vs` | −(promises broken − those of a heuristic on the same luck): the same optimum, less variance |
 * | `goodput` | requests that finished with all promises kept |
 * | `ttft` | −∫(requests without a first token) dt, seconds |
 * | `slowdown` | −growth of Σ time here / time alone |
 * | a formula | of what the interval added to the totals of `tally.ts`, e.g. `kept - 0.1 * inSystem` |
 */
export interface Reward {
  readonly name: string;
  /** What it reads of the tally. */
  readonly totals: readonly TotalName[];
  /** Once an episode, before its first turn. */
  begin(engine: Engine): RewardState;
}

/** A reward in one episode. */
export interface RewardState {
  /** What the time since the last call was worth, or since the beginning. */
  interval(engine: Engine, tally: Tally): number;
  copy(): RewardState;
}

const NAMED: Readonly<Record<string, { readonly total: TotalName; readonly sign: 1 | -1 }>> = {
  '-jct': { total: 'inSystem', sign: -1 },
  slo: { total: 'missed', sign: -1 },
  goodput: { total: 'kept', sign: 1 },
  ttft: { total: 'waitingFirst', sign: -1 },
  slowdown: { total: 'slowdown', sign: -1 },
};

/** Totals that a heuristic's are subtracted from. */
const AGAINST = { 'jct-vs': 'inSystem', 'slo-vs': 'missed' } as const;
type Against = keyof typeof AGAINST;

/** Names that `rewardOf` takes, beside formulas. */
export const rewardNames: readonly string[] = [...Object.keys(NAMED), ...Object.keys(AGAINST)];

/**
 * @param name a name or a formula
 * @param reference of `jct-vs` and `slo-vs`: the heuristic whose path is subtracted
 * @throws Error that says which names there are, or what is wrong with the formula
 */
export function rewardOf(name: string, reference?: () => Scheduler): Reward {
  if (Object.hasOwn(AGAINST, name)) {
    if (!reference) throw new Error(`reward ${name} needs a heuristic to compare with: ${name}:NAME`);
    const total = AGAINST[name as Against];
    return { name, totals: [total], begin: (engine) => against(referencePath(engine.setup, reference), total, 0) };
  }
  if (Object.hasOwn(NAMED, name)) {
    const { total, sign } = NAMED[name];
    return { name, totals: [total], begin: () => totalled(total, sign, 0) };
  }
  if (/^[\w-]+$/.test(name) && !totalNames.some((each) => each.name === name))
    throw new Error(`unknown reward ${JSON.stringify(name)}${didYouMean(name, rewardNames)}, or a formula`);
  return formulaReward(name);
}

const totalled = (total: TotalName, sign: number, before: number): RewardState => ({
  interval({ replica }, tally) {
    const now = tally.total(replica, total);
    const gain = sign * (now - before);
    before = now;
    return gain;
  },
  copy: () => totalled(total, sign, before),
});

function against(path: ReferencePath, total: (typeof AGAINST)[Against], before: number): RewardState {
  return {
    interval({ replica }, tally) {
      const now = tally.total(replica, total) - path[total](replica.now);
      const gain = before - now;
      before = now;
      return gain;
    },
    copy: () => against(path, total, before),
  };
}

function formulaReward(text: string): Reward {
  const expression = compileExpression(text, totalNames, 'reward');
  const used = totalNames.map(({ name }) => name).filter((name) => expression.uses.has(name));
  const start = (before: Float64Array): RewardState => {
    const gained = new Float64Array(used.length);
    const evaluate = expression.bind((name) => () => gained[used.indexOf(name as TotalName)]);
    return {
      interval({ replica }, tally) {
        for (let k = 0; k < used.length; k++) {
          const now = tally.total(replica, used[k]);
          gained[k] = now - before[k];
          before[k] = now;
        }
        return evaluate(0);
      },
      copy: () => start(before.slice()),
    };
  };
  return { name: text, totals: used, begin: () => start(new Float64Array(used.length)) };
}
