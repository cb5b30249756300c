/** How far a command is: a bar on a screen, a line now and then elsewhere. */
import type { Terminal } from './terminal.js';

export interface Progress {
  /**
   * So many of the total are done.
   * @param detail how it goes
   * @param before how many of them an interrupted run had done: they took no time now [0]
   */
  at(done: number, detail?: string, before?: number): void;
  /** Wipes the bar: something else is about to be printed. */
  end(): void;
}

export const silent: Progress = { at() {}, end() {} };

const BAR_WIDTH = 28;
const REDRAW_MS = 80;
const LINE_MS = 5000;

/** A span of time to two digits or more. */
function span(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** @param total of what is counted */
export function createProgress(terminal: Terminal, what: string, total: number): Progress {
  const { clock = Date.now } = terminal;
  const started = clock();
  let drawn = terminal.interactive ? 0 : started;
  const left = (done: number, before: number): string => {
    const elapsed = (clock() - started) / 1000;
    return done <= before || elapsed < 1 ? '' : ` · ${span((elapsed / (done - before)) * (total - done))} left`;
  };
  return {
    at(done, detail, before = 0) {
      const now = clock();
      if (now - drawn < (terminal.interactive ? REDRAW_MS : LINE_MS)) return;
      drawn = now;
      const line = `${what} ${done}/${total}${left(done, before)}${detail === undefined ? '' : ` · ${detail}`}`;
      if (!terminal.interactive) terminal.err(`${line}\n`);
      else {
        const full = Math.round((BAR_WIDTH * done) / Math.max(1, total));
        const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${line}`;
        terminal.err(`\r\x1b[2K${bar.slice(0, terminal.columns)}`); // a line that wraps could not be wiped
      }
    },
    end() {
      if (terminal.interactive) terminal.err('\r\x1b[2K');
    },
  };
}
