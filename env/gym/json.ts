/** What JSON can say. */
import { kindOf } from './spaces/kind-of.js';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Holds a value against what JSON can say: text, finite numbers, booleans, null, lists and plain objects of these.
 * @throws Error naming the place of the first that is none of them
 */
export function checkJson(value: unknown, where: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((part, k) => {
      checkJson(part, `${where}[${k}]`);
    });
    return;
  }
  if (!isObject(value) || ![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    throw new Error(`${where} is ${typeof value === 'function' ? 'a function' : kindOf(value)}, which JSON cannot say`);
  for (const [name, part] of Object.entries(value)) checkJson(part, `${where}.${name}`);
}
