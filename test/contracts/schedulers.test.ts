/** What every scheduler of the catalogue promises, on every kind of engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Predictor } from '../../env/serving/beliefs.js';
import { act, type Engine, run, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { resolveScheduler, schedulers } from '../../experiments/catalogue.js';
import { engines, leftAt, runSmall, smallWorkload, startSmall } from './small-world.js';
import { formulas, specs, wrapped } from './specs.js';

const long = Boolean(process.env.SERVEGYM_LONG);
/** Two in a row: with drafts and without, and either rule of misfits. */
const seeds = Array.from({ length: long ? 60 : 2 }, (_, k) => k + 5);
/** A combinator meets one of the two with each scheduler in it, on each engine the other one than on the next. */
const seedsOf = (spec: string, engine: (typeof engines)[number]): readonly number[] =>
  long || !wrapped.includes(spec) ? seeds : [seeds[(wrapped.indexOf(spec) + engines.indexOf(engine)) % 2]];

/** The same policy, asked every iteration whatever it wishes. */
const alwaysAsked = (make: () => Scheduler) => (): Scheduler => {
  const policy = make();
  return {
    ...policy,
    wakeIn: 1,
    decide(view, out) {
      policy.decide(view, out);
      out.wakeIn = 1;
    },
  };
};

/** Believes nothing that is a number. */
const confused = (): Predictor => {
  let beliefs: { length: Float64Array };
  return {
    name: 'confused',
    information: 'none',
    reset(forecast) {
      beliefs = forecast.beliefs;
    },
    arrive(r) {
      beliefs.length[r] = Number.NaN;
    },
  };
};

describe.each(specs)('%s', (spec) => {
  const { make } = resolveScheduler(spec);

  describe.each(engines)('on %s', (engine) => {
    const reference = new Map<number, Engine>();
    beforeAll(() => {
      for (const seed of seedsOf(spec, engine)) reference.set(seed, runSmall({ engine, seed, scheduler: make }));
    });
    afterAll(() => reference.clear());

    test('finishes everyone, the same way every time', () => {
      for (const [seed, first] of reference) {
        const again = runSmall({ engine, seed, scheduler: make });
        expect(first.outcome).toBe('drained');
        expect(first.replica.totals.finished).toBe(24);
        expect(leftAt(again)).toEqual(leftAt(first));
        expect(again.replica.totals).toEqual(first.replica.totals);
        expect(again.replica.decision.rank).toEqual(first.replica.decision.rank);
      }
    });

    test('keeps the promise of wakeIn: asked more often it does the same', () => {
      for (const [seed, left] of reference) {
        const asked = runSmall({ engine, seed, scheduler: alwaysAsked(make) });
        expect(leftAt(left)).toEqual(leftAt(asked));
        expect(left.replica.totals.evictions).toBe(asked.replica.totals.evictions);
        expect(left.replica.totals.turns).toBeLessThanOrEqual(asked.replica.totals.turns);
      }
    });

    test('treats requests alike under any numbering', () => {
      for (const [seed, named] of reference) {
        const workload = smallWorkload(seed, 24, (row) => (row * 7 + seed) % 24);
        expect(leftAt(runSmall({ engine, seed, scheduler: make, workload }))).toEqual(leftAt(named));
      }
    });

    test('keeps its memory in the episode: a fork goes on as the original does', () => {
      for (const [seed, whole] of reference) {
        const halfway = startSmall({ engine, seed, scheduler: make });
        for (let turn = 0; turn < whole.replica.totals.turns / 2 && toTurn(halfway); turn++) act(halfway);
        const forked = fork(halfway);
        run(forked);
        run(halfway);
        expect(leftAt(halfway)).toEqual(leftAt(whole));
        for (const [key, time] of leftAt(forked)) if (time > 0) expect(time).toBe(leftAt(whole).get(key));
        const { turns } = forked.replica.totals; // a fork may be asked once more, at its start
        expect({ ...forked.replica.totals, turns: 0 }).toEqual({ ...whole.replica.totals, turns: 0 });
        expect(turns - whole.replica.totals.turns).toBeLessThanOrEqual(1);
      }
    });

    test('serves no request, and one', () => {
      for (const count of [0, 1]) {
        const { outcome, replica } = runSmall({ engine, seed: 3, scheduler: make, workload: smallWorkload(3, count) });
        expect(outcome).toBe('drained');
        expect(replica.totals.finished).toBe(count);
      }
    });
  });
});

test.each([...Object.keys(schedulers), ...formulas.slice(0, 2), 'hysteresis(srpt)', 'limited(psjf)'])(
  '%s says whether beliefs about length matter to it',
  (spec) => {
    const { make, reads } = resolveScheduler(spec);
    const episode = () => runSmall({ engine: 'vllm-v1+rank', seed: 2, scheduler: make, predictor: confused });
    if (reads === 'length') expect(episode).toThrow(/wrote NaN into (rank|keep) of request \d+ \(key \d+\) at \d+ µs/);
    else expect(episode().outcome).toBe('drained');
  },
);

test('the small worlds are hard enough: requests wait, lose seats and blocks, verify drafts', () => {
  for (const engine of engines) {
    const totals = seeds.map((seed) => runSmall({ engine, seed, scheduler: resolveScheduler('srpt').make }));
    const of = (read: (e: (typeof totals)[number]) => number) => totals.reduce((sum, each) => sum + read(each), 0);
    expect(of(({ replica }) => replica.requests.verifications.reduce((a, b) => a + b))).toBeGreaterThan(0);
    if (engine !== 'serial') expect(of(({ replica }) => replica.totals.evictions)).toBeGreaterThan(0);
    if (engine === 'serial' || engine === 'vllm-v1+rank')
      expect(of(({ replica }) => replica.totals.pauses)).toBeGreaterThan(0);
    expect(
      totals.every(({ replica, delivered }) =>
        replica.requests.state.subarray(0, delivered).every((s) => s === State.finished),
      ),
    ).toBe(true);
  }
});

test('a formula that is no number somewhere is refused with its text', () => {
  const { make } = resolveScheduler('expr: log(generated - 3)');
  expect(() => runSmall({ engine: 'serial', seed: 1, scheduler: make })).toThrow(
    /policy expr: log\(generated - 3\) wrote NaN into rank of request 0 \(key 1000\)/,
  );
});
