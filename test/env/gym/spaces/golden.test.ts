/** Everything recorded of Gymnasium's spaces is so in ours. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, readRecording } from '../../../../experiments/golden/files.js';
import { SKIPPED as notContained, replayContains } from '../../../../experiments/golden/gymnasium/contains.js';
import { replaySampling } from '../../../../experiments/golden/gymnasium/sampling.js';
import { replaySpaces } from '../../../../experiments/golden/gymnasium/spaces.js';
import type { Replayed } from '../../../../experiments/golden/replayed.js';

const root = goldenFolder();
const folder = root !== null && existsSync(join(root, 'gymnasium')) ? join(root, 'gymnasium') : null;

const suites: readonly { file: string; cases: number; replay(recording: unknown, file: string): Replayed[] }[] = [
  { file: 'spaces.json', cases: 70, replay: replaySpaces },
  { file: 'contains.json', cases: 150, replay: replayContains },
  { file: 'sampling.json', cases: 50, replay: replaySampling },
];

if (folder === null)
  it.skip(`recordings of Gymnasium: no folder gymnasium in ${process.env.SERVEGYM_GOLDEN ?? '../shared/golden'} (set SERVEGYM_GOLDEN)`, () => {});

describe.runIf(folder !== null)('recordings of Gymnasium', () => {
  it.each(suites)('$file', ({ file, cases, replay }) => {
    const path = join(folder ?? '', file);
    const replayed = replay(readRecording(path), path);
    expect(replayed.filter(({ difference }) => difference !== null)).toEqual([]);
    expect(replayed.length).toBeGreaterThanOrEqual(cases);
  });
});

describe('replays', () => {
  it('see a difference', () => {
    const table = (contains: boolean): unknown => ({
      tables: [{ space: { type: 'Discrete', n: 5 }, cases: [{ case: 'last', value: 4, contains }] }],
    });
    expect(replayContains(table(true), 'x')[0]).toMatchObject({ difference: null });
    expect(replayContains(table(false), 'x')[0]).toMatchObject({ difference: 'recorded false, ours true' });
  });

  it('name the file if it is none of theirs', () => {
    for (const { replay } of suites) expect(() => replay({}, 'wrong.json')).toThrow('wrong.json: no recording of');
  });

  it('leave cases out only for a reason', () => {
    for (const { reason } of notContained) expect(reason).not.toBe('');
  });
});
