/** Jobs on worker threads. Results belong to jobs by index, so nothing depends on how many threads there are or who is first. */
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Interrupted } from './cli/exit.js';

/** Does one job; every result is yielded as soon as it exists. */
export type Work<Job, Result> = (job: Job) => Iterable<Result> | AsyncIterable<Result>;

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

interface ToWorker<Job> {
  readonly job: Job;
}
type FromWorker<Result> = { ready: true } | { result: Result } | { error: string; name: string };

const MOST_WORKERS = 8;

/** Threads that stay for the next jobs: starting one takes as long as many a job. */
export interface Pool<Job> {
  /**
   * Runs all jobs; one call at a time.
   * @throws the first job's error; Interrupted on Ctrl-C, after every finished result was handed over
   */
  run(jobs: readonly Job[]): Promise<void>;
  /** Lets the threads go. */
  close(): void;
}

/** Runs all jobs on threads of their own. @throws as `Pool.run` */
export async function runJobs<Setup, Job, Result>(
  jobs: readonly Job[],
  options: PoolOptions<Setup, Job, Result>,
): Promise<void> {
  const pool = createPool<Setup, Job, Result>(options);
  try {
    await pool.run(jobs);
  } finally {
    pool.close();
  }
}

/** Threads are started when there are jobs for them. */
export function createPool<Setup, Job, Result>(options: PoolOptions<Setup, Job, Result>): Pool<Job> {
  const { module, setup, here, signal, onResult } = options;
  const most = options.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  // Node runs TypeScript sources only through a loader that threads do not inherit.
  const threads = most >= 2 && !module.pathname.endsWith('.ts');
  const workers: Worker[] = [];
  const idle: Worker[] = [];
  let work: Promise<Work<Job, Result>> | undefined;
  let under: Under<Job> | null = null;

  async function runHere(jobs: readonly Job[]): Promise<void> {
    work ??= here(setup);
    const of = await work;
    for (const job of jobs) {
      for await (const result of of(job)) {
        onResult(result);
        await new Promise(setImmediate); // lets Ctrl-C in
        if (signal.aborted) throw new Interrupted(STOPPED);
      }
    }
  }

  function close(): void {
    idle.length = 0;
    for (const worker of workers.splice(0)) void worker.terminate();
  }

  function fail(error: Error): void {
    close();
    under?.reject(error);
    under = null;
  }

  /** Hands out what there is; all done when nobody is busy any more. */
  function hand(): void {
    if (under === null) return;
    while (idle.length > 0 && under.next < under.jobs.length) {
      under.busy++;
      idle.pop()?.postMessage({ job: under.jobs[under.next++] } satisfies ToWorker<Job>);
    }
    if (under.busy > 0 || under.next < under.jobs.length) return;
    for (const worker of workers) worker.unref(); // idle threads keep nobody from ending
    under.resolve();
    under = null;
  }

  function start(): void {
    const worker = new Worker(module, { workerData: setup });
    workers.push(worker);
    let started = false;
    worker.on('message', (message: FromWorker<Result>) => {
      if ('error' in message) return fail(Object.assign(new Error(message.error), { name: message.name }));
      if ('result' in message) return onResult(message.result);
      if (started && under) under.busy--;
      started = true;
      idle.push(worker);
      hand();
    });
    worker.on('error', fail);
    worker.on('exit', () => {
      if (workers.includes(worker)) fail(new Error('a worker thread ended by itself'));
    });
  }

  function runThere(jobs: readonly Job[]): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const interrupt = (): void => fail(new Interrupted(STOPPED));
      const settle = (then: () => void): void => {
        signal.removeEventListener('abort', interrupt);
        then();
      };
      under = {
        jobs,
        next: 0,
        busy: 0,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
      if (signal.aborted) return interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      for (const worker of workers) worker.ref();
      while (workers.length < Math.min(most, jobs.length)) start();
      hand();
    });
  }

  return {
    run: (jobs) => (threads && (workers.length > 0 || jobs.length > 1) ? runThere(jobs) : runHere(jobs)),
    close,
  };
}

const STOPPED = 'stopped by Ctrl-C';

/** Jobs that are being run. */
interface Under<Job> {
  readonly jobs: readonly Job[];
  next: number;
  /** Threads that have one. */
  busy: number;
  resolve(): void;
  reject(error: Error): void;
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
    port.on('message', async (message: ToWorker<Job>) => {
      try {
        for await (const result of work(message.job)) say({ result });
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
