/**
 * What can be learned about output lengths: every learner on the same split, judged on prompts *and* models that it never saw, beside
 * baselines; with shuffled labels, where nothing may be learned; and upper bounds with a promised probability, on and off their split.
 */
import { stream } from '../../env/random.js';
import { featuresOf } from '../../predictors/length/features.js';
import { learners } from '../../predictors/length/learners.js';
import type { LengthExample, LengthModel, LengthRows } from '../../predictors/length/model.js';
import { withPastOf, withPasts } from '../../predictors/length/past.js';
import type { Interval } from '../bootstrap.js';
import { answersOf } from './answers.js';
import { baselines } from './baselines.js';
import { adapted, type CoverageRow, exchangeable, transferred } from './coverage.js';
import { split } from './data/splits.js';
import { atMostPerText } from './data/thin.js';
import { openLengthData } from './open-data.js';
import { type Figure, intervalOf, type Scored, type Scores, scored, scoresOf } from './scores.js';
import { microsOf } from './timing.js';

export interface StudyPlan {
  /** The set whose test prompts and held-out models are judged. */
  readonly set: string;
  /** Sets whose training prompts are learned from, too. */
  readonly others: readonly string[];
  readonly kinds: readonly string[];
  /** A set of another kind, never learned from: what bounds are worth off their split. */
  readonly shifted: string;
  /** Answers a prompt that are learned from, at most. */
  readonly perPrompt: number;
  readonly seed: number;
}

/** The judge's rows are the same for everyone. */
export interface StudyRow {
  readonly name: string;
  /** On prompts and models never seen. */
  readonly scores: Scores;
  /** On prompts never seen, of models that were. */
  readonly seenModels: Scores;
  /** Against the mean per model, on the former; null for that baseline. */
  readonly better: Readonly<Record<Figure, Interval>> | null;
  readonly within: Interval;
  readonly micros: number | null;
}

export interface Study {
  readonly rows: readonly StudyRow[];
  /** R² of log tokens of the first learner trained on shuffled labels. */
  readonly shuffled: Interval;
  /** Upper bounds by the first learner. */
  readonly bounds: readonly CoverageRow[];
  readonly examples: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly heldOut: number;
  };
  readonly prompts: number;
  readonly models: number;
  readonly sources: readonly string[];
}

const FIGURES: readonly Figure[] = ['r2Log', 'spearman', 'spearmanWithin'];
const REFERENCE = 'mean per model';

interface Rows {
  readonly train: LengthRows;
  readonly validation: LengthRows;
  readonly test: LengthRows;
  readonly heldOut: LengthRows;
  /** Validation prompts of the judged set alone. */
  readonly own: LengthRows;
}

export interface StudyTalk {
  note(line: string): void;
  readonly signal: AbortSignal;
}

/** @throws Error that names a set which is not there */
export async function studyLengths(plan: StudyPlan, talk: StudyTalk): Promise<Study> {
  const { set, others, seed } = plan;
  const own = await openLengthData([set], seed);
  const more = await openLengthData(others, seed);
  const rows = rowsOf(own.examples, more.examples, plan);
  const reference = judge(
    baselines.find(({ name }) => name === REFERENCE)?.learn(rows.train.examples) as LengthModel,
    rows.heldOut,
  );
  const result: StudyRow[] = [];
  let best: LengthModel | undefined;
  const add = (name: string, model: LengthModel, timed: boolean): void => {
    const unseen = judge(model, rows.heldOut);
    const better = FIGURES.map((figure) => [figure, intervalOf(figure, unseen, reference)]);
    result.push({
      name,
      scores: scoresOf(unseen),
      seenModels: scoresOf(judge(model, rows.test)),
      better: name === REFERENCE ? null : Object.fromEntries(better),
      within: intervalOf('spearmanWithin', unseen),
      micros: timed ? microsOf(model, rows.heldOut.examples) : null,
    });
  };
  for (const { name, learn } of baselines) add(name, learn(rows.train.examples), false);
  for (const kind of plan.kinds) {
    talk.note(`${kind} on ${rows.train.examples.length} answers …`);
    const model = await learners[kind].train(rows.train, { seed, validation: rows.validation, signal: talk.signal });
    add(kind, model, true);
    best ??= model;
  }
  const bounds = best === undefined ? [] : boundsOf(best, rows, await shiftedRows(plan), seed);
  talk.note('shuffled labels …');
  const nothing = await learners[plan.kinds[0]].train(shuffled(rows.train, seed), {
    seed,
    validation: shuffled(rows.validation, seed),
    signal: talk.signal,
  });
  const { examples } = rows.heldOut;
  return {
    rows: result,
    bounds,
    shuffled: intervalOf('r2Log', judge(nothing, withoutPast(rows.heldOut))),
    examples: {
      train: rows.train.examples.length,
      validation: rows.validation.examples.length,
      test: rows.test.examples.length,
      heldOut: examples.length,
    },
    prompts: new Set(examples.map(({ text }) => text)).size,
    models: new Set(examples.map(({ model }) => model)).size,
    sources: [...own.sources, ...more.sources],
  };
}

const judge = (model: LengthModel, rows: LengthRows): Scored => scored(answersOf(model, rows));

function rowsOf(own: readonly LengthExample[], more: readonly LengthExample[], { perPrompt, seed }: StudyPlan): Rows {
  const parts = split(own);
  const others = split(more, { models: 0 });
  const learned = (name: 'train' | 'validation'): LengthRows =>
    featuresOf(withPasts([...atMostPerText(parts[name], perPrompt, seed), ...others[name]], seed));
  return {
    train: learned('train'),
    validation: learned('validation'),
    test: featuresOf(withPastOf(parts.test, parts.train)),
    heldOut: featuresOf(withPastOf(parts.heldOut, parts.past)),
    own: featuresOf(withPastOf(parts.validation, parts.train)),
  };
}

async function shiftedRows({ shifted, seed }: StudyPlan): Promise<LengthRows> {
  const { examples } = await openLengthData([shifted], seed);
  return featuresOf(split(examples, { models: 0 }).test);
}

function boundsOf(model: LengthModel, { own, test, heldOut }: Rows, shifted: LengthRows, seed: number): CoverageRow[] {
  const [known, prompts, models, others] = [own, test, heldOut, shifted].map((rows) => judge(model, rows));
  return [
    exchangeable(prompts, seed),
    transferred('prompts never seen', known, prompts),
    transferred('prompts and models never seen', known, models),
    adapted('prompts and models never seen, corrected as outcomes come', known, models, seed),
    transferred('another kind of prompts', known, others),
    adapted('another kind of prompts, corrected as outcomes come', known, others, seed),
  ];
}

/** Lengths dealt out anew, without the pasts, which would know them. */
function shuffled(rows: LengthRows, seed: number): LengthRows {
  const { next } = stream(seed, 'predictors/study/shuffled');
  const dealt = rows.examples.slice();
  for (let k = dealt.length - 1; k > 0; k--) {
    const other = Math.floor(next() * (k + 1));
    [dealt[k], dealt[other]] = [dealt[other], dealt[k]];
  }
  const examples = rows.examples.map(({ past: _, ...input }, k) => ({
    ...input,
    outputTokens: dealt[k].outputTokens,
    censored: dealt[k].censored,
  }));
  return featuresOf(examples);
}

const withoutPast = ({ examples }: LengthRows): LengthRows =>
  featuresOf(examples.map(({ past: _, ...input }) => input));
