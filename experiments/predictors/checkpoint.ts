/** What an interrupted training leaves, and how it is gone on from: a model file beside the one to be. */
import { existsSync } from 'node:fs';
import { type ModelFile, readModelFile, writeModelFile } from '../../predictors/model-file.js';
import type { Weights } from '../../predictors/weights.js';

export interface Checkpoints {
  checkpoint(weights: Weights): void;
  readonly from?: Weights;
}

/**
 * @param about what is trained: it is gone on from what the very same was left as
 * @param resume false: starts anew
 * @throws Error if the file is there and no model file
 */
export function checkpointsIn(
  file: string,
  about: Omit<ModelFile, 'weights'>,
  resume: boolean,
  note: (line: string) => void,
): Checkpoints {
  const kind = `${about.kind}/checkpoint`;
  const checkpoint = (weights: Weights): void => writeModelFile(file, { ...about, kind, weights });
  if (!resume || !existsSync(file)) return { checkpoint };
  const { weights, ...before } = readModelFile(file);
  if (JSON.stringify([before.kind, before.card]) !== JSON.stringify([kind, about.card])) return { checkpoint };
  note(`going on from ${file}`);
  return { checkpoint, from: weights };
}
