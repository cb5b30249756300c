/** One training: everything that one seed does and leaves in its folder. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Talk } from '../cli/command.js';
import { columnNames } from '../columns.js';
import { hashOf, openJournal } from '../results.js';
import { readTraces } from '../tasks/trace.js';
import { agents } from './agents.js';
import { keptOf, keptResult, trainingCheckpoints } from './checkpoint.js';
import type { Played } from './episodes.js';
import { firstWeights } from './first.js';
import { EVENT_FOLDER, eventsOf, LOG_FILES, writeLog } from './log.js';
import { openRun } from './run-episodes.js';
import { layersOf, type TrainSettings } from './settings.js';
import { type Stage, stageOf } from './stage.js';
import type { LogRow, Trained } from './training.js';

/** What a training is made from; plain data. */
export interface SeedSetup {
  readonly settings: TrainSettings;
  /** Of the learner. */
  readonly seed: number;
  readonly folder: string;
}

/** How far a training is. */
export interface SeedNews {
  readonly seed: number;
  /** Steps so far, of a search episodes. */
  readonly done: number;
  /** The last one of the log. */
  readonly row: LogRow | undefined;
  /** Differences to the base at the last look and at the best one; null before the first. */
  readonly validation: number | null;
  readonly best: number | null;
}

/** How it talks and where it runs. */
export interface SeedRun extends Pick<Talk, 'signal' | 'run' | 'note'> {
  /** Called at the beginning, where an interrupted run stood, and whenever there is more. */
  onNews(news: SeedNews): void;
}

/** What the folder of a training holds, beside policy and settings. */
export const SEED_FILES = [...LOG_FILES, 'episodes.jsonl', EVENT_FOLDER];

function stageFor(settings: TrainSettings): Stage {
  const { task, heads, parameters, setting, load, requests, beliefs, base, reward } = settings;
  const { trace, format, columns, unit, arrivals } = settings;
  const scorer = settings.network === 'scorer';
  const requested = { trace, format, columns: columns && columnNames(columns), unit, arrivals, requests, loads: load };
  return stageOf({ task, heads, parameters, scorer, settings: setting, ...requested, beliefs, base, reward });
}

/** @throws Error in one sentence if agent, task and settings do not fit together */
export function checkTraining(settings: TrainSettings): Stage {
  const stage = stageFor(settings);
  const options = { ...settings, hidden: layersOf(settings) };
  const first = firstWeights(stage, options, settings.seed);
  agents[settings.agent].check({ stage, first, options, seed: settings.seed });
  return stage;
}

const checkpointIn = (folder: string): string => join(folder, 'checkpoint.json');

/** Trains, and writes the log; the result is kept until `forget`. Interrupted, the same call goes on from what is kept. */
export async function trainSeed({ settings, seed, folder }: SeedSetup, run: SeedRun): Promise<Trained> {
  const { resume } = run.run;
  const stage = stageFor(settings);
  await readTraces(stage.places);
  const hash = hashOf({ ...settings, command: 'train', trained: seed });
  const { kept, keep } = trainingCheckpoints(checkpointIn(folder), hash, resume, run.note);
  const before = kept && keptResult(kept);
  if (before) return before;
  const journal = openJournal<Played>(folder, 'episodes', hash, resume);
  if (journal.before.length > 0) run.note(`${journal.before.length} episodes of an interrupted run are kept`);
  const addEvents = eventsOf(folder, kept?.log ?? []);
  let seen = (kept?.log ?? []).reduce(seenAfter, { row: undefined, validation: null, best: null });
  const tell = (done: number): void => run.onNews({ seed, done, ...seen });
  tell(seen.row?.steps ?? journal.before.length);
  const episodes = openRun({ stage, seed: settings.seed }, journal, run, (known) => {
    if (settings.steps === undefined) tell(known);
  });
  const options = { ...settings, hidden: layersOf(settings) };
  const trained = await agents[settings.agent].train({
    stage,
    first: firstWeights(stage, options, seed),
    options,
    seed,
    episodes,
    signal: run.signal,
    kept,
    keep,
    onRow(row) {
      seen = seenAfter(seen, row);
      addEvents(row);
      tell(row.steps ?? row.episodes);
    },
  });
  writeLog(folder, trained.log);
  episodes.finish();
  keep(keptOf(trained));
  return trained;
}

type Seen = Pick<SeedNews, 'row' | 'validation' | 'best'>;

function seenAfter({ validation, best }: Seen, row: LogRow): Seen {
  if (row.validation === null) return { row, validation, best };
  return { row, validation: row.validation, best: Math.min(row.validation, best ?? row.validation) };
}

/** All is written: nobody will go on from here. */
export const forget = (folder: string): void => rmSync(checkpointIn(folder), { force: true });
