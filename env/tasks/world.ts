/** What a task is played in, and what is the same for every task. */
import type { Predictor } from '../serving/beliefs.js';
import type { CostModel } from '../serving/cost/cost.js';
import type { Recorder } from '../serving/recorder.js';
import type { Rules } from '../serving/rules.js';
import type { Slo } from '../serving/slo.js';
import type { Source } from '../workloads/workload.js';
import type { Reward } from './rewards/reward.js';

/** The world of a task, as objects. */
export interface World {
  /** Requests of an episode, from a seed. */
  readonly source: Source;
  readonly rules: Rules;
  readonly cost: CostModel;
  /** [max_tokens] */
  readonly predictor?: () => Predictor;
  /** What heuristics and features believe an iteration costs [the truth]. */
  readonly believedCost?: CostModel;
  /** Promises by service class [none]. */
  readonly promises?: readonly Slo[];
}

export interface TaskOptions {
  readonly reward: Reward;
  /** The agent sees what was so many questions ago [0]. */
  readonly staleness?: number;
  /** Observed numbers are multiplied by 1 + noise · normal [0]. */
  readonly noise?: number;
  /** Episodes are cut off at a time drawn evenly from half to one and a half of this, for training [never: until everyone left]. */
  readonly truncateAfterSeconds?: number | null;
  /** Who leaves unserved counts as here until the cut, or else for so many seconds more [600]. */
  readonly unservedSeconds?: number;
  /** The summary of the episode stands in `info.summary` of its last step [true]. */
  readonly metrics?: boolean;
  /** Recorders of each episode; forks do not have them [none]. */
  readonly recorders?: readonly (() => Recorder)[];
  readonly renderMode?: string | null;
}

/** @throws Error that names the option, what it is and what was expected */
export function checkOptions(options: TaskOptions): void {
  const { staleness = 0, noise = 0, truncateAfterSeconds = null, unservedSeconds = 600 } = options;
  const expect = (fits: boolean, name: string, value: unknown, what: string): void => {
    if (!fits) throw new Error(`${name} is ${value}, expected ${what}`);
  };
  expect(Number.isInteger(staleness) && staleness >= 0 && staleness <= 64, 'staleness', staleness, '0 … 64 questions');
  expect(noise >= 0 && noise < Infinity, 'noise', noise, 'a number of at least 0');
  const cuts = truncateAfterSeconds === null || truncateAfterSeconds > 0;
  expect(cuts, 'truncateAfterSeconds', truncateAfterSeconds, 'more than 0, or null');
  expect(unservedSeconds >= 0, 'unservedSeconds', unservedSeconds, 'at least 0');
}
