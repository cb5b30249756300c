/** Every recorded case of Gymnasium is reproduced, but for those that exist only in Python and those that we do better on purpose. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, readRecording, recordingsIn } from '../../experiments/golden/files.js';
import * as check from '../../experiments/golden/gymnasium/check-env.js';
import * as registry from '../../experiments/golden/gymnasium/registry.js';
import { isGymnasium, replayGymnasium } from '../../experiments/golden/gymnasium.js';

const root = goldenFolder();
const folder = root !== null && existsSync(join(root, 'gymnasium')) ? join(root, 'gymnasium') : null;
const files = folder === null ? [] : recordingsIn(folder).filter(isGymnasium);

if (folder === null) {
  it.skip(`recordings of Gymnasium: no folder gymnasium in ${process.env.SERVEGYM_GOLDEN ?? '../shared/golden'} (set SERVEGYM_GOLDEN)`, () => {});
}

const replayed = files.map((file) => [basename(file), replayGymnasium(readRecording(file), file)] as const);

describe.runIf(files.length > 0).each(replayed)('%s', (_file, cases) => {
  it.each(cases.map(({ name, difference, steps }) => [name, difference, steps] as const))(
    '%s',
    (_case, difference, steps) => {
      expect(steps).toBeGreaterThan(0);
      expect(difference).toBeNull();
    },
  );
});

/** Cases that have no counterpart, with the reason. */
const SKIPPED = { ...check.SKIPPED, ...registry.SKIPPED };

describe.runIf(files.length > 0)('what has no counterpart', () => {
  it.skip.each(Object.entries(SKIPPED))('%s: %s', () => {});

  const names = replayed.flatMap(([, cases]) => cases.map(({ name }) => name));

  it('is not counted', () => {
    for (const skipped of Object.keys(SKIPPED))
      expect(names.filter((name) => ` ${name}`.endsWith(` ${skipped}`))).toEqual([]);
  });

  it('what ours does better is', () => {
    for (const name of Object.keys(registry.DEVIATIONS)) expect(names).toContain(name);
  });
});

/** A place in a file (`id=x`: the row of a list with that id), what is put there, and the one case that must differ then. */
const CHANGES: readonly (readonly [file: string, place: string, value: unknown, named: RegExp])[] = [
  ['spaces', 'spaces.0.flatdim', 3, /Box/],
  ['spaces', 'spaces.0.flatten.0.array.0', 0.25, /Box/],
  ['spaces', 'equality.1.equal', true, /another dtype/],
  ['contains', 'tables.0.cases.0.contains', false, /inside/],
  ['sampling', 'masks.0.outcomes.0.1', 0.9, /Discrete/],
  ['vector', 'scripts.0.runs.0.calls.2.obs.array.0.1', 77, /lengths-3-5 NEXT_STEP/],
  ['vector', 'scripts.0.runs.1.calls.3.rewards.array.0', 77, /lengths-3-5 SAME_STEP/],
  ['vector', 'scripts.0.runs.2.calls.1.infos.dict.0.1.array.0', 77, /lengths-3-5 DISABLED/],
  ['wrappers', 'scripts.0.calls.1.truncated', true, /time-limit/],
  ['wrappers', 'scripts.0.calls.1.state._elapsed_steps', 2, /time-limit/],
  ['registry', 'ids.0.version', 2, /CartPole/],
  ['registry', 'scenes.0.steps.2.result', '<Plain<A-v3>>', /make A-v3/],
  ['registry', 'scenes.0.steps.3.warnings', [], /make A-v1/],
  ['registry', 'scenes.0.steps.7.error.type', 'NameNotFound', /make A-v9/],
  ['registry', 'specs.0.pprint', 'reward_threshold=2.5', /as registered/],
  ['check_env', 'check_env.id=wide-action-box.both.verdict', 'error', /check_env wide-action-box/],
  ['check_env', 'passive.id=reward-nan.calls.0.call', 'close', /passive reward-nan/],
];

type Node = Record<string, unknown>;

function put(recording: unknown, place: string, value: unknown): void {
  const steps = place.split('.');
  const last = steps.pop() ?? '';
  const at = steps.reduce((node, step) => {
    const [, id] = step.split('id=');
    return (id === undefined ? node[step] : Object.values(node).find((row) => (row as Node).id === id)) as Node;
  }, recording as Node);
  expect(at).toHaveProperty(last);
  expect(at[last]).not.toEqual(value);
  at[last] = value;
}

describe.runIf(files.length > 0)('a recording that is not right is noticed', () => {
  it.each(CHANGES)('%s: %s', (kind, place, value, named) => {
    const file = files.find((path) => basename(path) === `${kind}.json`) ?? '';
    const recording = readRecording(file);
    put(recording, place, value);
    const different = replayGymnasium(recording, file).filter(({ difference }) => difference !== null);
    expect(different.map(({ name }) => name)).toEqual([expect.stringMatching(named)]);
  });

  it('a file of another form is named', () => {
    for (const file of files) expect(() => replayGymnasium({ spaces: 3 }, file)).toThrow(`${file}: `);
  });

  it('a file of no kind is refused', () => {
    expect(() => replayGymnasium({}, 'scripts.json')).toThrow(
      /no recording of Gymnasium has that name; there are spaces/,
    );
  });
});
