/** Noise on what an agent sees. */
import { normal } from '../distributions.js';
import type { Space } from '../gym/spaces/space.js';
import type { Stream } from '../random.js';

/** Multiplies every real number of a row by 1 + noise · normal. Whole numbers (choices, masks) stay. */
export function disturb<O, B>(space: Space<O, B>, batch: B, row: number, noise: number, { next }: Stream): void {
  visit(space.read(batch, row));

  function visit(value: unknown): void {
    if (value instanceof Float32Array || value instanceof Float64Array)
      for (let k = 0; k < value.length; k++) value[k] *= 1 + noise * normal(next(), next());
    else if (Array.isArray(value)) for (const part of value) visit(part);
    else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
      for (const part of Object.values(value)) visit(part);
  }
}
