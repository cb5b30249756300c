/** What the validation of a training is to be seen against. */
import type { Talk } from '../cli/command.js';
import { hashOf, openJournal } from '../results.js';
import type { Played } from './episodes.js';
import { type Standing, standingsOf } from './evaluate.js';
import { openRun } from './run-episodes.js';
import type { TrainSettings } from './settings.js';
import type { Stage } from './stage.js';

/** Whose results are whose. */
export const trainHash = (settings: TrainSettings): string => hashOf({ ...settings, command: 'train' });

/** The others on the seeds that choose the policy, played once and kept in the folder. */
export async function besides(
  settings: TrainSettings,
  stage: Stage,
  folder: string,
  talk: Pick<Talk, 'signal' | 'run'>,
): Promise<Standing[]> {
  const journal = openJournal<Played>(folder, 'evaluation', trainHash(settings), talk.run.resume);
  const episodes = openRun({ stage, seed: settings.seed }, journal, talk, () => {});
  try {
    return await standingsOf(episodes, stage, settings.validationSeeds);
  } finally {
    episodes.close();
  }
}
