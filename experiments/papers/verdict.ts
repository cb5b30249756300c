/** Whether figures agree with what was claimed, and the sentence that says so. */
import { figure as digits } from '../report/table.js';
import type { Expected, Figure, Findings } from './paper.js';

export type Verdict = 'reproduced' | 'direction only' | 'does not reproduce';

/** Of one figure; null: not judged. */
type Judgement = 'agrees' | 'open' | 'direction' | 'against' | null;

/**
 * - agrees: the value lies in the expected range. A claim of order has no tolerance that luck could use up, so there the whole
 *   interval must lie in it.
 * - open: the interval reaches into the range, so more seeds could decide.
 * - direction: outside, but on that side of no effect that was claimed.
 * - against: neither.
 */
export function judge({ expected, measured }: Figure): Judgement {
  if (expected === null) return null;
  const { low, high, neutral } = expected;
  const inside = (value: number): boolean => value >= low && value <= high;
  const order = low === -Infinity || high === Infinity;
  if (inside(measured.value) && (!order || (inside(measured.low) && inside(measured.high)))) return 'agrees';
  if (measured.low <= high && measured.high >= low) return 'open';
  if (neutral === undefined) return 'against';
  const claimed = (low === -Infinity ? high - 1 : high === Infinity ? low + 1 : (low + high) / 2) - neutral;
  return (measured.value - neutral) * claimed > 0 ? 'direction' : 'against';
}

/** Every figure agrees; none speaks against it; some do. */
export function verdictOf(figures: readonly Figure[]): Verdict {
  const judged = figures.map(judge).filter((each) => each !== null);
  if (judged.includes('against') || judged.length === 0) return 'does not reproduce';
  return judged.every((each) => each === 'agrees') ? 'reproduced' : 'direction only';
}

/** The verdict with its reason: `does not reproduce, because …`. */
export function sentenceOf({ figures, reason }: Findings): string {
  const verdict = verdictOf(figures);
  const judged = figures.filter(({ expected }) => expected !== null);
  if (judged.length === 0) return `${verdict}, because nothing was judged`;
  const agreeing = judged.filter((each) => judge(each) === 'agrees').length;
  const count = `${agreeing} of ${judged.length} figures agree`;
  if (verdict === 'reproduced') return `${verdict}: ${count}`;
  const order = ['against', 'direction', 'open'] as const;
  const [worst] = order.flatMap((level) => judged.filter((each) => judge(each) === level));
  const example = `${worst.what} is ${shownInterval(worst)}, expected ${shownExpected(worst.expected, worst.unit)}`;
  const more = judge(worst) === 'open' ? ' (more seeds could decide)' : '';
  const because = [...(reason === undefined ? [] : [reason]), count, example].join('; ');
  return `${verdict}, because ${because}${more}`;
}

/** `1.42 [1.31, 1.55]`; without luck only the value. */
export function shownInterval({ measured, unit }: Pick<Figure, 'measured' | 'unit'>): string {
  const { value, low, high } = measured;
  const text = `${shown(value, unit)}${mark(unit)}`;
  if (low === value && high === value) return text;
  return Number.isFinite(low) ? `${text} [${shown(low, unit)}, ${shown(high, unit)}]` : `${text} [one seed]`;
}

export function shownExpected(expected: Expected | null, unit: Figure['unit']): string {
  if (expected === null) return '';
  const { low, high } = expected;
  if (low === -Infinity) return `below ${shown(high, unit)}${mark(unit)}`;
  if (high === Infinity) return `above ${shown(low, unit)}${mark(unit)}`;
  return low === high ? `${shown(low, unit)}${mark(unit)}` : `${shown(low, unit)} … ${shown(high, unit)}${mark(unit)}`;
}

const mark = (unit: Figure['unit']): string =>
  unit === '%' || unit === 'share' ? ' %' : unit === '' ? '' : ` ${unit}`;

function shown(value: number, unit: Figure['unit']): string {
  if (unit === '%') return `${value < 0 ? '−' : value > 0 ? '+' : ''}${digits(Math.abs(100 * value), 1)}`;
  if (unit === 'share') return digits(100 * value, 1);
  return value < 0 ? `−${digits(-value, 3)}` : digits(value, 3);
}
