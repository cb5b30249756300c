/** What every trained agent is given, and what it gives back. */
import type { Weights } from '../../predictors/weights.js';
import type { Interval } from '../bootstrap.js';
import type { Episodes } from './run-episodes.js';
import type { Stage } from './stage.js';

interface TrainingOptions {
  readonly seed: number;
  /** Most simulated episodes: training, the base beside it, and validation. */
  readonly budget: number;
  readonly trainSeeds: number;
  /** Training seeds of a generation. */
  readonly batch: number;
  readonly validationSeeds: number;
  /** Generations between two looks at validation. */
  readonly validateEvery: number;
  /** Looks without a gain after which it ends. */
  readonly patience: number;
  readonly sigma: number;
  readonly population: number | undefined;
}

/** A training under way. */
export interface Training {
  readonly stage: Stage;
  /** Weights that it begins with; with them the policy is its base. */
  readonly first: Weights;
  readonly options: TrainingOptions;
  readonly episodes: Episodes;
  /** Told after each generation. */
  onGeneration(row: GenerationRow): void;
}

/** A line of the log. Differences are shares of the base's cost on the same seeds: below 0 is better. */
export interface GenerationRow {
  readonly generation: number;
  /** So far, validation included. */
  readonly episodes: number;
  /** Of this generation's points on training seeds. */
  readonly mean: number;
  readonly least: number;
  /** Of the recommended point on validation seeds; null: nobody looked. */
  readonly validation: number | null;
}

export interface Trained {
  readonly vector: Float64Array;
  readonly log: readonly GenerationRow[];
  readonly episodes: number;
  /** The difference to the base on the validation seeds that chose it: optimistic, it is the best of many looks. */
  readonly chosenAt: Interval;
  readonly ended: 'no gain' | 'budget';
}
