/** One training of `servegym train` as an RxJS stream, validation and rivals included. */
import { Observable } from 'rxjs';
import type { z } from 'zod';
import { readTraces } from '../tasks/trace.js';
import { besides } from './besides.js';
import { claimFolder } from './claim.js';
import type { Standing } from './evaluate.js';
import { checkTraining, type SeedNews, trainSeed } from './one-seed.js';
import { completeTraining, type TrainSettings, trainShape } from './settings.js';
import type { Trained } from './training.js';

/** How far it is: what the bar of the command, its log and its event files say. */
export interface TrainingStep extends SeedNews {
  /** What FCFS, SRPT, LAPS-SD and the best tuned came to on the seeds of `validation`, as differences to the base. */
  readonly beside: readonly Standing[];
  /** Weights that validation chose, and the log; null before the end. */
  readonly trained: Trained | null;
}

/** One training, so no `seeds`. */
const shape = trainShape.omit({ seeds: true });

/** Settings of `servegym train` by the same names. */
export type TrainingOptions = z.input<typeof shape>;

/**
 * Trains for a task as `servegym train` does: each iteration, and at the end what validation chose. Cold: nothing happens before somebody
 * listens. Unsubscribing breaks the training off; what was done is kept in the folder, and the next subscriber goes on from there to the
 * same bytes. A wrong setting is an error of the stream, in one sentence, and so is the folder of another training.
 * @param folder for settings, log, episodes, event files and checkpoint; made if it is not there
 */
export const training$ = (options: TrainingOptions, folder: string): Observable<TrainingStep> =>
  new Observable((subscriber) => {
    const controller = new AbortController();
    const { signal } = controller;
    go(options, folder, signal, (step) => subscriber.next(step)).then(
      () => subscriber.complete(),
      (error) => {
        if (!signal.aborted) subscriber.error(error);
      },
    );
    return () => controller.abort();
  });

async function go(
  options: TrainingOptions,
  folder: string,
  signal: AbortSignal,
  tell: (step: TrainingStep) => void,
): Promise<void> {
  const settings = settingsOf(options);
  const stage = checkTraining(settings);
  await readTraces(stage.places);
  const run = { workers: 0, resume: true };
  claimFolder(folder, settings, run.resume);
  const beside = await besides(settings, stage, folder, { signal, run });
  const { seed } = settings;
  const trained = await trainSeed(
    { settings, seed, folder },
    {
      signal,
      run,
      note() {},
      onNews: (news) => tell({ ...news, beside, trained: null }),
    },
  );
  const row = trained.log.at(-1);
  const validation = trained.log.findLast((each) => each.validation !== null)?.validation ?? null;
  const best = trained.chosenAt.value;
  tell({ seed, done: row?.steps ?? trained.episodes, row, validation, best, beside, trained });
}

/** @throws Error naming the first setting that is wrong */
function settingsOf(options: TrainingOptions): TrainSettings {
  const read = shape.safeParse(options);
  if (read.success) return completeTraining({ ...read.data, seeds: 1 });
  const [{ path, message }] = read.error.issues;
  throw new Error(`training: ${[...path, message].join(': ')}`);
}
