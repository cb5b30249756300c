/** Random actions, options, seeds and calls in any order: carried out, or refused by an error that says what is wrong. */
import { describe, expect, it } from 'vitest';
import { type Columns, createColumns } from '../../../env/gym/columns.js';
import { collectWarnings } from '../../../env/gym/warn.js';
import { type Stream, stream } from '../../../env/random.js';
import type { TaskNames } from '../../../experiments/tasks/names.js';
import { ids, type Small, smallTask, someAction } from './small.js';

/** 200 for each task would be minutes: 200 in all, or 10⁵ calls for each task. */
const ROUNDS = process.env.SERVEGYM_LONG ? 45_000 : 200;
const CALLS = 20;

type Pick = <T>(...of: readonly T[]) => T;

/** What an environment says of its user's mistakes is never what the language says of its own. */
const OF_THE_LANGUAGE =
  /cannot (read|set) prop|is not a (function|constructor)|not iterable|invalid array length|call stack|offset is out/i;

/** Notes what is thrown. */
function attempt(thrown: unknown[], run: () => unknown): void {
  try {
    run();
  } catch (error) {
    thrown.push(error);
  }
}

function expectReasons(thrown: readonly unknown[]): void {
  for (const error of thrown) {
    expect(error).toBeInstanceOf(Error);
    const { message } = error as Error;
    expect(message.length).toBeGreaterThan(10);
    expect(message).not.toMatch(OF_THE_LANGUAGE);
  }
}

const strange = (pick: Pick): unknown =>
  pick<unknown>(undefined, null, Number.NaN, -1, 0, 1e9, 0.5, 'x', '', {}, [], true, new Float32Array(3), Infinity);

/** Arguments, right and wrong. */
function someNames(pick: Pick): TaskNames {
  const names: Record<string, unknown> = { requests: pick(3, 12) };
  const wrong = (name: string): void => {
    names[name] = strange(pick);
  };
  if (pick(0, 0, 1)) names.staleness = pick<unknown>(0, 1, 3, 3, -1, Number.NaN);
  if (pick(0, 0, 1)) names.noise = pick(0, 0.2, 0.2, Number.NaN);
  if (pick(0, 0, 1))
    names.reward = pick('-jct', 'slo', 'goodput', 'kept - inSystem', 'slowdown', 'jct-vs:srpt', 'slo-vs:base', '1 +');
  if (pick(0, 0, 1)) names.truncateAfterSeconds = pick(1, 0.001, 5, -1);
  if (pick(0, 0, 0, 1)) names.load = pick(0.5, 3, 0, -1, Number.NaN);
  if (pick(0, 0, 0, 1)) names.base = pick('srpt', 'fcfs', 'no-such', 'tuned:srpt', 'expr: age +');
  if (pick(0, 0, 0, 1)) wrong(pick('slots', 'span', 'every', 'longestS', 'each', 'budgets', 'periodS', 'other'));
  return names as TaskNames;
}

function someAct(env: Small, random: Stream, pick: Pick): unknown {
  if (pick(0, 0, 0, 1)) return strange(pick);
  const action = someAction(env, random) as Float32Array | number;
  if (!pick(0, 0, 0, 1) || typeof action === 'number') return action;
  if (ArrayBuffer.isView(action)) return pick<unknown>(action.subarray(1), action.fill(Number.NaN), Array.from(action));
  return { ...(action as object), ...pick<object>({ requests: new Float32Array(5) }, { engine: null }, { more: 1 }) };
}

const someReset = (pick: Pick): unknown =>
  pick<unknown>(
    undefined,
    { seed: 1 },
    { seed: 'word' },
    { seed: Number.NaN },
    { seed: {} },
    { options: { workloadSeed: 3 } },
    { options: { workloadSeed: [] } },
    { options: { other: 1 } },
    { options: { workload: 5 } },
    { options: 3 },
    null,
  );

/** @returns how many calls were refused, and carried out */
function round(k: number): readonly [refused: number, done: number] {
  const random = stream(k, 'fuzz');
  const pick: Pick = (...of) => of[Math.floor(random.next() * of.length)];
  const thrown: unknown[] = [];
  let done = 0;
  attempt(thrown, () => {
    const id = pick(...ids);
    let env = smallTask(id, { requests: 5 });
    attempt(thrown, () => {
      env = smallTask(id, someNames(pick));
    });
    const width = env.actionMasks ? 1 : 0;
    let out: Columns = createColumns(env.observationSpace, 2, 0);
    attempt(thrown, () => {
      if (width > 0) out = createColumns(env.observationSpace, 2, env.actionMasks?.().length);
    });
    for (let call = 0; call < CALLS; call++)
      attempt(thrown, () => {
        const what = pick('step', 'step', 'step', 'step', 'into', 'reset', 'mask', 'fork', 'render', 'truth', 'close?');
        if (what === 'step') env.step(someAct(env, random, pick));
        if (what === 'into') env.stepInto?.(someAct(env, random, pick), out, pick(0, 1, 1, 7, -1));
        if (what === 'reset' || call === 1) env.reset(someReset(pick) as never);
        if (what === 'mask') env.actionMasks?.();
        if (what === 'fork') env = (env.fork?.() as Small | undefined) ?? env;
        if (what === 'render') env.render();
        if (what === 'truth') env.privileged();
        if (what === 'close?' && pick(0, 0, 1)) env.close();
        done++;
      });
  });
  expectReasons(thrown);
  return [thrown.length, done];
}

/** Actions of other types are cast with a warning. */
function quietly<T>(run: () => T): T {
  let result: T | undefined;
  collectWarnings(() => {
    result = run();
  });
  return result as T;
}

describe('whatever is called', () => {
  it(`${ROUNDS} rounds end in numbers or in an error with a reason`, { timeout: ROUNDS * 600 }, () => {
    const counts = Array.from({ length: ROUNDS }, (_, k) => quietly(() => round(k)));
    for (const which of [0, 1]) expect(counts.reduce((sum, each) => sum + each[which], 0)).toBeGreaterThan(3 * ROUNDS);
  });
});
