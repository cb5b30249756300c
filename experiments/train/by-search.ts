/** Training by a search that asks for points: common random numbers in training, the choice by validation. */

import { asVector } from '../../agents/index-policy.js';
import type { AskTell, AskTellOptions } from '../../agents/learners/ask-tell.js';
import type { Interval } from '../bootstrap.js';
import { costDifference, costInterval } from './difference.js';
import type { Player } from './episodes.js';
import type { GenerationRow, Trained, Training } from './training.js';

/** The heuristic that the policy adds to, alone. */
const BASE = 'base';

/**
 * Each generation meets its own few training seeds, everybody the same; a point's cost is the difference to the base there, so that
 * generations compare. Now and then the recommended point is looked at on validation seeds; the best of these is what comes out, the base
 * itself if none is better. Ends when the budget does not hold another generation, or validation stands still.
 * @throws Error if the budget holds none
 */
export async function trainBySearch(make: (options: AskTellOptions) => AskTell, training: Training): Promise<Trained> {
  const { first, options, stage, episodes } = training;
  const { budget, trainSeeds, batch, validationSeeds, validateEvery, patience, sigma, population, seed } = options;
  const base: Player = { name: BASE, scheduler: stage.base };
  const validation = Array.from({ length: validationSeeds }, (_, k) => k);
  const search = make({ start: asVector(first), sigma, population, seed });
  const generationCost = (search.ask().length + 1) * batch;
  const least = generationCost + 2 * validationSeeds;
  if (budget < least)
    throw new Error(
      `budget is ${budget} episodes, expected at least ${least}: a generation of ${search.ask().length} points and the base on ${batch} seeds, and two looks at ${validationSeeds} validation seeds`,
    );

  const log: GenerationRow[] = [];
  let best: { vector: Float64Array; at: Interval } = { vector: asVector(first), at: { value: 0, low: 0, high: 0 } };
  let idle = 0;

  async function look(generation: number): Promise<number> {
    const vector = search.recommended();
    const point: Player = { name: `after ${generation}`, vector: [...vector] };
    const [own, theirs] = await episodes.meet('validation', [point, base], validation);
    const at = costInterval(own, theirs);
    const better = at.value < best.at.value;
    idle = better ? 0 : idle + 1;
    if (better) best = { vector, at };
    return at.value;
  }

  for (let generation = 0; ; generation++) {
    const seeds = Array.from({ length: batch }, (_, k) => (generation * batch + k) % trainSeeds);
    const points = search.ask().map((vector, k): Player => ({ name: `${generation}.${k}`, vector: [...vector] }));
    const [theirs, ...own] = await episodes.meet('train', [base, ...points], seeds);
    const costs = own.map((played) => costDifference(played, theirs));
    search.tell(costs);
    const full = episodes.asked() + generationCost + 2 * validationSeeds > budget;
    const looks = full || (generation + 1) % validateEvery === 0;
    const value = looks ? await look(generation) : null;
    const row: GenerationRow = {
      generation,
      episodes: episodes.asked(),
      mean: costs.reduce((sum, cost) => sum + cost, 0) / costs.length,
      least: Math.min(...costs),
      validation: value,
    };
    log.push(row);
    training.onGeneration(row);
    if (full || idle >= patience)
      return {
        vector: best.vector,
        log,
        episodes: episodes.asked(),
        chosenAt: best.at,
        ended: full ? 'budget' : 'no gain',
      };
  }
}
