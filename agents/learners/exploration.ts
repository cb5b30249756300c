/**
 * Where a learner's draws come from. `step`: anew in every step. `held`: a request keeps the draws of its heads for as long as it is
 * here, and everyone's are kept for some seconds, so that an order that was tried is tried to its end. A draw then is a function of
 * seed, environment, episode, request and head: there is nothing to save.
 *
 * Log-probabilities are those of each step by itself, as with the state-dependent exploration of Raffin et al. 2020 (gSDE): that draws
 * repeat is not counted.
 */
import { normal } from '../../env/distributions.js';
import { type Luck, luck, type Stream } from '../../env/random.js';
import type { Draws } from './choice.js';
import type { Crew } from './crew.js';
import type { SlotShape } from './scorer.js';

export interface ExplorationOptions {
  /** ['held' where the network is a scorer and environments tell whom they show.] */
  readonly exploration?: 'held' | 'step';
  /** For how long the draws of everyone are held, seconds [5]. */
  readonly heldSeconds?: number;
}

/** Draws for what environments show now. @param variant another one has other draws for the same episode [0] */
export type Exploration = (variant?: number) => Draws;

/** @throws Error if draws cannot be held */
export function explore(
  crew: Crew,
  slots: SlotShape | null,
  seed: number,
  stream: Stream,
  { exploration, heldSeconds = 5 }: ExplorationOptions,
): Exploration {
  const named = crew.form.choice === 'box' && crew.inside.every((each) => (each.shown?.() ?? null) !== null);
  if (exploration === 'held' && (slots === null || !named))
    throw new Error(
      "exploration: draws are held by request, expected a scorer as network, a Box of actions, and environments whose unwrapped.shown() says who stands in which slot; take 'step'",
    );
  return named && slots !== null && exploration !== 'step'
    ? held(crew, slots, seed, stream, heldSeconds)
    : () => stream;
}

function held(crew: Crew, { slots, heads }: SlotShape, seed: number, { next }: Stream, seconds: number): Exploration {
  const { count, inside, episode, clock } = crew;
  const ids = new Int32Array(count * slots);
  const lucks: Luck[] = [];
  const names: string[] = new Array(count).fill('');
  const rest = slots * heads;
  const draws: Draws = {
    next,
    normal(row, k) {
      const ofAll = k >= rest;
      // periods have the keys below 0
      const key = ofAll ? -1 - Math.floor(clock[row] / seconds) : ids[row * slots + Math.floor(k / heads)];
      const position = 2 * (ofAll ? k - rest : k % heads);
      return normal(lucks[row](key, position), lucks[row](key, position + 1));
    },
  };
  return (variant = 0) => {
    for (let i = 0; i < count; i++) {
      const shown = inside[i].shown?.();
      if (shown?.length !== slots) throw new Error(`${shown?.length} slots are shown, expected ${slots}`);
      ids.set(shown, i * slots);
      const name = `held/${i}/${episode[i]}/${variant}`;
      if (name === names[i]) continue;
      names[i] = name;
      lucks[i] = luck(seed, name);
    }
    return draws;
  };
}
