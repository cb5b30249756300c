/** What can be asked of reading a trace, checked before a file is opened. */
import { formatNames, traceReaders } from './formats.js';
import type { ReadOptions } from './reader.js';

/** @throws RangeError naming the option */
export function checkOptions({ format, rate, window, clip, limit, draft, unit }: ReadOptions): void {
  const check = (name: string, value: unknown, allowed: boolean, expected: string): void => {
    if (value !== undefined && !allowed)
      throw new RangeError(`option ${name} is ${String(value)}, expected ${expected}`);
  };
  const whole = (n: number | undefined): boolean => Number.isInteger(n) && (n as number) >= 1;
  const known = traceReaders.some(({ name }) => name === format);
  check('format', format, known, formatNames());
  check('unit', unit, ['s', 'ms', 'us', 'ns', 'iso'].includes(unit as string), 's, ms, us, ns, iso');
  check('draft', draft, draft === 'eagle' || draft === 'ngram', 'eagle, ngram');
  check('rate', rate, (rate as number) > 0 && (rate as number) < Infinity, 'a number > 0');
  check('limit', limit, whole(limit), 'a whole number ≥ 1');
  check('clip.prompt', clip?.prompt, whole(clip?.prompt), 'a whole number ≥ 1');
  check('clip.output', clip?.output, whole(clip?.output), 'a whole number ≥ 1');
  check('window.from', window?.from, (window?.from as number) >= 0, 'seconds ≥ 0');
  check('window.to', window?.to, (window?.to as number) > (window?.from ?? 0), 'seconds > window.from');
}
