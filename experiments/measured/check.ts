/** Measured figures against ours, and whether they agree. */
import { figure, type Table } from '../report/table.js';

/** One figure on both sides. */
export interface Check {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  readonly simulated: number;
  /** simulated ÷ measured − 1; of ratios: simulated − measured. */
  readonly error: number;
  /** Largest error allowed, in the same terms; null = shown, not judged. */
  readonly within: number | null;
}

/** The outcome for one measured run. */
export interface Comparison {
  readonly suite: string;
  /** What was measured, what is simulated, and where every input comes from. */
  readonly inputs: readonly string[];
  readonly checks: readonly Check[];
  /** What moves the result and is known only roughly: each line with its errors. */
  readonly sensitivity: readonly string[];
  readonly picture?: object;
}

/** Two figures of one unit, compared by their ratio. */
export const relative = (
  what: string,
  unit: string,
  measured: number,
  simulated: number,
  within: number | null,
): Check => ({ what, unit, measured, simulated, error: simulated / measured - 1, within });

/** Two ratios, compared by their difference. */
export const absolute = (what: string, measured: number, simulated: number, within: number | null): Check => ({
  what,
  unit: '×',
  measured,
  simulated,
  error: simulated - measured,
  within,
});

export const passes = ({ error, within }: Check): boolean => within === null || Math.abs(error) <= within;

/** An error as it is shown: percent, or the difference of ratios. */
export const shownError = ({ error, unit }: Check): string =>
  `${error < 0 ? '−' : '+'}${unit === '×' ? Math.abs(error).toFixed(3) : `${(100 * Math.abs(error)).toFixed(1)} %`}`;

export function checkTable(checks: readonly Check[]): Table {
  return {
    columns: [
      { title: 'figure', align: 'left' },
      { title: 'measured' },
      { title: 'simulated' },
      { title: 'error' },
      { title: 'allowed' },
      { title: 'verdict', align: 'left' },
    ],
    rows: checks.map((check) => [
      `${check.what}, ${check.unit}`,
      figure(check.measured, 3),
      figure(check.simulated, 3),
      shownError(check),
      check.within === null ? '' : check.unit === '×' ? `${check.within}` : `${100 * check.within} %`,
      check.within === null ? '' : passes(check) ? 'ok' : 'FAIL',
    ]),
  };
}
