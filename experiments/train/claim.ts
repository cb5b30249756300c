/** Whose folder it is: its settings lie in it, and it goes on only as what it began as. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../env/files.js';
import { printOptions } from '../cli/options.js';
import { makeFolder } from '../files.js';
import type { TrainSettings } from './settings.js';

export const CONFIG = 'config.yaml';

/** Makes the folder this training's. @throws Error if it is another one's, or cannot be written to */
export function claimFolder(folder: string, settings: TrainSettings, resume: boolean): void {
  const file = join(folder, CONFIG);
  const config = printOptions('train', settings);
  if (resume && existsSync(file) && readFileSync(file, 'utf8') !== config)
    throw new Error(
      `${folder}: has a training with other settings; name another folder with --out, or overwrite it with --no-resume`,
    );
  makeFolder(folder);
  writeAtomic(file, config);
}
