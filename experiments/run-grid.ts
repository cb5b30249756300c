/** Runs a grid on worker threads, episode by episode into a journal. */
import { extname } from 'node:path';
import type { Talk } from './cli/command.js';
import { Interrupted } from './cli/exit.js';
import { type Episode, episodeName, episodesOf, type Grid, openGrid } from './paired.js';
import { runJobs } from './pool.js';
import { openJournal } from './results.js';

/** Runs what an interrupted run has not; every finished episode is in the journal at once. */
export async function runGrid(grid: Grid, folder: string, hash: string, talk: Talk): Promise<Episode[]> {
  const journal = openJournal<Episode>(folder, 'episodes', hash, talk.run.resume);
  const wanted = episodesOf(grid).map(episodeName);
  const known = new Map(journal.before.map((episode) => [episodeName(episode), episode]));
  if (known.size > 0) talk.note(`${known.size} episodes of an interrupted run are kept`);
  const progress = talk.progress('episodes', wanted.length);
  const jobs = Array.from({ length: grid.seeds }, (_, seed) => seed);
  try {
    await runJobs<Grid, number, Episode>(jobs, {
      module: new URL(`./paired-worker${extname(import.meta.url)}`, import.meta.url),
      setup: { ...grid, done: [...known.keys()] },
      here: openGrid,
      workers: talk.run.workers,
      signal: talk.signal,
      onResult(result) {
        const episode = JSON.parse(JSON.stringify(result)) as Episode; // as it will be read back: NaN is null
        known.set(episodeName(episode), episode);
        journal.add(episode);
        progress.at(known.size);
      },
    });
  } catch (error) {
    if (error instanceof Interrupted) {
      throw new Interrupted(
        `${known.size} of ${wanted.length} episodes are kept in ${journal.file}; the same command goes on from there`,
      );
    }
    throw error;
  } finally {
    progress.end();
  }
  const episodes = wanted.map((name) => known.get(name)).filter((episode) => episode !== undefined);
  journal.finish(episodes);
  return episodes;
}
