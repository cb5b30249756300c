/** What a heuristic returns in a task when it decides everything itself. */
import { discrete } from '../../env/gym/spaces/discrete.js';
import { type Seed, stream } from '../../env/random.js';
import { toTurn } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Codec } from '../../env/tasks/codec.js';
import { createOpinions, type Opinions } from '../../env/tasks/opinions.js';
import { relay } from '../../env/tasks/relay.js';
import { beginEpisode } from '../../env/tasks/running.js';
import type { TaskOptions, World } from '../../env/tasks/world.js';

/** Undiscounted return of the episode that `reset({ seed })` begins, to its end. */
export function heuristicReturn(world: World, make: () => Scheduler, options: TaskOptions, seed: Seed): number {
  const running = beginEpisode(
    world,
    () => undecided(make),
    { ...options, metrics: false },
    1,
    stream(seed, 'env'),
    {},
  );
  const { engine, codec, tally, reward } = running;
  while (toTurn(engine)) codec.decide(engine.view, engine.replica.decision);
  return reward.interval(engine, tally);
}

/** A codec that never asks. */
function undecided(make: () => Scheduler): Codec<number, number> {
  let opinions: Opinions;
  return {
    observationSpace: discrete(1),
    actionSpace: discrete(1),
    maskWidth: 0,
    scope: make().scope ?? 'changed',
    reset(episode) {
      opinions = createOpinions(episode, make);
    },
    asks: () => false,
    observe() {},
    take: () => false,
    decide(view, out) {
      opinions.ask(view, out);
      relay(opinions, view, out, false);
    },
  };
}
