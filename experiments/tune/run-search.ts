/** A search carried out: it asks, trials answer. */
import type { Choice } from './contender.js';
import { nameOf } from './contender.js';
import { costOf, type Objective } from './objective.js';
import type { Trials } from './run-trials.js';
import { type Answer, type Found, type SearchOptions, search } from './search.js';

/** Runs the search of a choice to its end; whatever the journal knows is not run again. */
export async function runSearch(
  { space, contender }: Choice,
  objective: Objective,
  trials: Trials,
  options: Omit<SearchOptions, 'nameOf'>,
): Promise<Found> {
  const asking = search(space, { ...options, nameOf: (point) => nameOf(contender(point)) });
  let next = asking.next();
  while (!next.done) {
    const { split, points, from, to } = next.value;
    const contenders = points.map(contender);
    const seeds = Array.from({ length: to - from }, (_, k) => from + k);
    await trials.meet(split, contenders, seeds);
    const answer: Answer = contenders.map((each) =>
      seeds.map((index) => costOf(objective, trials.of(split, each, index))),
    );
    next = asking.next(answer);
  }
  return next.value;
}
