/** Entry `servegym/experiments`: names to objects, one episode, what load 1 is, intervals on paired seeds. */

export * from './bootstrap.js';
export { type Bound, boundOf, boundsOf, type Refusal } from './bound.js';
export { type CalibrateOptions, type Calibration, calibrate } from './calibrate/calibrate.js';
export { type IterationLog, type LogOptions, readLog } from './calibrate/log.js';
export { type Saturation, saturate } from './capacity.js';
export * from './catalogue.js';
export { type Cost, readCost } from './cost-file.js';
export type { DatasetHeader } from './dataset/format.js';
export { type Dataset, type DatasetColumn, readDataset } from './dataset/read.js';
export { type EngineOptions, engineRules } from './engine-file.js';
export { type EpisodeResult, type EpisodeSetup, runEpisode } from './episode.js';
export { type Answers, answersOf } from './predictors/answers.js';
export { LENGTH_SETS, type LengthSet } from './predictors/data/sets.js';
export { type Split, type SplitOptions, split } from './predictors/data/splits.js';
export { readUserFile } from './predictors/data/user-file.js';
export { type Scores, scored, scoresOf } from './predictors/scores.js';
export { type Training, type TrainingPlan, trainLength } from './predictors/train.js';
export { type Engine, type Reference, type ReferenceSetup, referenceOf } from './reference.js';
export * from './speculation-by-load.js';
export type { Standing } from './train/evaluate.js';
export { type TrainingOptions, type TrainingStep, training$ } from './train/stream.js';
export type { LogRow, Trained } from './train/training.js';
