/** What every trained agent is given, and what it gives back. */
import type { Weights } from '../../predictors/weights.js';
import type { Interval } from '../bootstrap.js';
import type { Kept } from './checkpoint.js';
import type { Episodes } from './run-episodes.js';
import type { TrainSettings } from './settings.js';
import type { Stage } from './stage.js';

/** What only searches are told. */
export interface SearchOptions {
  /** Most simulated episodes: training, the base beside it, and validation. */
  readonly budget: number;
  readonly trainSeeds: number;
  /** Training seeds of a generation. */
  readonly batch: number;
  readonly sigma: number;
  readonly population?: number | undefined;
}

/** What only learners that step through environments are told. */
export interface GradientOptions {
  readonly steps: number;
  /** Training episodes are cut at a time around this; 0: they are drained. */
  readonly truncateS: number;
  /** [that of the stage] */
  readonly trainReward?: string | undefined;
  readonly rewardScale: number;
  readonly hyper: Hyper;
}

/** Options of a learner, by its own names. */
export type Hyper = Readonly<Record<string, number | boolean | string>>;

/** A training under way. */
export interface Training<Own = unknown> {
  readonly stage: Stage;
  /** Weights of the policy's shape: on top of a heuristic they are that heuristic. */
  readonly first: Weights;
  readonly options: TrainSettings & Own;
  /** Of the learner; `options.seed` is that of the episodes, which all training seeds share. */
  readonly seed: number;
  readonly episodes: Episodes;
  readonly signal: AbortSignal;
  /** What an interrupted run has left. */
  readonly kept: Kept | null;
  keep(kept: Kept): void;
  /** Told after each iteration. */
  onRow(row: LogRow): void;
}

/** A line of the log. Whatever else it holds are figures of the learner; null: nobody looked. */
export interface LogRow {
  readonly iteration: number;
  /** Simulated so far, validation included. */
  readonly episodes: number;
  /** To the base on the same validation seeds, as a share: below 0 is better. */
  readonly validation: number | null;
  readonly [figure: string]: number | null;
}

export interface Trained {
  readonly weights: Weights;
  readonly log: readonly LogRow[];
  readonly episodes: number;
  /** The difference to the base on the validation seeds that chose it: optimistic, it is the best of many looks. */
  readonly chosenAt: Interval;
  readonly ended: 'no gain' | 'budget';
}
