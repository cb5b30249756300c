/** Results by name, run on worker threads, one by one into a journal that an interrupted run goes on from. */
import type { Talk } from './cli/command.js';
import { Interrupted } from './cli/exit.js';
import { createPool, type PoolOptions } from './pool.js';
import type { Journal } from './results.js';

export interface KeptRuns<Job, Result> {
  /** All results so far, those of an interrupted run included. */
  readonly known: ReadonlyMap<string, Result>;
  /** @throws Interrupted on Ctrl-C, saying what is kept and where */
  run(jobs: readonly Job[]): Promise<void>;
  /** Lets the threads go; whoever opens the journal again goes on from here. */
  close(): void;
  /** Lets the threads go and writes the results of these names, in this order. @returns the file */
  finish(names: readonly string[]): string;
}

interface KeptRunsOptions<Setup, Job, Result>
  extends Pick<PoolOptions<Setup, Job, Result>, 'module' | 'setup' | 'here'> {
  readonly journal: Journal<Result>;
  readonly talk: Pick<Talk, 'signal' | 'run'>;
  readonly nameOf: (result: Result) => string;
  /** Told how many are known after each one. */
  readonly onResult: (known: number) => void;
}

export function openKeptRuns<Setup, Job, Result>({
  journal,
  talk,
  nameOf,
  onResult,
  ...work
}: KeptRunsOptions<Setup, Job, Result>): KeptRuns<Job, Result> {
  const known = new Map(journal.before.map((result) => [nameOf(result), result]));
  const pool = createPool<Setup, Job, Result>({
    ...work,
    workers: talk.run.workers,
    signal: talk.signal,
    onResult(result) {
      known.set(nameOf(result), result);
      journal.add(result);
      onResult(known.size);
    },
  });
  return {
    known,
    async run(jobs) {
      try {
        await pool.run(jobs);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        throw new Interrupted(
          `${known.size} episodes are kept in ${journal.file}; the same command goes on from there`,
        );
      }
    },
    close: pool.close,
    finish(names) {
      pool.close();
      return journal.finish(names.map((name) => known.get(name) as Result));
    },
  };
}
