/** Warnings of the gym: one sentence each, to a sink that can be replaced. */

type Sink = (message: string) => void;

let sink: Sink = (message) => console.warn(`warning: ${message}`);

/** Says what is legal but probably not meant. */
export const warn = (message: string): void => sink(message);

/** Sends warnings elsewhere. @returns what they went to before */
export function warnTo(next: Sink): Sink {
  const before = sink;
  sink = next;
  return before;
}

/** Runs `what` and keeps the warnings it gives, in order, from the sink. */
export function collectWarnings<T>(what: () => T): { value: T; warnings: string[] } {
  const warnings: string[] = [];
  const before = warnTo((message) => warnings.push(message));
  try {
    return { value: what(), warnings };
  } finally {
    warnTo(before);
  }
}
