/** What every learner is: a function from environments and options to an agent. */
import type { Env } from '../../env/gym/env.js';
import type { Weights } from '../../predictors/weights.js';
import type { Agent } from './agent.js';
import { type Crew, meanOf } from './crew.js';
import type { Kernels } from './kernels.js';

/**
 * Makes an environment with Box observations. Episodes are begun by `reset({ seed })` with seeds of the learner's, and must be
 * functions of that seed and the actions: whoever resumes plays broken episodes again up to where they stood.
 * @param seed for what is fixed when it is made
 */
export type MakeEnv = (seed: number) => Env;

export interface LearnProgress {
  /** Steps of environments taken, and to take. */
  readonly done: number;
  readonly total: number;
  readonly episodes: number;
  /** Mean return of the last hundred episodes; NaN before the first has ended. */
  readonly meanReturn: number;
  /** Of the learner: losses, divergences. */
  readonly figures: Readonly<Record<string, number>>;
  /** Wall time so far, ms. */
  readonly spent: { readonly act: number; readonly env: number; readonly update: number };
}

export interface LearnOptions {
  readonly seed: number;
  /** Steps of environments to take; the iteration at hand is finished. */
  readonly steps: number;
  readonly signal?: AbortSignal;
  /** Makes what networks are trained with [`simdKernels`]. */
  kernels?(): Kernels;
  /** After each iteration. */
  onProgress?(progress: LearnProgress): void;
  /** After each iteration, with all that is needed to go on to the same bytes. */
  checkpoint?(state: Weights): void;
  /**
   * After each iteration, awaited: what has been learned so far, and the state if asked for. Training ends here where it resolves to false.
   */
  between?(agent: Agent, state: () => Weights): Promise<boolean>;
  /** What `checkpoint` was given, under the same options. */
  readonly from?: Weights;
}

/**
 * Trains an agent. The same seed gives the same bytes, also when training was broken off and went on from a checkpoint.
 * @throws Error if the spaces are not the learner's, or `from` is the state of another training; the signal's reason if aborted
 */
export type Learner<Options extends LearnOptions = LearnOptions> = (
  makeEnv: MakeEnv,
  options: Options,
) => Promise<Agent>;

/** @throws Error naming the first that is no whole number of at least 1 */
export function checkCounts(learner: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts))
    if (!Number.isSafeInteger(count) || count < 1)
      throw new Error(`${learner}: ${name} is ${count}, expected a whole number of at least 1`);
}

/** Where a learner stands after an iteration. */
export interface Standing extends Pick<LearnProgress, 'done' | 'figures' | 'spent'> {
  state(): Weights;
  agent(): Agent;
}

/** Ends an iteration: tells of it, hands out the state. @returns whether to go on */
export async function endIteration(
  options: LearnOptions,
  crew: Crew,
  { state, agent, ...at }: Standing,
): Promise<boolean> {
  const { episodes, returns } = crew;
  options.onProgress?.({ ...at, total: options.steps, episodes, meanReturn: meanOf(returns) });
  options.checkpoint?.(state());
  return (await options.between?.(agent(), state)) ?? true;
}
