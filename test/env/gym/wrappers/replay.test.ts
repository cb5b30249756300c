/** Recorded scripts of Gymnasium's wrappers come out of ours as they were recorded. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, readRecording } from '../../../../experiments/golden/files.js';
import { replayWrappers, SKIPPED } from '../../../../experiments/golden/gymnasium/wrappers.js';

const root = goldenFolder();
const file = root === null ? '' : join(root, 'gymnasium', 'wrappers.json');
const there = existsSync(file);
const recording = there ? readRecording(file) : { scripts: [] };

if (!there) it.skip('recorded wrappers: no gymnasium/wrappers.json (set SERVEGYM_GOLDEN)', () => {});

describe.runIf(there)('recorded wrappers', () => {
  it.each(replayWrappers(recording, file).map((c) => [c.name, c] as const))('%s', (_name, { difference, steps }) => {
    expect(difference).toBeNull();
    expect(steps).toBeGreaterThan(0);
  });

  it('none is left out', () => {
    expect(SKIPPED).toEqual({});
  });

  it('a changed recording is noticed', () => {
    const changed = structuredClone(recording) as { scripts: { calls: Record<string, unknown>[] }[] };
    const { calls } = changed.scripts[0];
    calls[3].truncated = false;
    const [first] = replayWrappers(changed, file);
    expect(first.difference).toMatch(/time-limit: call 3: truncated is true, recorded false/);
  });
});
