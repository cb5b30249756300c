/** Recordings of what PyTorch, Stable-Baselines3, scipy and numpy compute. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { goldenFolder, readRecording } from '../../../experiments/golden/files.js';

const folder = join(goldenFolder() ?? '', 'rl-math');

/** Whether the recordings are beside the checkout; tests say so where they are not. */
export const recorded = existsSync(join(folder, 'returns.json'));
export const where = recorded ? folder : 'no recordings';

/** A recording; an empty one where there is none, since suites are listed before they are skipped. */
export const recording = <T>(name: string): T =>
  (recorded ? readRecording(join(folder, `${name}.json`)) : new Proxy({}, { get: () => [] })) as T;

export const flat = (rows: readonly (readonly number[])[]): Float64Array => Float64Array.from(rows.flat());

export function near(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  const apart = Array.from(expected, (value, k) => Math.abs(got[k] - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...apart)).toBeLessThan(tolerance);
}
