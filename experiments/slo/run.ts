/** Runs the searches on worker threads, probe by probe into a journal. */
import { extname } from 'node:path';
import type { Talk } from '../cli/command.js';
import { Interrupted } from '../cli/exit.js';
import { runJobs } from '../pool.js';
import { type Journal, openJournal } from '../results.js';
import { byCell, cellName, cellsOf, follow, openProbes, type Probe, type ProbeGrid, startOf } from './probes.js';
import type { Found } from './search.js';

/** What each search found, in the order of `cellsOf`. */
export function foundIn(grid: ProbeGrid, probes: readonly Probe[]): (Found | null)[] {
  const known = byCell(probes);
  return cellsOf(grid).map((cell) => {
    const found = follow(grid, startOf(grid, cell, known), known.get(cellName(cell)) ?? new Map());
    return typeof found === 'number' ? null : found;
  });
}

/** Steps of a picture: evenly from below the lowest rate found to above the highest. */
function sweepOf(found: readonly (Found | null)[]): number[] {
  const steps = found.flatMap((each) => (each?.step == null ? [] : [each.step]));
  if (steps.length === 0) return [];
  const from = Math.min(...steps) - MARGIN;
  const to = Math.max(...steps) + MARGIN;
  return [...new Set(Array.from({ length: POINTS }, (_, k) => Math.round(from + ((to - from) * k) / (POINTS - 1))))];
}

/** Steps to each side, and points, of a picture's curves. */
const MARGIN = 8;
const POINTS = 9;

/**
 * Runs what an interrupted run has not; every finished probe is in the journal at once.
 * @param pictures whether everybody is probed at common rates besides
 */
export async function runProbes(
  grid: ProbeGrid,
  { folder, hash, talk, pictures }: { folder: string; hash: string; talk: Talk; pictures: boolean },
): Promise<Probe[]> {
  const journal = openJournal<Probe>(folder, 'probes', hash, talk.run.resume);
  const known = [...journal.before];
  if (known.length > 0) talk.note(`${known.length} probes of an interrupted run are kept`);
  const cells = cellsOf(grid);
  await runPart(grid, known, journal, talk, {
    what: 'searches',
    total: cells.length,
    done: () => foundIn(grid, known).filter((found) => found !== null).length,
  });
  const sweep = pictures ? sweepOf(foundIn(grid, known)) : [];
  if (sweep.length > 0) {
    const wanted = new Set(sweep);
    await runPart({ ...grid, sweep }, known, journal, talk, {
      what: 'probes for the picture',
      total: cells.length * sweep.length,
      done: () => known.filter(({ step }) => wanted.has(step)).length,
    });
  }
  const order = new Map(cells.map((cell, k) => [cellName(cell), k]));
  const place = (probe: Probe): number => order.get(cellName(probe)) ?? 0;
  const all = known.sort((a, b) => place(a) - place(b) || a.step - b.step);
  journal.finish(all);
  return all;
}

interface Part {
  readonly what: string;
  readonly total: number;
  done(): number;
}

async function runPart(
  grid: ProbeGrid,
  known: Probe[],
  journal: Journal<Probe>,
  talk: Talk,
  { what, total, done }: Part,
): Promise<void> {
  const progress = talk.progress(what, total);
  try {
    await runJobs<ProbeGrid, number, Probe>(
      Array.from({ length: grid.seeds }, (_, seed) => seed),
      {
        module: new URL(`./worker${extname(import.meta.url)}`, import.meta.url),
        setup: { ...grid, done: [...known] },
        here: openProbes,
        workers: talk.run.workers,
        signal: talk.signal,
        onResult(result) {
          const probe = JSON.parse(JSON.stringify(result)) as Probe; // as it will be read back: endless is null
          known.push(probe);
          journal.add(probe);
          progress.at(done());
        },
      },
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(`${known.length} probes are kept in ${journal.file}; the same command goes on from there`);
  } finally {
    progress.end();
  }
}
