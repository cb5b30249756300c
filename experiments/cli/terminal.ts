/** Where a command talks: results go to stdout, everything else to stderr. */

export interface Terminal {
  /** Results: the only thing that ever reaches stdout. */
  out(text: string): void;
  /** Progress, notes and errors. */
  err(text: string): void;
  /** stderr is a screen, so that a line can be rewritten. */
  readonly interactive: boolean;
  /** Characters in a line of that screen. */
  readonly columns?: number | undefined;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds, by which progress is drawn now and then and not always [the time of day]. */
  readonly clock?: () => number;
}

/** The terminal of this process. The first Ctrl-C asks for an orderly end, the second ends at once. */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  // A reader that has seen enough (`… | head`) is no error. In a pipeline Ctrl-C reaches the reader, too: who is interrupted ends in
  // good order though nobody listens.
  const unheard = ({ code }: NodeJS.ErrnoException): void => {
    if (!controller.signal.aborted) process.exit(code === 'EPIPE' ? 0 : 70);
  };
  process.stdout.on('error', unheard);
  process.stderr.on('error', unheard);
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
    get columns() {
      return process.stderr.columns; // the window may be resized
    },
    signal: controller.signal,
  };
}
