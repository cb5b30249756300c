/** ServeGen's `*-length-quantiles.csv`: quantiles of prompt and output lengths of clients in windows of 6 h. */
import { quantileTable } from '../../distributions.js';
import { type LengthSampler, wholeTokens } from '../lengths/sampler.js';
import { BadRow, shown } from '../traces/row.js';
import { type Cells, readTable } from './table.js';
import { clientOf, windowOf } from './windows.js';

/** Seconds of a window of lengths. */
export const LENGTH_WINDOW = 21_600;

const PROBABILITIES = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
const HEADER = ['client_id', 't_start_s', 'field', 'n_support', 'mean', ...PROBABILITIES.map((p) => `p${100 * p}`)];
const FIELDS = ['input_tokens', 'output_tokens'] as const;
type Field = (typeof FIELDS)[number];

/** Lengths of one client, by number of the window, ascending. */
export type ClientLengths = readonly { readonly window: number; readonly sampler: LengthSampler }[];

/**
 * Clients that have lengths. A window needs a row for prompts and one for outputs: which of them belong together is not published,
 * so the two are drawn independently.
 * @throws Error naming file, line, column, what was expected and what was found
 */
export async function readLengths(file: string): Promise<Map<number, ClientLengths>> {
  const found = new Map<number, Map<number, Partial<Record<Field, (u: number) => number>>>>();
  await readTable(file, HEADER, (cells) => {
    const client = clientOf(cells);
    const window = windowOf(cells, LENGTH_WINDOW);
    const field = FIELDS.find((name) => name === cells.text(2));
    if (!field) throw new BadRow(HEADER[2], FIELDS.join(' or '), shown(cells.text(2)));
    const windows = found.get(client) ?? new Map();
    const lengths = windows.get(window) ?? {};
    if (lengths[field]) throw new BadRow(HEADER[2], `one row of ${field} for a client and time`, 'a second one');
    lengths[field] = quantilesOf(cells);
    windows.set(window, lengths);
    found.set(client, windows);
  });
  const clients = new Map<number, ClientLengths>();
  for (const [client, windows] of found) {
    const lengths = [...windows]
      .sort(([a], [b]) => a - b)
      .flatMap(([window, { input_tokens: prompt, output_tokens: output }]) =>
        prompt && output ? [{ window, sampler: samplerOf(prompt, output) }] : [],
      );
    if (lengths.length > 0) clients.set(client, lengths);
  }
  if (clients.size === 0) throw new Error(`${file}: no client has both prompt and output lengths`);
  return clients;
}

const samplerOf =
  (prompt: (u: number) => number, output: (u: number) => number): LengthSampler =>
  (_cell, u, v) => ({ prompt: wholeTokens(prompt(u)), output: wholeTokens(output(v)) });

/** Straight lines through the published quantiles; the last one, above p99, ends where the published mean is met. */
function quantilesOf(cells: Cells): (u: number) => number {
  const mean = cells.number(4, 'a number ≥ 0 (tokens)', (value) => value >= 0);
  let least = 0;
  const tokens = PROBABILITIES.map((_, k) => {
    least = cells.number(5 + k, `a number ≥ ${least} (tokens; quantiles do not fall)`, (value) => value >= least);
    return least;
  });
  const last = tokens.length - 1;
  let below = PROBABILITIES[0] * tokens[0];
  for (let k = 0; k < last; k++) below += ((PROBABILITIES[k + 1] - PROBABILITIES[k]) * (tokens[k] + tokens[k + 1])) / 2;
  const end = (2 * (mean - below)) / (1 - PROBABILITIES[last]) - tokens[last];
  return quantileTable([...PROBABILITIES, 1], [...tokens, Math.max(tokens[last], end)]);
}
