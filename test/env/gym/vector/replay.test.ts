/** Recorded scripts of Gymnasium's vector environments come out of ours as they were recorded, under every autoreset mode. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, readRecording } from '../../../../experiments/golden/files.js';
import { correctedRewards } from '../../../../experiments/golden/gymnasium/corrected-rewards.js';
import { correctedStatistics } from '../../../../experiments/golden/gymnasium/corrected-statistics.js';
import { DEVIATIONS, type Recorded, replayVector } from '../../../../experiments/golden/gymnasium/vector.js';

const root = goldenFolder();
const file = root === null ? '' : join(root, 'gymnasium', 'vector.json');
const there = existsSync(file);
const recording = there ? readRecording(file) : { scripts: [] };

if (!there) it.skip('recorded vector environments: no gymnasium/vector.json (set SERVEGYM_GOLDEN)', () => {});

describe.runIf(there)('recorded vector environments', () => {
  it.each(replayVector(recording, file).map((c) => [c.name, c] as const))('%s', (_name, { difference, steps }) => {
    expect(difference).toBeNull();
    expect(steps).toBeGreaterThan(0);
  });

  const { scripts } = recording as { scripts: readonly Recorded[] };
  const named = (name: string): Recorded => scripts.find((script) => script.name === name) as Recorded;

  it('what is counted instead of recorded differs after partial resets, and only there', () => {
    expect(DEVIATIONS[0]).toMatch(/partial reset/);
    for (const script of scripts)
      for (const run of script.runs) {
        const counted = correctedStatistics(script, run);
        const whole = !run.calls?.some((call) => JSON.stringify(call.reset ?? '').includes('reset_mask'));
        if (whole) expect(counted).toEqual(run.calls ?? []);
      }
    const script = named('statistics-partial-reset');
    expect(correctedStatistics(script, script.runs[0])).not.toEqual(script.runs[0].calls);
  });

  it('the same for rewards that are computed', () => {
    const script = named('normalize-reward-partial-reset');
    const [{ mode, calls = [] }] = script.runs;
    const computed = correctedRewards(script, mode, calls);
    const first = computed.findIndex((call, k) => JSON.stringify(call) !== JSON.stringify(calls[k]));
    expect(calls.slice(0, first).some((call) => JSON.stringify(call).includes('reset_mask'))).toBe(true);
    expect(computed.find((call, k) => k > 4 && 'get' in call)?.value).toMatchObject({ array: [0, 6] });
  });
});
