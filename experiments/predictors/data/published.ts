/** Files of published data: JSON lines and CSV, gzipped. The publishers' columns, nothing normalised. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { splitCsv } from '../../../env/workloads/traces/csv.js';

/** Where the folders of data are: `SERVEGYM_DATA`, or beside the checkout. */
export function publishedFile(root: string, set: string, name: string): string {
  const file = join(root, set, name);
  if (!existsSync(file))
    throw new Error(
      `${file}: no such file; SERVEGYM_DATA names the folder with the published data (it has a folder ${set})`,
    );
  return file;
}

function linesOf(file: string): string[] {
  let text: string;
  try {
    text = gunzipSync(readFileSync(file)).toString('utf8');
  } catch (error) {
    throw new Error(`${file}: expected gzip (${(error as Error).message})`);
  }
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Every line of a file of JSON lines. @throws Error with file and line */
export function* jsonLines<Row>(file: string): Generator<Row> {
  let line = 0;
  for (const text of linesOf(file)) {
    line++;
    try {
      yield JSON.parse(text) as Row;
    } catch (error) {
      throw new Error(`${file}, line ${line}: not JSON (${(error as Error).message})`);
    }
  }
}

/** Names of columns, and the cells of every row below them. */
export function csvCells(file: string): { readonly names: readonly string[]; readonly rows: readonly string[][] } {
  const [header, ...rows] = linesOf(file).map(splitCsv);
  return { names: header, rows };
}
