/** Lists in files that only grow, a line of JSON each. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Adds one value as a line of JSON. One write: a crash leaves at most the last line incomplete. */
export function appendJsonLine(file: string, value: unknown): void {
  appendFileSync(file, `${JSON.stringify(value)}\n`);
}

/** The values of a JSONL file, without an incomplete last line; none if there is no file. */
export function readJsonLines(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const values: unknown[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return values;
}

export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
