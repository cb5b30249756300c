/** Several trainings of the same settings, a seed each, on threads. */
import { extname, join } from 'node:path';
import type { Talk } from '../cli/command.js';
import { Interrupted } from '../cli/exit.js';
import { runJobs, type Work } from '../pool.js';
import type { Standing } from './evaluate.js';
import { withNews } from './news.js';
import { type SeedNews, type SeedRun, trainSeed } from './one-seed.js';
import { type SeedProgress, showSeeds } from './seed-progress.js';
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

/** Milliseconds between two news of a seed. */
const NEWS_MS = 500;

/** A job is a seed; it plays its episodes in its own thread, and tells how far it is. */
export async function openSeeds(
  { settings, folder, resume }: SeedsSetup,
  signal: AbortSignal = new AbortController().signal,
): Promise<Work<number, SeedNews | SeedResult>> {
  const run = { signal, run: { workers: 0, resume }, note() {} };
  return (seed) =>
    withNews(async (onNews: SeedRun['onNews']) => {
      const own = folderOf(folder, seed);
      return { seed, folder: own, trained: await trainSeed({ settings, seed, folder: own }, { ...run, onNews }) };
    }, NEWS_MS);
}

/**
 * All of them, in the order of seeds; one alone has the folder itself.
 * @param beside what the validation of others came to
 * @throws Interrupted on Ctrl-C: the same command goes on
 */
export async function trainSeeds(
  settings: TrainSettings,
  beside: readonly Standing[],
  folder: string,
  talk: Talk,
): Promise<SeedResult[]> {
  const progress = showSeeds(talk, settings, beside);
  try {
    const seeds = seedsOf(settings);
    if (seeds.length > 1)
      return await trainOnThreads(seeds, { settings, folder, resume: talk.run.resume }, talk, progress);
    const [seed] = seeds;
    return [{ seed, folder, trained: await trainSeed({ settings, seed, folder }, { ...talk, onNews: progress.hear }) }];
  } finally {
    progress.end();
  }
}

async function trainOnThreads(
  seeds: readonly number[],
  setup: SeedsSetup,
  { signal, run: { workers } }: Talk,
  progress: SeedProgress,
): Promise<SeedResult[]> {
  const results: SeedResult[] = [];
  try {
    await runJobs<SeedsSetup, number, SeedNews | SeedResult>(seeds, {
      module: new URL(`./seed-worker${extname(import.meta.url)}`, import.meta.url),
      setup,
      here: (given) => openSeeds(given, signal),
      workers,
      signal,
      onResult(told) {
        if (!('trained' in told)) return progress.hear(told);
        results.push(told);
        const { chosenAt, log, episodes } = told.trained;
        progress.finished(told.seed, chosenAt.value, log.at(-1)?.steps ?? episodes);
      },
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(`what was trained is kept in ${setup.folder}; the same command goes on from there`);
  }
  return results.sort((a, b) => a.seed - b.seed);
}
