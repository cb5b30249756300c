/** Trains a model of output length on some data, and scores it on prompts that it has not seen. */
import { FEATURES_VERSION, featuresOf } from '../../predictors/length/features.js';
import type { LengthExample, LengthLearner, LengthRows, TrainingProgress } from '../../predictors/length/model.js';
import { withPasts } from '../../predictors/length/past.js';
import type { ModelCard, ModelFile } from '../../predictors/model-file.js';
import type { BackendName } from '../../predictors/tensor.js';
import { answersOf } from './answers.js';
import { checkpointsIn } from './checkpoint.js';
import { split } from './data/splits.js';
import { openLengthData } from './open-data.js';
import { type Scores, scored, scoresOf } from './scores.js';

export interface TrainingPlan {
  readonly name: string;
  readonly summary: string;
  readonly learner: LengthLearner;
  /** Names of data, see `openLengthData`. */
  readonly data: readonly string[];
  /** Examples of each at most. */
  readonly most: number;
  readonly seed: number;
  /** What makes it again. */
  readonly command: string;
  readonly limits: readonly string[];
}

export interface Training {
  onProgress(progress: TrainingProgress): void;
  note(line: string): void;
  readonly signal: AbortSignal;
  /** The file in which an interrupted run leaves what it needs to go on. */
  readonly checkpoint: string;
  readonly resume: boolean;
  readonly backend: BackendName;
}

export interface TrainedLength {
  readonly file: ModelFile;
  /** On prompts never trained on; null = there were none. */
  readonly scores: Scores | null;
  readonly ships: boolean;
}

/** Every prompt in the part that its words decide; models are not held out, what they answered before is known to the model. */
export function partsOf(
  examples: readonly LengthExample[],
  seed: number,
): Record<'train' | 'validation' | 'test', LengthRows> {
  const parts = split(withPasts(examples, seed), { models: 0 });
  return { train: featuresOf(parts.train), validation: featuresOf(parts.validation), test: featuresOf(parts.test) };
}

/** @throws Error naming the data and what is wrong with them */
export async function trainLength(plan: TrainingPlan, run: Training): Promise<TrainedLength> {
  const { learner, seed } = plan;
  const { examples, sources, ships } = await openLengthData(plan.data, seed, plan.most);
  const { train, validation, test } = partsOf(examples, seed);
  run.note(
    `${plan.name}: ${learner.kind} on ${train.examples.length} answers; ${validation.examples.length} decide when to stop, ${test.examples.length} are kept for scores`,
  );
  const about = { kind: learner.kind, features: FEATURES_VERSION, card: cardOf(plan, run.backend, sources, null) };
  const model = await learner.train(train, {
    seed,
    validation,
    signal: run.signal,
    onProgress: run.onProgress,
    ...checkpointsIn(run.checkpoint, about, run.resume, run.note),
  });
  const scores = test.examples.length > 0 ? scoresOf(scored(answersOf(model, test))) : null;
  const card = cardOf(plan, run.backend, sources, scores);
  return { file: { ...about, card, weights: model.save() }, scores, ships };
}

function cardOf(
  { name, summary, command, seed, limits }: TrainingPlan,
  backend: BackendName,
  data: readonly string[],
  scores: Scores | null,
): ModelCard {
  const rounded = (value: number): number => Number(value.toPrecision(4));
  const measured = scores && {
    answers: scores.answers,
    'mean absolute error, tokens': rounded(scores.mae),
    'R² of log tokens': rounded(scores.r2Log),
    Spearman: rounded(scores.spearman),
    'expected calibration error': rounded(scores.ece),
  };
  return { name, summary, data, command, seed, backend, measured: measured ?? {}, limits };
}
