/** Trained models by name or file. */
import { existsSync } from 'node:fs';
import { loadLengthModel, shippedModel } from '../../predictors/length/learners.js';
import type { LengthModel } from '../../predictors/length/model.js';

/** A path is what looks like one or exists. @throws Error that names the model or file, and what is wrong with it */
export function openModel(name: string): LengthModel {
  if (/[/\\]|\.json$/.test(name) || existsSync(name)) return loadLengthModel(name);
  return loadLengthModel(shippedModel(name));
}
