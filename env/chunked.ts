/** Work as an RxJS stream that is pulled: a chunk at a time, and between chunks everyone else has a turn. */
import { Observable, type OperatorFunction } from 'rxjs';

/** Work that goes on until it is over. */
export interface Work<T> {
  /** Does the next piece and tells what came of it: nothing, one value, or several. @returns false if that was the last */
  advance(tell: (value: T) => void): boolean;
  /** Called once, whatever the end: over, failed, or nobody listens any more. */
  close(): void;
}

/** T is what the work tells, R what the stream says. */
export interface ChunkOptions<T, R = T> {
  /** Pieces of work in a row, without a turn for timers and input [1,024]. */
  readonly chunk?: number;
  /**
   * What a chunk must pass before the next is begun, e.g. `concatMap(save)`: at most a chunk waits for slow consumers.
   * The operator is applied to each chunk anew. RxJS cannot hold back a source from behind it, so an operator in `pipe`
   * that waits keeps in memory what comes meanwhile.
   */
  readonly through?: OperatorFunction<T, R>;
}

const CHUNK = 1024;

/**
 * A cold stream: each subscriber opens work of its own, which is closed when it is over, fails, or is unsubscribed from.
 * The first chunk is done while subscribing. Errors of `open` and `advance` are errors of the stream.
 * @throws Error if `chunk` is not a whole number of at least 1
 */
export function chunked<T, R = T>(
  open: () => Work<T>,
  { chunk = CHUNK, through }: ChunkOptions<T, R> = {},
): Observable<R> {
  if (!Number.isInteger(chunk) || chunk < 1) throw new Error(`chunk is ${chunk}, expected a whole number ≥ 1`);
  return new Observable<R>((subscriber) => {
    const work = open();
    let timer: NodeJS.Immediate | undefined;
    let more = true;
    subscriber.add(() => {
      clearImmediate(timer);
      work.close();
    });
    const pieces = new Observable<T>((inside) => {
      const tell = (value: T): void => inside.next(value);
      for (let k = 0; k < chunk && more && !inside.closed && !subscriber.closed; k++) more = work.advance(tell);
      inside.complete();
    });
    const told = through ? pieces.pipe(through) : (pieces as Observable<unknown> as Observable<R>);
    const next = (): void => {
      const passing = told.subscribe({
        next: (value) => subscriber.next(value),
        error: (error) => subscriber.error(error),
        complete() {
          if (!more) subscriber.complete();
          // A promise would go before timers and input, a timer would wait a millisecond.
          else if (!subscriber.closed) timer = setImmediate(next);
        },
      });
      subscriber.add(passing);
    };
    next();
  });
}
