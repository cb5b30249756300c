/** Threads that are asked together, each for its part. */
import { canStart, type Service, startThread, type Thread, threadHere } from './threads.js';

export interface CrewOptions<Setup, Request> {
  /** The module a thread runs; null: this thread does all of it. */
  readonly worker: URL | null;
  /** The same service in this thread. */
  readonly here: (setup: Setup) => Promise<Service<Request, unknown>>;
  /** What each thread is made from; plain data. */
  readonly setups: readonly Setup[];
  /** What each is asked before it ends, if it is not at work. */
  readonly last: Request;
  /** Closes the crew, also while it starts. */
  readonly signal?: AbortSignal | undefined;
}

export interface Crew<Request, Reply> {
  /** Asks all threads, the k-th for the k-th request. @throws the error of the first that failed, after which all are closed */
  ask(requests: readonly Request[]): Promise<Reply[]>;
  /** The same, while this thread waits. */
  askNow(requests: readonly Request[]): Reply[];
  /** Ends the threads; those at work are not waited for. A second call does nothing. */
  close(): Promise<void>;
}

/** @throws what `here` throws, for the first thread that fails */
export async function startCrew<Setup, Request, Reply>({
  worker,
  here,
  setups,
  last,
  signal,
}: CrewOptions<Setup, Request>): Promise<Crew<Request, Reply>> {
  signal?.throwIfAborted();
  let threads: Thread<Request, Reply>[] = [];
  let busy = false;
  let closing: Promise<void> | null = null;

  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };
  async function end(): Promise<void> {
    signal?.removeEventListener('abort', close);
    if (!busy) await Promise.allSettled(threads.map(async (thread) => sent(thread, last).answer()));
    await Promise.all(threads.map((thread) => thread.end()));
  }
  function begin(): void {
    if (closing) throw new Error('the worker threads are closed');
    if (busy) throw new Error('the worker threads are at work: wait for their answer before asking again');
    busy = true;
  }
  /** Ends everything if one failed. */
  async function finish(results: readonly PromiseSettledResult<Reply>[]): Promise<Reply[]> {
    busy = false;
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return results.map((result) => (result as PromiseFulfilledResult<Reply>).value);
    await close();
    throw signal?.aborted ? signal.reason : failed.reason;
  }

  signal?.addEventListener('abort', close, { once: true });
  if (worker === null || !canStart(worker)) {
    for (const setup of setups) threads.push(threadHere((await here(setup)) as Service<Request, Reply>));
  } else {
    busy = true;
    threads = setups.map((setup) => startThread(worker, setup));
    await finish(await Promise.allSettled(threads.map((thread) => thread.answer())));
  }
  return {
    async ask(requests) {
      begin();
      return finish(await Promise.allSettled(threads.map(async (thread, k) => sent(thread, requests[k]).answer())));
    },
    askNow(requests) {
      begin();
      const asked = threads.map((thread, k) => settled(() => sent(thread, requests[k])));
      const results = asked.map((thread) => settled(() => unsettled(thread).answerNow()));
      busy = false;
      if (results.some(({ status }) => status === 'rejected')) void close();
      return results.map(unsettled);
    },
    close,
  };
}

function sent<Request, Reply>(thread: Thread<Request, Reply>, request: Request): Thread<Request, Reply> {
  thread.send(request);
  return thread;
}

function settled<T>(what: () => T): PromiseSettledResult<T> {
  try {
    return { status: 'fulfilled', value: what() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

function unsettled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** The environments 0 … count − 1 in pieces of nearly one size: [first, how many]. */
export const shares = (count: number, pieces: number): [first: number, own: number][] =>
  Array.from({ length: pieces }, (_, k) => {
    const first = Math.floor((k * count) / pieces);
    return [first, Math.floor(((k + 1) * count) / pieces) - first];
  });

/** @throws Error unless it is a whole number in the range */
export function checkCount(name: string, count: number, least: number, most = Infinity): void {
  if (Number.isInteger(count) && count >= least && count <= most) return;
  throw new Error(
    `${name} is ${count}, expected a whole number ${most < Infinity ? `from ${least} to ${most}` : `≥ ${least}`}`,
  );
}
