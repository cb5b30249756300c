/** Recorded scripts of Gymnasium's wrappers and vector environments come out of ours as they were recorded. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, readRecording } from '../../../../experiments/golden/files.js';
import { replayVector } from '../../../../experiments/golden/gymnasium/vector.js';

const root = goldenFolder();
const file = root === null ? null : join(root, 'gymnasium', 'vector.json');

describe.runIf(file !== null && existsSync(file))('recorded vector environments', () => {
  const cases = file === null ? [] : replayVector(readRecording(file), file);
  it.each(cases.map((c) => [c.name, c] as const))('%s', (_name, { difference, steps }) => {
    expect(difference).toBeNull();
    expect(steps).toBeGreaterThan(0);
  });
});
