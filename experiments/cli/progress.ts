/** How far a command is: a bar on a screen, a line now and then elsewhere. */
import type { Terminal } from './terminal.js';

export interface Progress {
  /** So many of the total are done. @param detail how it goes */
  at(done: number, detail?: string): void;
  /** Wipes the bar: something else is about to be printed. */
  end(): void;
}

export const silent: Progress = { at() {}, end() {} };

const BAR_WIDTH = 28;
const REDRAW_MS = 80;
const LINE_MS = 5000;

/** @param clock milliseconds, for tests */
export function createProgress(
  terminal: Terminal,
  what: string,
  total: number,
  clock: () => number = Date.now,
): Progress {
  const started = clock();
  let drawn = terminal.interactive ? 0 : started;
  const left = (done: number): string => {
    const elapsed = (clock() - started) / 1000;
    return done === 0 || elapsed < 1 ? '' : ` · ${Math.ceil((elapsed / done) * (total - done))} s left`;
  };
  return {
    at(done, detail) {
      const now = clock();
      if (now - drawn < (terminal.interactive ? REDRAW_MS : LINE_MS)) return;
      drawn = now;
      const line = `${what} ${done}/${total}${left(done)}${detail === undefined ? '' : ` · ${detail}`}`;
      if (!terminal.interactive) terminal.err(`${line}\n`);
      else {
        const full = Math.round((BAR_WIDTH * done) / Math.max(1, total));
        terminal.err(`\r\x1b[2K${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${line}`);
      }
    },
    end() {
      if (terminal.interactive) terminal.err('\r\x1b[2K');
    },
  };
}
