/** What becomes of rows that cannot be read: the first one ends the reading, or they are left out and counted. */
import { BadRow } from './row.js';

export interface BadRows {
  readonly count: number;
  /** The first few, as they would have been reported. */
  readonly examples: readonly string[];
  /** Counts a BadRow. @throws Error naming file and line if bad rows are not skipped; any other error as it is */
  refuse(error: unknown, line: number): void;
}

const EXAMPLES = 3;

export function createBadRows(file: string, skip: boolean): BadRows {
  const examples: string[] = [];
  let count = 0;
  return {
    examples,
    get count() {
      return count;
    },
    refuse(error, line) {
      if (!(error instanceof BadRow)) throw error;
      const sentence = error.at(file, line);
      if (!skip) throw new Error(sentence);
      count++;
      if (examples.length < EXAMPLES) examples.push(sentence);
    },
  };
}
