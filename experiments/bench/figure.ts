/** One line of the benchmark. */
import { figure } from '../report/table.js';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** At least, or at most. */
  readonly target?: { readonly least: number } | { readonly most: number };
  /** The best of the repeats: on a machine that others use, too, the median says what they left. */
  readonly best?: number;
  /** What was run, with the mean batch where one is meant. */
  readonly detail: string;
}

export const met = ({ value, target }: Figure): boolean =>
  target === undefined || ('least' in target ? value >= target.least : value <= target.most);

export const targetText = ({ target }: Figure): string =>
  target === undefined ? '' : 'least' in target ? `≥ ${figure(target.least)}` : `≤ ${figure(target.most)}`;

export interface Bench {
  readonly name: string;
  /** @returns its figures; none, and a note why, where it cannot run */
  run(note: (line: string) => void): Promise<readonly Figure[]> | readonly Figure[];
}
