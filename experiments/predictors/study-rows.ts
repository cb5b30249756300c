/** Which answers a study learns from and judges by. */
import { shuffle, stream } from '../../env/random.js';
import { featuresOf } from '../../predictors/length/features.js';
import type { LengthExample, LengthRows } from '../../predictors/length/model.js';
import { withPastOf, withPasts } from '../../predictors/length/past.js';
import { split } from './data/splits.js';
import { atMostPerText } from './data/thin.js';

export interface StudyRows {
  /** Of the judged set and the others, thinned. */
  readonly train: LengthRows;
  /** Of the judged set alone, thinned: what is good for others is not asked. */
  readonly validation: LengthRows;
  /** Training prompts of the judged set alone: what baselines and shuffled labels learn from. */
  readonly own: LengthRows;
  /** Validation prompts of the judged set, all answers of seen models: what bounds are calibrated on. */
  readonly calibration: LengthRows;
  /** Prompts never seen, of models that were. */
  readonly test: LengthRows;
  /** Prompts and models never seen; their models' past are answers to prompts of training. */
  readonly heldOut: LengthRows;
}

export interface StudySplit {
  /** Answers a prompt that are learned from, at most. */
  readonly perPrompt: number;
  readonly seed: number;
}

export function studyRows(
  own: readonly LengthExample[],
  more: readonly LengthExample[],
  { perPrompt, seed }: StudySplit,
): StudyRows {
  const parts = split(own, { seed });
  const others = split(more, { models: 0, seed });
  const thinned = (examples: readonly LengthExample[]): LengthExample[] => atMostPerText(examples, perPrompt, seed);
  const mine = thinned(parts.train);
  return {
    train: featuresOf(withPasts([...mine, ...thinned(others.train)], seed)),
    validation: featuresOf(withPasts(thinned(parts.validation), seed)),
    own: featuresOf(withPasts(mine, seed)),
    calibration: featuresOf(withPastOf(parts.validation, parts.train)),
    test: featuresOf(withPastOf(parts.test, parts.train)),
    heldOut: featuresOf(withPastOf(parts.heldOut, parts.past)),
  };
}

/** Lengths dealt out anew, without the pasts, which would know them. */
export function shuffled(rows: LengthRows, seed: number): LengthRows {
  const dealt = shuffle(rows.examples.slice(), stream(seed, 'predictors/study/shuffled'));
  const examples = rows.examples.map(({ past: _, ...input }, k) => ({
    ...input,
    outputTokens: dealt[k].outputTokens,
    censored: dealt[k].censored,
  }));
  return featuresOf(examples);
}

/** The same requests, of whose models nothing is known. */
export const withoutPast = ({ examples }: LengthRows): LengthRows =>
  featuresOf(examples.map(({ past: _, ...input }) => input));

/** The answers to a share of the prompts, drawn at random. */
export function someTexts({ examples }: LengthRows, share: number, seed: number): LengthRows {
  const { next } = stream(seed, 'predictors/study/texts');
  const texts = [...new Set(examples.map(({ text }) => text))];
  const kept = new Set(texts.filter(() => next() < share));
  return featuresOf(examples.filter(({ text }) => kept.has(text)));
}

/** How many different prompts there are. */
export const textsOf = (examples: readonly LengthExample[]): number => new Set(examples.map(({ text }) => text)).size;
