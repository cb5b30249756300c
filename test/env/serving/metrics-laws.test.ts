import { describe, expect, it } from 'vitest';
import { srpt } from '../../../agents/schedulers/srpt.js';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { act, createEngine, run, type Setup, toTurn } from '../../../env/serving/engine.js';
import { fork } from '../../../env/serving/fork.js';
import { createMetrics, type Summary } from '../../../env/serving/metrics.js';
import { fcfs, type Scheduler } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { State } from '../../../env/serving/requests.js';
import { restore } from '../../../env/serving/restore.js';
import { snapshot } from '../../../env/serving/snapshot.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { oracle } from '../../../predictors/oracle.js';
import { forAll, randomEpisode, type Wishes } from '../../laws/generators.js';
import { asked, eventful } from '../../laws/policies.js';
import { measure } from './measure.js';
import { seenBy, total, watcher } from './watcher.js';

/** Everyone here can be served: who never fits is rejected. */
const rejecting: Wishes = { rules: { unfit: 'reject' } };

/**
 * Turns depend on how often the policy is asked, nothing else does; but where a held request is served by force, every
 * turn holds it again.
 */
const withoutTurns = (summary: Summary): Summary => {
  const { forced, pauses } = summary;
  return { ...summary, turns: 0, forced: Math.min(1, forced), pauses: forced > 0 ? 0 : pauses };
};

describe('laws', () => {
  it('the first token and the gaps behind it make up the JCT; the area makes up all time spent here', () => {
    forAll(60, (d) => {
      const { seed, ...episode } = randomEpisode(d, { ...rejecting, exits: false, horizon: false });
      const { summary, s } = measure({ ...episode, scheduler: eventful(seed, 40) });
      if (summary.requests.unfinished > 0) return;
      const ofFinished = (column: Float64Array): number => {
        let sum = 0;
        for (let r = 0; r < summary.requests.arrived; r++) {
          if (s.requests.state[r] === State.finished) sum += column[r] - s.requests.arrival[r];
        }
        return sum;
      };
      expect(total(summary.ttft)).toBe(ofFinished(s.requests.firstToken));
      expect(total(summary.jct)).toBe(ofFinished(s.hidden.left));
      expect(total(summary.ttft) + total(summary.tbt)).toBeCloseTo(total(summary.jct), 6);
      expect(s.totals.areaInSystem).toBeCloseTo(total(summary.jct), 6);
    });
  });

  it('leaping changes no figure', () => {
    forAll(80, (d) => {
      const { seed, ...episode } = randomEpisode(d, rejecting);
      const policies: (() => Scheduler)[] = [fcfs, eventful(seed, 40)];
      for (const policy of policies) {
        const leaping = measure({ ...episode, scheduler: asked(policy, Infinity) });
        const stepping = measure({ ...episode, scheduler: asked(policy, 1) });
        expect(withoutTurns(leaping.summary)).toEqual(withoutTurns(stepping.summary));
      }
    });
  });

  it('a recorder that looks at everyone after every iteration sees the same', () => {
    forAll(80, (d) => {
      const { seed, ...episode } = randomEpisode(d, rejecting);
      const watch = watcher();
      const { summary, s } = measure({
        ...episode,
        scheduler: asked(eventful(seed, 40), 1),
        recorders: [watch.recorder],
      });
      expect(seenBy(summary, s)).toEqual(watch.seen());
    });
  });

  it('alone, or one at a time: slowdown is 1, and at least 1', () => {
    forAll(40, (d) => {
      const lone = measure(randomEpisode(d, { requests: 1, exits: false, horizon: false, ...rejecting })).summary;
      if (lone.requests.finished === 1 && lone.evictions === 0) expect(lone.slowdown.mean).toBe(1);
      const { seed: _, ...serial } = randomEpisode(d, { preset: 'serial', exits: false, horizon: false });
      for (const scheduler of [fcfs, srpt]) {
        const { slowdown } = measure({ ...serial, scheduler, predictor: oracle }).summary;
        for (const least of [slowdown.p50, slowdown.mean, slowdown.max])
          expect(least >= 1 || slowdown.count === 0).toBe(true);
      }
    });
  });
});

describe('snapshots', () => {
  const setup: Setup = {
    workload: createWorkload({
      name: 'forty',
      arrival: Array.from({ length: 40 }, (_, k) => 37 * k),
      promptTokens: Array.from({ length: 40 }, (_, k) => 5 + ((7 * k) % 23)),
      outputTokens: Array.from({ length: 40 }, (_, k) => 1 + ((13 * k) % 31)),
    }),
    rules: preset('vllm-v1+rank', {
      blockSize: 4,
      blocks: 40,
      maxBatch: 4,
      tokenBudget: 20,
      maxModelLen: 64,
      prefixCaching: false,
    }),
    cost: affineCost({ base: 10, perContextToken: 0.1 }),
    scheduler: srpt,
    predictor: oracle,
  };
  const half = () => {
    const metrics = createMetrics();
    const engine = createEngine({ ...setup, recorders: [metrics] });
    for (let turn = 0; turn < 120 && toTurn(engine); turn++) act(engine);
    return { metrics, engine };
  };
  const straight = measure(setup).summary;

  it('a run that is taken back and run again measures what it would have', () => {
    const { metrics, engine } = half();
    const middle = metrics.summary();
    const saved = snapshot(engine);
    run(engine);
    expect(metrics.summary()).toEqual(straight);
    restore(engine, saved);
    expect(metrics.summary()).toEqual(middle);
    run(engine);
    expect(metrics.summary()).toEqual(straight);
  });

  it('metrics that are loaded go on in a fork', () => {
    const { metrics, engine } = half();
    const other = createMetrics();
    other.load(metrics.save());
    const twin = fork(engine, { recorders: [other] });
    run(twin);
    expect(other.summary()).toEqual(straight);
    run(engine);
    expect(metrics.summary()).toEqual(straight);
  });

  it('metrics attached to a fork measure from then on', () => {
    const { engine } = half();
    const { now, live, totals } = engine.replica;
    const here = live.n;
    const other = createMetrics();
    const twin = fork(engine, { recorders: [other] });
    const finished = totals.finished;
    run(twin);
    const summary = other.summary();
    expect(summary.requests.finished).toBe(40 - finished);
    expect(summary.requests.arrived).toBe(40 - finished - here);
    expect(summary.span).toBeLessThanOrEqual(twin.replica.now - now);
    expect(summary.tbt.count).toBeGreaterThan(summary.requests.finished);
    expect(summary.fairness.longestStarvation).toBeLessThanOrEqual(summary.span);
    expect(summary.kvUse.mean).toBeLessThanOrEqual(1);
  });
});
