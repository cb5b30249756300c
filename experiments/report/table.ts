/** Tables as aligned text and as Markdown. */

interface TableColumn {
  /** With its unit, e.g. `JCT mean, s`. */
  readonly title: string;
  /** Names stand left, numbers right [right]. */
  readonly align?: 'left' | 'right';
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns two blanks apart under their titles; a rule below the titles. */
export function textTable({ columns, rows }: Table): string {
  const widths = columns.map(({ title }, k) => Math.max(title.length, ...rows.map((row) => row[k].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, k) => (columns[k].align === 'left' ? cell.padEnd(widths[k]) : cell.padStart(widths[k])))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].map((text) => `${text}\n`).join('');
}

/** A pipe table; bars inside cells are escaped. */
export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const rule = columns.map(({ align }) => (align === 'left' ? ':--' : '--:'));
  return line(columns.map(({ title }) => title)) + line(rule) + rows.map(line).join('');
}

/** A number with so many decimals, its minus as long as a plus. */
export const decimals = (value: number, digits: number): string => value.toFixed(digits).replace('-', '−');

/** Three significant digits, no exponent: 0.00123, 1.23, −123, 12,346; what was not measured is –. */
export function figure(value: number, mostDecimals = 6): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, Math.min(mostDecimals, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return text.replace('-', '−');
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** How a figure with an interval is set off. */
export type Stress = (text: string, interval: Ends) => string;
export const plain: Stress = (text) => text;
/** Bold, in Markdown, where the interval excludes 0. */
export const bold: Stress = (text, { low, high }) => (low > 0 || high < 0 ? `**${text}**` : text);

/** A share as a signed percentage, with its interval if it has one: `−24.1 % [−30.2, −18.8]`. */
export function percentage({ value, low = Number.NaN, high = low }: Partial<Ends> & { value: number }): string {
  const signed = (share: number): string => `${share < 0 ? '−' : '+'}${figure(Math.abs(100 * share), 1)}`;
  const ends = Number.isFinite(low) ? ` [${signed(low)}, ${signed(high)}]` : '';
  return `${signed(value)} %${ends}`;
}
