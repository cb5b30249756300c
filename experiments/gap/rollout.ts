/**
 * Planning by fork: now and then every candidate is rolled out from here, and the one with the least ΣJCT has the say until the next time.
 *
 * A fork draws the hidden rest anew from the beliefs, so a plan sees no more than the scheduler does. It runs until everybody who is here
 * has left; nobody comes in it, and all candidates meet the same draws. Cost of a plan: ∫N dt of the fork, in the mean over the draws.
 *
 * Source: the rollout algorithm (Bertsekas and Castañon 1999): one step of policy improvement over the candidates.
 */
import { act, createEngine, type Engine, run, type Setup, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import { createMetrics } from '../../env/serving/metrics.js';
import { snapshot } from '../../env/serving/snapshot.js';
import { switching } from '../../env/tasks/switching.js';
import { fromMillis } from '../../env/time.js';
import { resolveScheduler } from '../catalogue.js';
import type { EpisodeResult } from '../episode.js';

export interface Rollout {
  /** Specs of schedulers that keep no memory of their own; the first begins. */
  readonly candidates: readonly string[];
  /** Least time between two plans. */
  readonly everyMs: number;
  /** Futures that each candidate is tried on. */
  readonly samples: number;
}

/** One episode under a plan. */
export function planEpisode(
  setup: Omit<Setup, 'scheduler' | 'recorders'>,
  { candidates, everyMs, samples }: Rollout,
): Pick<EpisodeResult, 'outcome' | 'summary'> {
  const metrics = createMetrics({ slo: setup.promises ?? [] });
  const makers = candidates.map((spec) => resolveScheduler(spec).make);
  const leader = switching(makers);
  const engine = createEngine({ ...setup, scheduler: leader.make, recorders: [metrics] });
  const twins: (Engine | undefined)[] = makers.map(() => undefined);
  let due = 0;
  while (toTurn(engine)) {
    const { now, queue } = engine.replica;
    if (now >= due && queue.n > 0) {
      leader.choose(plan(now));
      due = now + fromMillis(everyMs);
    }
    act(engine);
  }
  return { outcome: engine.outcome, summary: metrics.summary() };

  /** The candidate that does best from here; of equals the first. */
  function plan(now: number): number {
    const from = snapshot(engine);
    const costs = makers.map((make, k) => {
      let cost = 0;
      for (let sample = 0; sample < samples; sample++) {
        const own = switching([make]);
        const twin = fork(engine, {
          resample: 'beliefs',
          seed: `${setup.seed}/${now}/${sample}`,
          scheduler: own.make,
          from,
          ...(twins[k] && { into: twins[k] }),
        });
        twins[k] ??= twin;
        cost += untilEmpty(twin);
      }
      return cost;
    });
    return costs.indexOf(Math.min(...costs));
  }
}

/** Request-µs until everybody has left. */
function untilEmpty(twin: Engine): number {
  const before = twin.replica.totals.areaInSystem;
  act(twin);
  run(twin);
  return twin.outcome === 'drained' ? twin.replica.totals.areaInSystem - before : Infinity;
}
