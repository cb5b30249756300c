/** Memory that worker threads share. */
import type { Numbers, Space } from '../spaces/space.js';

/** Kinds of spaces whose batches are typed arrays, or records and lists of them. */
const FIXED = new Set(['Box', 'Discrete', 'MultiDiscrete', 'MultiBinary', 'Dict', 'Tuple']);

/** @throws Error if values of the space have no fixed size, so that no memory can be set aside for them */
export function checkFixed(space: Space, what: string): void {
  const loose = typesIn(space.toJSON()).find((type) => !FIXED.has(type));
  if (loose !== undefined)
    throw new Error(`${what}: values of ${loose} have no fixed size, expected ${[...FIXED].join(', ')}`);
}

function typesIn(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const own = 'type' in json && typeof json.type === 'string' ? [json.type] : [];
  return [...own, ...Object.values(json).flatMap(typesIn)];
}

/** The same columns or batch, of zeros, in memory that every thread sees. */
export function inSharedMemory<T>(x: T): T {
  if (ArrayBuffer.isView(x)) {
    const numbers = x as unknown as Numbers;
    const make = numbers.constructor as new (memory: SharedArrayBuffer) => T;
    return new make(new SharedArrayBuffer(numbers.byteLength));
  }
  if (Array.isArray(x)) return x.map(inSharedMemory) as T;
  if (typeof x === 'object' && x !== null)
    return Object.fromEntries(Object.entries(x).map(([key, part]) => [key, inSharedMemory(part)])) as T;
  return x;
}
