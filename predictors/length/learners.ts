/** Every way to learn lengths, by the name that model files carry; and how a file becomes a model. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../../env/files.js';
import { didYouMean } from '../../env/spelling.js';
import { openEncoder } from '../encoder/encoder.js';
import { readModelFile } from '../model-file.js';
import { logBins, trailBins } from './binned-classifier.js';
import { encodedLearner } from './encoded.js';
import { ensemble } from './ensemble.js';
import { FEATURES_VERSION } from './features.js';
import { history } from './history.js';
import { logRegression } from './log-regression.js';
import type { LengthLearner, LengthModel } from './model.js';
import { quantileNet } from './quantile-net.js';
import { listwiseRank, pairwiseRank } from './ranking-net.js';
import { trees } from './trees.js';

export const learners: Readonly<Record<string, LengthLearner>> = Object.fromEntries(
  [
    ...[history, logRegression, trees, ensemble, trailBins, logBins, quantileNet, pairwiseRank, listwiseRank],
    encodedLearner(() => openEncoder()),
  ].map((learner) => [learner.kind, learner]),
);

/**
 * The file of a model that ships, e.g. `length-v0`.
 * @throws Error naming those that there are
 */
export function shippedModel(name: string): string {
  const folder = packageFile('predictors/models');
  const known = readdirSync(folder).flatMap((file) => /^((?:length|written)-.+)\.json$/.exec(file)?.[1] ?? []);
  if (known.includes(name)) return join(folder, `${name}.json`);
  throw new Error(`no model of length ${JSON.stringify(name)} ships${didYouMean(name, known)}`);
}

const loaded = new Map<string, { readonly changed: number; readonly model: LengthModel }>();

/**
 * The model in a file; read once, and again when the file has changed.
 * @throws Error that names the file and what is wrong with it
 */
export function loadLengthModel(path: string): LengthModel {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
  const known = loaded.get(path);
  if (known?.changed === changed) return known.model;
  const { kind, features, weights } = readModelFile(path);
  const refuse = (what: string): Error => new Error(`${path}: ${what}`);
  if (!Object.hasOwn(learners, kind))
    throw refuse(
      `holds a model of kind ${JSON.stringify(kind)}, expected one of output length: ${Object.keys(learners).join(', ')}`,
    );
  if (features !== 0 && features !== FEATURES_VERSION)
    throw refuse(
      `was trained on features of version ${features}, this program has version ${FEATURES_VERSION}: train it again`,
    );
  try {
    const model = learners[kind].load(weights);
    loaded.set(path, { changed, model });
    return model;
  } catch (error) {
    throw refuse((error as Error).message);
  }
}
