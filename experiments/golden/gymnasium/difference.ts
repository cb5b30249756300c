/** Values held against recorded ones. */
import { isNumbers } from '../../../env/gym/spaces/dtype.js';

const text = (x: unknown): string =>
  isNumbers(x) ? `${x.constructor.name} [${Array.from(x).join(', ')}]` : (JSON.stringify(x) ?? String(x));

/** float64 results may differ in the last digits; float32 ones may not. */
const close = (a: number, b: number, exact: boolean): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || (!exact && Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)));

/** The first difference in one sentence; null if they are equal: numbers by value, arrays by element type too. */
export function difference(ours: unknown, recorded: unknown, what: string): string | null {
  const differs = `${what}: recorded ${text(recorded)}, ours ${text(ours)}`;
  if (typeof ours === 'number' && typeof recorded === 'number') return close(ours, recorded, false) ? null : differs;
  if (typeof ours !== 'object' || typeof recorded !== 'object' || ours === null || recorded === null)
    return ours === recorded ? null : differs;
  if (isNumbers(ours) || isNumbers(recorded)) {
    if (!isNumbers(ours) || !isNumbers(recorded)) return differs;
    if (ours.constructor !== recorded.constructor || ours.length !== recorded.length) return differs;
    const exact = !(ours instanceof Float64Array);
    return ours.every((x: number, k: number) => close(x, recorded[k], exact)) ? null : differs;
  }
  const keys = Object.keys(recorded);
  if (Array.isArray(ours) !== Array.isArray(recorded) || Object.keys(ours).length !== keys.length) return differs;
  for (const key of keys) {
    if (!Object.hasOwn(ours, key)) return differs;
    const part = difference(
      (ours as Record<string, unknown>)[key],
      (recorded as Record<string, unknown>)[key],
      `${what}.${key}`,
    );
    if (part) return part;
  }
  return null;
}
