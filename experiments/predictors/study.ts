/**
 * What can be learned about output lengths: every learner on the same split, judged on prompts *and* models that it never saw, beside
 * baselines; with shuffled labels, where nothing may be learned; and upper bounds with a promised probability, on and off their split.
 */
import { featuresOf } from '../../predictors/length/features.js';
import { learners } from '../../predictors/length/learners.js';
import type { LengthModel, LengthRows } from '../../predictors/length/model.js';
import type { Interval } from '../bootstrap.js';
import { answersOf } from './answers.js';
import { baselines, promptMean } from './baselines.js';
import { adapted, type CoverageRow, exchangeable, transferred } from './coverage.js';
import { split } from './data/splits.js';
import { openLengthData } from './open-data.js';
import { type Figure, intervalOf, type Scored, type Scores, scored, scoresOf } from './scores.js';
import { type StudyRows, type StudySplit, shuffled, someTexts, studyRows, textsOf, withoutPast } from './study-rows.js';
import { microsOf } from './timing.js';

export interface StudyPlan extends StudySplit {
  /** Shares of the training prompts with which the first learner is tried besides. */
  readonly shares: readonly number[];
  /** The set whose test prompts and held-out models are judged. */
  readonly set: string;
  /** Sets whose training prompts are learned from, too. */
  readonly others: readonly string[];
  readonly kinds: readonly string[];
  /** A set of another kind, never learned from: what bounds are worth off their split. */
  readonly shifted: string;
}

/** The judge's rows are the same for everyone. */
interface StudyRow {
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
  readonly kinds: readonly string[];
  readonly rows: readonly StudyRow[];
  /** R² of log tokens of the first learner trained on shuffled labels. */
  readonly shuffled: Interval;
  /** The first learner with fewer prompts to learn from. */
  readonly curve: readonly { readonly prompts: number; readonly within: Interval; readonly r2Log: Interval }[];
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

export interface StudyTalk {
  note(line: string): void;
  readonly signal: AbortSignal;
}

/** @throws Error that names a set which is not there */
export async function studyLengths(plan: StudyPlan, talk: StudyTalk): Promise<Study> {
  const { set, others, seed } = plan;
  const own = await openLengthData([set], seed);
  const more = await openLengthData(others, seed);
  const rows = studyRows(own.examples, more.examples, plan);
  const reference = judge(
    baselines.find(({ name }) => name === REFERENCE)?.learn(rows.own.examples) as LengthModel,
    rows.heldOut,
  );
  const result: StudyRow[] = [];
  const sources = [...own.sources, ...more.sources];
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
  for (const { name, learn } of baselines) add(name, learn(rows.own.examples), false);
  for (const kind of plan.kinds) {
    talk.note(`${kind} on ${rows.train.examples.length} answers …`);
    const model = await learners[kind].train(rows.train, { seed, validation: rows.validation, signal: talk.signal });
    add(kind, model, true);
    const { encoder } = model.save().settings;
    if (encoder !== undefined)
      sources.push(`${kind}: reads a pretrained encoder, model.safetensors of SHA-256 ${encoder}`);
    best ??= model;
  }
  const bounds = best === undefined ? [] : boundsOf(best, rows, await shiftedRows(plan), seed);
  add(promptMean.name, promptMean.learn(rows.test.examples), false);
  const curve = [];
  for (const share of plan.shares) {
    talk.note(`${plan.kinds[0]}, ${100 * share} % of the prompts …`);
    const train = someTexts(rows.train, share, seed);
    const model = await learners[plan.kinds[0]].train(train, {
      seed,
      validation: rows.validation,
      signal: talk.signal,
    });
    const unseen = judge(model, rows.heldOut);
    curve.push({
      prompts: textsOf(train.examples),
      within: intervalOf('spearmanWithin', unseen),
      r2Log: intervalOf('r2Log', unseen),
    });
  }
  talk.note('shuffled labels …');
  const nothing = await learners[plan.kinds[0]].train(shuffled(rows.own, seed), {
    seed,
    validation: shuffled(rows.validation, seed),
    signal: talk.signal,
  });
  const { examples } = rows.heldOut;
  return {
    kinds: plan.kinds,
    rows: result,
    bounds,
    curve,
    shuffled: intervalOf('r2Log', judge(nothing, withoutPast(rows.heldOut))),
    examples: {
      train: rows.train.examples.length,
      validation: rows.validation.examples.length,
      test: rows.test.examples.length,
      heldOut: examples.length,
    },
    prompts: textsOf(examples),
    models: new Set(examples.map(({ model }) => model)).size,
    sources,
  };
}

const judge = (model: LengthModel, rows: LengthRows): Scored => scored(answersOf(model, rows));

async function shiftedRows({ shifted, seed }: StudyPlan): Promise<LengthRows> {
  const { examples } = await openLengthData([shifted], seed);
  return featuresOf(split(examples, { models: 0, seed }).test);
}

function boundsOf(
  model: LengthModel,
  { calibration, test, heldOut }: StudyRows,
  shifted: LengthRows,
  seed: number,
): CoverageRow[] {
  const [known, prompts, models, others] = [calibration, test, heldOut, shifted].map((rows) => judge(model, rows));
  return [
    exchangeable(prompts, seed),
    transferred('prompts never seen', known, prompts),
    transferred('prompts and models never seen', known, models),
    adapted('prompts and models never seen, corrected as outcomes come', known, models, seed),
    transferred('another kind of prompts', known, others),
    adapted('another kind of prompts, corrected as outcomes come', known, others, seed),
  ];
}
