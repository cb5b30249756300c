/** Services on worker threads: each answers one request after another, to callers that wait for it or that block. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';

/** What a thread does with a request. */
export type Service<Request, Reply> = (request: Request) => Reply;

export interface Thread<Request, Reply> {
  /** Sends a request; its answer must be taken before the next is sent. */
  send(request: Request): void;
  /** The answer, when it is there. @throws what the service threw; Error if the thread died or was ended */
  answer(): Promise<Reply>;
  /** The answer; this thread does nothing else until it is there. @throws the same; Error if it takes too long */
  answerNow(): Reply;
  /** Stops it, whatever it does. */
  end(): Promise<void>;
}

interface Given<Setup> {
  readonly setup: Setup;
  readonly port: MessagePort;
  /** Counts answers, to wake who blocks. */
  readonly bell: Int32Array;
}

type Answer<Reply> = { reply: Reply } | { error: string; name: string };

/** Milliseconds after which a blocked caller gives a thread up. */
const PATIENCE = 120_000;

/** Whether a worker module can be started: Node runs TypeScript only through a loader that threads do not inherit. */
export const canStart = (module: URL): boolean => !module.pathname.endsWith('.ts');

/** Starts a thread; its first answer says that it is ready. It keeps the process alive only while an answer is awaited. */
export function startThread<Setup, Request, Reply>(module: URL, setup: Setup): Thread<Request, Reply> {
  const { port1: port, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const given: Given<Setup> = { setup, port: port2, bell };
  const worker = new Worker(module, { workerData: given, transferList: [port2] });
  let dead: Error | null = null;
  let awaited: ((answer: Answer<Reply> | Error) => void) | null = null;
  const heard = () => (receiveMessageOnPort(port) as { message: Answer<Reply> } | undefined)?.message;
  const die = (error: Error): void => {
    dead ??= error;
    // A thread's end can arrive before the last that it said: that comes by another way.
    awaited?.(heard() ?? dead);
  };
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`a worker thread ended with code ${code}`)));
  worker.unref();
  return {
    send(request) {
      if (dead) throw dead;
      port.postMessage(request);
    },
    answer: () =>
      new Promise((resolve, reject) => {
        const settle = (answer: Answer<Reply> | Error): void => {
          awaited = null;
          worker.unref();
          port.unref();
          port.off('message', settle);
          if ('reply' in answer) resolve(answer.reply);
          else reject(answer instanceof Error ? answer : errorOf(answer));
        };
        if (dead) return settle(heard() ?? dead);
        awaited = settle;
        worker.ref();
        port.on('message', settle);
        port.ref();
      }),
    answerNow() {
      for (;;) {
        const rung = Atomics.load(bell, 0);
        const answer = heard();
        if (answer) {
          if ('reply' in answer) return answer.reply;
          throw errorOf(answer);
        }
        if (Atomics.wait(bell, 0, rung, PATIENCE) === 'timed-out')
          throw new Error(`a worker thread has not answered for ${PATIENCE / 1000} s`);
      }
    },
    async end() {
      die(new Error('the worker threads are closed'));
      port.close();
      await worker.terminate();
    },
  };
}

const errorOf = ({ error, name }: { error: string; name: string }): Error =>
  Object.assign(new Error(error), name === 'Error' ? {} : { name });

/** The same service in this thread: requests are served when the answer is asked for. */
export function threadHere<Request, Reply>(service: Service<Request, Reply>): Thread<Request, Reply> {
  let open: { request: Request } | null = null;
  let ended = false;
  const serve = (): Reply => {
    if (ended || !open) throw new Error(ended ? 'the worker threads are closed' : 'nothing was asked');
    const { request } = open;
    open = null;
    return service(request);
  };
  return {
    send(request) {
      open = { request };
    },
    answer: async () => serve(),
    answerNow: serve,
    end: async () => {
      ended = true;
    },
  };
}

/** The other end: called once by a worker's module. */
export async function serve<Setup, Request, Reply>(
  open: (setup: Setup) => Promise<Service<Request, Reply>>,
): Promise<void> {
  const { setup, port, bell } = workerData as Given<Setup>;
  const say = (answer: Answer<Reply | null>): void => {
    port.postMessage(answer);
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  const complain = (error: unknown): void => {
    const { message, name } = error instanceof Error ? error : new Error(String(error));
    say({ error: message, name });
  };
  process.once('exit', (code) => complain(new Error(`a worker thread ended with code ${code}`)));
  try {
    const service = await open(setup);
    port.on('message', (request: Request) => {
      try {
        say({ reply: service(request) });
      } catch (error) {
        complain(error);
      }
    });
    say({ reply: null });
  } catch (error) {
    complain(error);
  }
}
