/** Index policies: nothing learned is the heuristic, anything learned is a scheduler that keeps every scheduler's promises. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asVector, type IndexShape, indexPolicy, indexWeights, withVector } from '../../agents/index-policy.js';
import { normals } from '../../agents/learners/ask-tell.js';
import { packageFile } from '../../env/files.js';
import { act, type Engine, run, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { FEATURES_VERSION } from '../../env/tasks/features.js';
import { resolveScheduler } from '../../experiments/catalogue.js';
import { engines, leftAt, runSmall, smallWorkload, startSmall } from '../contracts/small-world.js';

const seeds = [4, 5, 7];
const shapes: readonly [string, IndexShape][] = [
  ['linear', { perRequest: ['rank'], forAll: [], hidden: 0 }],
  ['with a hidden layer', { perRequest: ['rank', 'gamma'], forAll: ['reserve', 'chunk'], hidden: 5 }],
  ['of the engine alone', { perRequest: [], forAll: ['gamma', 'budget'], hidden: 3 }],
  ['linear, of their own features', { perRequest: ['rank', 'hold'], forAll: ['chunk'], hidden: 0, own: true }],
];
const base = resolveScheduler('srpt').make;

/** What is still to compute of small requests is a small number. */
const TO_COMPUTE = 5;

/** @param learned other weights than the first ones, so that long prompts are put forward */
function policy(
  shape: IndexShape,
  learned: boolean,
  every: 'event' | 'iteration' | 'period' = 'event',
): () => Scheduler {
  const first = indexWeights(shape, 1);
  const next = normals(2, 'learned', 0);
  const weights = learned
    ? withVector(
        first,
        asVector(first).map((value) => value + 0.3 * next()),
      )
    : first;
  if (learned && shape.perRequest.length > 0) {
    const { values, shape: size } = weights.tensors['requests/layer0.kernel'];
    values.fill(-300, TO_COMPUTE * size[1], (TO_COMPUTE + 1) * size[1]);
  }
  return indexPolicy(weights, { name: 'learned', base, ...shape, span: 3, every, longest: 4_000 });
}

const alwaysAsked = (make: () => Scheduler) => (): Scheduler => {
  const inner = make();
  return {
    ...inner,
    wakeIn: 1,
    decide(view, out) {
      inner.decide(view, out);
      out.wakeIn = 1;
    },
  };
};

const outcome = ({ replica, ...engine }: Engine) => ({
  left: leftAt({ replica, ...engine } as Engine),
  evictions: replica.totals.evictions,
});

describe.each(engines)('on %s', (engine) => {
  describe.each(shapes)('an index policy %s', (_name, shape) => {
    it('that has learned nothing is its base, to the microsecond', () => {
      for (const seed of seeds)
        for (const every of ['event', 'iteration', 'period'] as const)
          expect(outcome(runSmall({ engine, seed, scheduler: policy(shape, false, every) }))).toEqual(
            outcome(runSmall({ engine, seed, scheduler: base })),
          );
    });

    it('finishes everyone, the same way every time and however often it is asked', () => {
      for (const seed of seeds) {
        const scheduler = policy(shape, true);
        const first = runSmall({ engine, seed, scheduler });
        expect(first.replica.totals.finished).toBe(24);
        expect(outcome(runSmall({ engine, seed, scheduler }))).toEqual(outcome(first));
        expect(outcome(runSmall({ engine, seed, scheduler: alwaysAsked(scheduler) }))).toEqual(outcome(first));
      }
    });

    it('treats requests alike under any numbering', () => {
      for (const seed of seeds) {
        const workload = smallWorkload(seed, 24, (row) => (row * 7 + seed) % 24);
        const scheduler = policy(shape, true);
        expect(leftAt(runSmall({ engine, seed, scheduler, workload }))).toEqual(
          leftAt(runSmall({ engine, seed, scheduler })),
        );
      }
    });

    it('keeps its memory in the episode: a fork goes on as the original does', () => {
      for (const seed of seeds) {
        const scheduler = policy(shape, true);
        const whole = runSmall({ engine, seed, scheduler });
        const halfway = startSmall({ engine, seed, scheduler });
        for (let turn = 0; turn < whole.replica.totals.turns / 2 && toTurn(halfway); turn++) act(halfway);
        const twin = fork(halfway);
        run(twin);
        run(halfway);
        expect(leftAt(halfway)).toEqual(leftAt(whole));
        for (const [key, time] of leftAt(twin)) if (time > 0) expect(time).toBe(leftAt(whole).get(key));
      }
    });
  });

  it('what is learned changes the order', () => {
    const [, shape] = shapes[0];
    const first = indexWeights(shape, 1);
    const kernel = asVector(first).map((_, k) => (k === TO_COMPUTE ? -300 : 0));
    const options = { name: 'long first', base, ...shape, span: 3, every: 'iteration' } as const;
    const scheduler = indexPolicy(withVector(first, kernel), options);
    const changed = [4, 5, 6, 7, 8, 9].filter((seed) => {
      const [own, theirs] = [scheduler, base].map((make) => leftAt(runSmall({ engine, seed, scheduler: make })));
      return [...own].some(([key, time]) => time !== theirs.get(key));
    });
    expect(changed.length).toBeGreaterThan(0);
  });
});

describe('weights', () => {
  const [, shape] = shapes[1];
  const options = { name: 'x', base, ...shape, span: 3 };

  it('are drawn from the seed; the last layers are 0', () => {
    expect(indexWeights(shape, 3)).toEqual(indexWeights(shape, 3));
    const { tensors } = indexWeights(shape, 3);
    expect(tensors['requests/layer0.kernel'].shape).toEqual([26, 5]);
    expect(tensors['requests/layer0.kernel'].values).not.toEqual(
      indexWeights(shape, 4).tensors['requests/layer0.kernel'].values,
    );
    expect(tensors['requests/layer1.kernel'].values.every((value) => value === 0)).toBe(true);
  });

  it('go into a vector and back', () => {
    const weights = indexWeights(shape, 3);
    expect(withVector(weights, asVector(weights))).toEqual(weights);
    expect(() => withVector(weights, [1, 2])).toThrow(/2 numbers for \d+ weights/);
  });

  it('that do not fit the heads are refused', () => {
    const make = indexPolicy(indexWeights({ ...shape, perRequest: ['rank'] }, 1), options);
    expect(make).toThrow('has 16 + 10 inputs and 1 + 2 outputs, expected 16 + 10 and 2 + 2');
  });
});

it('a change of what is observed raises the version that policies state', () => {
  const text = readFileSync(packageFile('env/tasks/features.ts'), 'utf8');
  const rows = text.match(/^ \* \| \d+ \|.*$/gm) ?? [];
  const digest = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 8);
  expect(rows).toHaveLength(26);
  expect({ version: FEATURES_VERSION, digest }).toEqual({ version: 1, digest: '1b8a0cda' });
});
