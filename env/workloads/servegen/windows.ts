/** ServeGen's `*-trace.csv`: how fast each client sends in each window of 600 s, and with what kind of gaps. */
import { exponentialGaps, type Gaps, gammaGaps, weibullGaps } from '../arrivals/gaps.js';
import type { Progress } from '../traces/lines.js';
import { BadRow, shown } from '../traces/row.js';
import { MOST_CLIENTS } from './requests.js';
import { type Cells, readTable } from './table.js';

/** Seconds of a window. */
export const WINDOW = 600;
/** Windows are numbered below this, requests of a window below 2^24: together they number the requests of a client. */
const MOST_WINDOWS = 2 ** 16;

export interface ClientWindow {
  readonly client: number;
  /** It begins at so many times 600 s. */
  readonly window: number;
  /** Requests/s. */
  readonly rate: number;
  readonly gaps: Gaps;
}

const FAMILIES = { Gamma: gammaGaps, Weibull: weibullGaps, Exponential: (): Gaps => exponentialGaps };
const CV = { least: 0.001, most: 10_000 };

const HEADER = ['client_id', 't_start_s', 'rate_rps', 'cv', 'pattern', 'p1', 'p2'];

/**
 * The windows that meet [from, to) and have requests, in the order of the file. All rows are checked. Gaps have the published family, rate and coefficient of
 * variation; the family's published parameters are not used, since with them the Weibull windows miss the published rate (by 17 % in the
 * median of the public files, by a factor of 2.5 in every tenth window).
 * @throws Error naming file, line, column, what was expected and what was found
 */
export async function readWindows(
  file: string,
  from: number,
  to: number,
  progress?: Progress,
): Promise<{ windows: ClientWindow[]; rows: number; end: number }> {
  const windows: ClientWindow[] = [];
  const latest = new Map<number, number>();
  let end = 0;
  const take = (cells: Cells): void => {
    const client = clientOf(cells);
    const window = windowOf(cells, WINDOW);
    const before = latest.get(client);
    if (before !== undefined && window <= before)
      throw new BadRow(HEADER[1], `a time after ${before * WINDOW}, the client's row before`, shown(cells.text(1)));
    latest.set(client, window);
    const rate = cells.number(2, 'a number ≥ 0 (requests/s)', (value) => value >= 0);
    const cv = cells.number(3, 'a number ≥ 0', (value) => value >= 0);
    for (const parameter of [5, 6]) cells.number(parameter, 'a number', Number.isFinite);
    end = Math.max(end, (window + 1) * WINDOW);
    if (rate === 0) return;
    const family = familyOf(cells);
    if (family !== 'Exponential' && !(cv >= CV.least && cv <= CV.most))
      throw new BadRow(
        HEADER[3],
        `a number in ${CV.least} … ${CV.most} where the rate is above 0`,
        shown(cells.text(3)),
      );
    if (window * WINDOW < to && (window + 1) * WINDOW > from)
      windows.push({ client, window, rate, gaps: FAMILIES[family](cv) });
  };
  const rows = await readTable(file, HEADER, take, progress);
  return { windows, rows, end };
}

function familyOf(cells: Cells): keyof typeof FAMILIES {
  const pattern = cells.text(4);
  if (Object.hasOwn(FAMILIES, pattern)) return pattern as keyof typeof FAMILIES;
  throw new BadRow(HEADER[4], `${Object.keys(FAMILIES).join(', ')} where the rate is above 0`, shown(pattern));
}

export const clientOf = (cells: Cells): number =>
  cells.number(
    0,
    `a whole number in 0 … ${MOST_CLIENTS - 1}`,
    (n) => Number.isInteger(n) && n >= 0 && n < MOST_CLIENTS,
  );

/** The number of a window that begins at the time in the second column. */
export function windowOf(cells: Cells, seconds: number): number {
  const expected = `a multiple of ${seconds} s in 0 … ${(MOST_WINDOWS - 1) * seconds}`;
  const allowed = (t: number): boolean => t >= 0 && Number.isInteger(t / seconds) && t / seconds < MOST_WINDOWS;
  return cells.number(1, expected, allowed) / seconds;
}
