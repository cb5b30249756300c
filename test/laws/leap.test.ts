/** Leaping changes nothing: asked on events only, every few iterations or every one, the episode is the same. */
import { describe, expect, it } from 'vitest';
import type { Scheduler } from '../../env/serving/policy.js';
import { presets } from '../../env/serving/presets.js';
import { forAll, PRESETS, randomEpisode, type Wishes } from './generators.js';
import { asked, eventful, hash, indexPolicies } from './policies.js';
import { ran, resultsOf } from './results.js';

/** Policies whose answers only an event can change. */
const { fcfs, sjf, priority, lcfs } = indexPolicies;
const steadfast = [fcfs, sjf, priority, lcfs];

/** Asked again after a number of iterations that is a new one each time. */
const nowAndThen =
  (make: () => Scheduler, seed: number): (() => Scheduler) =>
  () => {
    const inner = make();
    let turn = 0;
    return {
      ...inner,
      decide(view, out) {
        inner.decide(view, out);
        out.wakeIn = 1 + Math.floor(20 * hash(seed, turn++));
      },
    };
  };

/** Also woken by the clock, to say nothing new. */
const withTimers =
  (make: () => Scheduler, seed: number): (() => Scheduler) =>
  () => {
    const inner = make();
    return {
      ...inner,
      wakeIn: Infinity,
      decide(view, out) {
        inner.decide(view, out);
        out.wakeAt = Math.min(out.wakeAt, view.now + Math.floor(400 * hash(seed, view.now)));
      },
    };
  };

function compare(
  policy: () => Scheduler,
  seed: number,
  episode: ReturnType<typeof randomEpisode>,
  timers: boolean,
): void {
  const setup = { horizon: 30_000, ...episode };
  const engine = ran({ ...setup, scheduler: asked(policy, 1) });
  const stepwise = resultsOf(engine);
  expect(resultsOf(ran({ ...setup, scheduler: asked(policy, Infinity) }))).toEqual(stepwise);
  expect(resultsOf(ran({ ...setup, scheduler: asked(policy, 2 + (seed % 7)) }))).toEqual(stepwise);
  expect(resultsOf(ran({ ...setup, scheduler: nowAndThen(policy, seed) }))).toEqual(stepwise);
  // An engine that is blocked for ever ends there, unless it has a timer to wait for.
  if (timers && engine.outcome !== 'stuck') {
    expect(resultsOf(ran({ ...setup, scheduler: withTimers(policy, seed) }))).toEqual(stepwise);
  }
}

describe('leap on ≡ leap off', () => {
  for (const preset of PRESETS) {
    const situations: Record<string, Wishes> = {
      'as it comes': {},
      'with prefix caching and a small pool': {
        drafts: false,
        rules: {
          prefixCaching: true,
          lends: false,
          blockSize: 2,
          blocks: 40,
          watermarkBlocks: 0,
          admissionReserve: 'chunk',
        },
      },
      'with long answers': { drafts: false, rules: { maxModelLen: 400, tokenBudget: 500 } },
      'with drafts': { drafts: true },
      'with clients that leave and a horizon': { exits: true, horizon: true },
    };
    for (const [situation, wishes] of Object.entries(situations)) {
      if (preset === 'serial' && wishes.rules?.prefixCaching) continue;
      if (wishes.drafts && presets[preset].proposers.length === 0) continue;
      it(`${preset} ${situation}`, () => {
        forAll(6, (d) => {
          const episode = randomEpisode(d, { preset, ...wishes });
          compare(d.pick(steadfast), d.int(0, 1000), episode, true);
        });
      });
    }

    it(`${preset} under a policy that writes everything, on events`, () => {
      forAll(12, (d) => {
        const episode = randomEpisode(d, { preset });
        compare(eventful(d.int(0, 1000), d.int(20, 500)), d.int(0, 1000), episode, false);
      });
    });
  }

  it('really leaps', () => {
    forAll(20, (d) => {
      const episode = randomEpisode(d, { preset: 'serial', exits: false, horizon: false, drafts: false });
      const often = ran({ ...episode, scheduler: asked(fcfs, 1) });
      const seldom = ran({ ...episode, scheduler: asked(fcfs, Infinity) });
      expect(often.replica.totals.turns).toBeGreaterThanOrEqual(often.replica.totals.iterations);
      expect(seldom.replica.totals.turns).toBeLessThanOrEqual(2 * episode.workload.count + 1);
    });
  });
});
