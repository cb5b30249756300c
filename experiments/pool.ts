/** Jobs on worker threads. Results belong to jobs by index, so nothing depends on how many threads there are or who is first. */
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Interrupted } from './cli/exit.js';

/** Does one job; every result is yielded as soon as it exists. */
export type Work<Job, Result> = (job: Job) => Iterable<Result>;

export interface PoolOptions<Setup, Job, Result> {
  /** The module a worker runs; it calls `serveJobs`. */
  readonly module: URL;
  /** What every worker is made from; plain data. */
  readonly setup: Setup;
  /** The same work in this thread. */
  readonly here: (setup: Setup) => Promise<Work<Job, Result>>;
  /** Threads; 0 = this one alone [processors, at most 8]. */
  readonly workers?: number | undefined;
  readonly signal: AbortSignal;
  readonly onResult: (result: Result) => void;
}

type ToWorker<Job> = { job: Job } | { end: true };
type FromWorker<Result> = { ready: true } | { result: Result } | { error: string; name: string };

const MOST_WORKERS = 8;

/**
 * Runs all jobs.
 * @throws the first job's error; Interrupted on Ctrl-C, after every finished result was handed over
 */
export async function runJobs<Setup, Job, Result>(
  jobs: readonly Job[],
  options: PoolOptions<Setup, Job, Result>,
): Promise<void> {
  const wanted = Math.min(jobs.length, options.workers ?? Math.min(MOST_WORKERS, availableParallelism()));
  // Node runs TypeScript sources only through a loader that threads do not inherit.
  if (wanted < 2 || options.module.pathname.endsWith('.ts')) await runHere(jobs, options);
  else await Promise.all(startWorkers(jobs, options, wanted));
}

async function runHere<Setup, Job, Result>(
  jobs: readonly Job[],
  { here, setup, signal, onResult }: PoolOptions<Setup, Job, Result>,
): Promise<void> {
  const work = await here(setup);
  for (const job of jobs) {
    for (const result of work(job)) {
      onResult(result);
      await new Promise(setImmediate); // lets Ctrl-C in
      if (signal.aborted) throw new Interrupted('stopped by Ctrl-C');
    }
  }
}

function startWorkers<Setup, Job, Result>(
  jobs: readonly Job[],
  { module, setup, signal, onResult }: PoolOptions<Setup, Job, Result>,
  count: number,
): Promise<void>[] {
  let next = 0;
  const workers = Array.from({ length: count }, () => new Worker(module, { workerData: setup }));
  const stopAll = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  return workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        const fail = (error: Error): void => {
          stopAll();
          reject(error);
        };
        const interrupt = (): void => fail(new Interrupted('stopped by Ctrl-C'));
        const give = (): void =>
          worker.postMessage((next < jobs.length ? { job: jobs[next++] } : { end: true }) satisfies ToWorker<Job>);
        if (signal.aborted) return interrupt();
        signal.addEventListener('abort', interrupt, { once: true });
        worker.on('message', (message: FromWorker<Result>) => {
          if ('ready' in message) give();
          else if ('result' in message) onResult(message.result);
          else fail(Object.assign(new Error(message.error), { name: message.name }));
        });
        worker.on('error', fail);
        worker.on('exit', () => {
          signal.removeEventListener('abort', interrupt);
          resolve();
        });
      }),
  );
}

/** The other end: called once by a worker's module. */
export async function serveJobs<Setup, Job, Result>(
  start: (setup: Setup) => Promise<Work<Job, Result>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('a worker module runs in a worker');
  const say = (message: FromWorker<Result>): void => port.postMessage(message);
  const complain = (error: unknown): void => {
    const { message, name } = error instanceof Error ? error : new Error(String(error));
    say({ error: message, name });
  };
  try {
    const work = await start(workerData as Setup);
    port.on('message', (message: ToWorker<Job>) => {
      if ('end' in message) return port.close();
      try {
        for (const result of work(message.job)) say({ result });
        say({ ready: true });
      } catch (error) {
        complain(error);
      }
    });
    say({ ready: true });
  } catch (error) {
    complain(error);
  }
}
