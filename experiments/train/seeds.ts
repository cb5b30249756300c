/** Several trainings of the same settings, a seed each, on threads. */
import { extname, join } from 'node:path';
import type { Talk } from '../cli/command.js';
import { Interrupted } from '../cli/exit.js';
import { runJobs, type Work } from '../pool.js';
import { agents } from './agents.js';
import { trainSeed } from './one-seed.js';
import { rowText } from './report.js';
import type { TrainSettings } from './settings.js';
import type { Trained } from './training.js';

export interface SeedResult {
  readonly seed: number;
  readonly folder: string;
  readonly trained: Trained;
}

/** What every thread is made from; plain data. */
interface SeedsSetup {
  readonly settings: TrainSettings;
  readonly folder: string;
  readonly resume: boolean;
}

/** Seeds that are trained, from the one of the settings on. */
const seedsOf = ({ seed, seeds }: TrainSettings): number[] => Array.from({ length: seeds }, (_, k) => seed + k);

const folderOf = (folder: string, seed: number): string => join(folder, `seed-${seed}`);

/** A job is a seed; it plays its episodes in its own thread. */
export async function openSeeds(
  { settings, folder, resume }: SeedsSetup,
  signal: AbortSignal = new AbortController().signal,
): Promise<Work<number, SeedResult>> {
  const run = { signal, run: { workers: 0, resume }, note() {}, onProgress() {} };
  return async function* (seed) {
    const own = folderOf(folder, seed);
    yield { seed, folder: own, trained: await trainSeed({ settings, seed, folder: own }, run) };
  };
}

/** All of them, in the order of seeds. @throws Interrupted on Ctrl-C: the same command goes on */
export async function trainSeeds(settings: TrainSettings, folder: string, talk: Talk): Promise<SeedResult[]> {
  const seeds = seedsOf(settings);
  const { workers, resume } = talk.run;
  if (seeds.length === 1) return [{ seed: seeds[0], folder, trained: await trainAlone(settings, folder, talk) }];
  const results: SeedResult[] = [];
  const progress = talk.progress('training seeds', seeds.length);
  progress.at(0);
  try {
    await runJobs<SeedsSetup, number, SeedResult>(seeds, {
      module: new URL(`./seed-worker${extname(import.meta.url)}`, import.meta.url),
      setup: { settings, folder, resume },
      here: (setup) => openSeeds(setup, talk.signal),
      workers,
      signal: talk.signal,
      onResult(result) {
        results.push(result);
        progress.at(results.length, `seed ${result.seed} is done`);
      },
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(`what was trained is kept in ${folder}; the same command goes on from there`);
  } finally {
    progress.end();
  }
  return results.sort((a, b) => a.seed - b.seed);
}

/** One seed in the folder itself, with a bar of its own. */
async function trainAlone(settings: TrainSettings, folder: string, talk: Talk): Promise<Trained> {
  const { agent, steps, seed } = settings;
  const total = agents[agent].total(settings);
  const unit = steps === undefined ? 'episodes' : 'steps';
  const progress = talk.progress(unit, total);
  const started = performance.now();
  let first: number | undefined;
  let validation: number | null = null;
  try {
    return await trainSeed(
      { settings, seed, folder },
      {
        ...talk,
        onProgress(done, row) {
          validation = row?.validation ?? validation;
          first ??= done;
          const rate = (done - first) / ((performance.now() - started) / 1000);
          progress.at(Math.min(done, total), `${rate.toFixed(1)} ${unit}/s · ${rowText(row, validation)}`);
        },
      },
    );
  } finally {
    progress.end();
  }
}
