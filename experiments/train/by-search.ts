/** Training by a search that asks for points: common random numbers in training, the choice by validation. */
import { asVector, withVector } from '../../agents/index-policy.js';
import type { AskTell, AskTellOptions } from '../../agents/learners/ask-tell.js';
import { meanOf } from '../../agents/learners/crew.js';
import { BASE, type Best, validatedChoice } from './choice.js';
import { costDifference } from './difference.js';
import type { Player } from './episodes.js';
import type { LogRow, SearchOptions, Trained, Training } from './training.js';

/** A search at its start, and what a generation of it costs. @throws Error if the budget holds none */
export function openSearch(
  make: (options: AskTellOptions) => AskTell,
  { first, options, seed }: Pick<Training<SearchOptions>, 'first' | 'options' | 'seed'>,
): { search: AskTell; generationCost: number } {
  const { budget, batch, validationSeeds, sigma, population } = options;
  const search = make({ start: asVector(first), sigma, population, seed });
  const points = search.ask().length;
  const generationCost = (points + 1) * batch;
  const least = generationCost + 2 * validationSeeds;
  if (budget < least)
    throw new Error(
      `budget is ${budget} episodes, expected at least ${least}: a generation of ${points} points and the base on ${batch} seeds, and two looks at ${validationSeeds} validation seeds`,
    );
  return { search, generationCost };
}

/**
 * Each generation meets its own few training seeds, everybody the same; a point's cost is the difference to the base there, so that
 * generations compare. Now and then the recommended point is looked at on validation seeds; the best of these is what comes out.
 * Ends when the budget does not hold another generation, or validation stands still.
 * @throws Error if the budget holds none
 */
export async function trainBySearch(
  make: (options: AskTellOptions) => AskTell,
  training: Training<SearchOptions>,
): Promise<Trained> {
  const { first, options, stage, seed, episodes } = training;
  const { budget, trainSeeds, batch, validationSeeds, validateEvery, patience } = options;
  const base: Player = { name: BASE, scheduler: stage.base };
  const { search, generationCost } = openSearch(make, training);
  const own = (seed - options.seed) * trainSeeds; // other training seeds have others
  const choice = validatedChoice(training);
  const log: LogRow[] = [];
  for (let iteration = 0; ; iteration++) {
    const seeds = Array.from({ length: batch }, (_, k) => own + ((iteration * batch + k) % trainSeeds));
    const points = search
      .ask()
      .map((vector, k): Player => ({ name: `${iteration}.${k}`, weights: withVector(first, vector) }));
    const [theirs, ...played] = await episodes.meet('train', [base, ...points], seeds);
    const costs = played.map((each) => costDifference(each, theirs));
    search.tell(costs);
    const full = episodes.asked() + generationCost + 2 * validationSeeds > budget;
    const looks = full || (iteration + 1) % validateEvery === 0;
    const validation = looks ? await choice.look(`after ${iteration}`, withVector(first, search.recommended())) : null;
    const row: LogRow = {
      iteration,
      episodes: episodes.asked(),
      mean: meanOf(costs),
      least: Math.min(...costs),
      validation,
    };
    log.push(row);
    training.onRow(row);
    if (!full && choice.idle < patience) continue;
    const { weights, at } = choice.best as Best; // it looks before it ends
    return { weights, log, episodes: row.episodes, chosenAt: at, ended: full ? 'budget' : 'no gain' };
  }
}
