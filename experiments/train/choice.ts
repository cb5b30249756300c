/** The choice of what comes out of a training: the best of what was looked at on validation seeds. */
import type { Weights } from '../../predictors/weights.js';
import type { Interval } from '../bootstrap.js';
import { costInterval } from './difference.js';
import type { Player } from './episodes.js';
import type { Training } from './training.js';

/** The heuristic that the policy adds to or stands in for, alone. */
export const BASE = 'base';

/** What would come out now. */
export interface Best {
  readonly weights: Weights;
  /** Its difference to the base. */
  readonly at: Interval;
}

export interface ValidatedChoice {
  readonly best: Best | null;
  /** Looks since the last gain. */
  readonly idle: number;
  /** Plays all validation seeds. @returns the difference to the base */
  look(name: string, weights: Weights): Promise<number>;
}

/** On top of a heuristic that heuristic itself is the first choice. @param kept what an interrupted training had */
export function validatedChoice(
  { stage, first, options, episodes }: Pick<Training, 'stage' | 'first' | 'options' | 'episodes'>,
  kept?: Pick<ValidatedChoice, 'best' | 'idle'>,
): ValidatedChoice {
  const base: Player = { name: BASE, scheduler: stage.base };
  const seeds = Array.from({ length: options.validationSeeds }, (_, k) => k);
  const unchanged = stage.facts.heads === null ? null : { weights: first, at: { value: 0, low: 0, high: 0 } };
  let { best, idle } = kept ?? { best: unchanged, idle: 0 };
  return {
    get best() {
      return best;
    },
    get idle() {
      return idle;
    },
    async look(name, weights) {
      const [own, theirs] = await episodes.meet('validation', [{ name, weights }, base], seeds);
      const at = costInterval(own, theirs);
      const better = best === null || at.value < best.at.value;
      idle = better ? 0 : idle + 1;
      if (better) best = { weights, at };
      return at.value;
    },
  };
}
