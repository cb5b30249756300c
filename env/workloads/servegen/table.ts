/** Comma-separated numbers under a fixed header, line by line in constant memory. */
import { splitPlain } from '../traces/csv.js';
import { number as numberIn } from '../traces/kinds.js';
import { type Progress, readLines } from '../traces/lines.js';
import { BadRow, shown } from '../traces/row.js';

/** The cells of one line, by the number of their column. */
export interface Cells {
  text(column: number): string;
  /** @throws BadRow if the cell holds no number, or not one that is allowed */
  number(column: number, expected: string, allowed: (value: number) => boolean): number;
}

/**
 * Reads `file`, plain or gzip. Blank lines are left out.
 * @param take takes a line; what it throws as BadRow is reported with file and line
 * @returns how many lines were taken
 * @throws Error naming file, line, column, what was expected and what was found
 */
export async function readTable(
  file: string,
  header: readonly string[],
  take: (cells: Cells) => void,
  progress?: Progress,
): Promise<number> {
  let cells: readonly string[] = [];
  const row: Cells = {
    text: (column) => cells[column].trim(),
    number(column, expected, allowed) {
      const value = numberIn(cells[column]);
      if (!allowed(value)) throw new BadRow(header[column], expected, shown(cells[column]));
      return value;
    },
  };
  let begun = false;
  let taken = 0;
  let line = 0;
  try {
    for await (const { first, lines } of readLines(file, progress)) {
      line = first - 1;
      for (const text of lines) {
        line++;
        if (text.trim() === '') continue;
        cells = splitPlain(text);
        if (begun) {
          if (cells.length !== header.length)
            throw new BadRow(undefined, `${header.length} cells`, `${cells.length} in ${shown(text)}`);
          take(row);
          taken++;
        } else if (text.trim() !== header.join(',')) {
          throw new BadRow(undefined, `the header ${header.join(',')}`, shown(text));
        }
        begun = true;
      }
    }
  } catch (error) {
    throw error instanceof BadRow ? new Error(error.at(file, line)) : error;
  }
  if (!begun) throw new Error(`${file}: is empty, expected the header ${header.join(',')}`);
  if (taken === 0) throw new Error(`${file}: has a header and no rows`);
  return taken;
}
