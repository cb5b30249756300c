/** Figures, bars and lines of fixed width, for frames. */
import type { Micros } from '../../time.js';

/** `12,345`. */
export const count = (n: number): string => n.toLocaleString('en-US');

/** Three digits that matter: `0.123`, `12.3`, `1,234`. */
export function short(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? '–' : x > 0 ? '∞' : '−∞';
  const size = Math.abs(x);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = Number.isInteger(x)
    ? count(size)
    : size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return x < 0 ? `−${text}` : text;
}

/** `31.2 ms`, `4.51 s`. */
export const duration = (time: Micros): string => (time < 1e6 ? `${short(time * 1e-3)} ms` : `${short(time * 1e-6)} s`);

/** A bar of `width` characters, filled by a share in 0 … 1. */
export function bar(share: number, width: number, full = '█'): string {
  const filled = Math.round(width * Math.min(1, Math.max(0, share)));
  return full.repeat(filled) + '░'.repeat(width - filled);
}

/** The line, with an ellipsis where it would be too long. Every character here is one column wide. */
export const clip = (line: string, width: number): string =>
  line.length <= width ? line.trimEnd() : `${line.slice(0, width - 1)}…`;

/** Left and right, apart as far as the width allows. */
export const apart = (left: string, right: string, width: number): string =>
  clip(left + ' '.repeat(Math.max(2, width - left.length - right.length)) + right, width);
