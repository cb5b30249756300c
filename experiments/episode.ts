/** One episode: a workload through an engine under a scheduler with beliefs, and what came of it. */

import type { Seed } from '../env/random.js';
import type { Predictor } from '../env/serving/beliefs.js';
import type { CostModel } from '../env/serving/cost/cost.js';
import { createEngine, type Outcome, run } from '../env/serving/engine.js';
import { createMetrics, type Summary } from '../env/serving/metrics.js';
import type { Scheduler } from '../env/serving/policy.js';
import type { Recorder } from '../env/serving/recorder.js';
import type { Rules } from '../env/serving/rules.js';
import type { Slo } from '../env/serving/slo.js';
import { MICROS_PER_MILLI } from '../env/time.js';
import type { Workload } from '../env/workloads/workload.js';
import { type BeliefError, watchBeliefs } from './belief-error.js';

export interface EpisodeSetup {
  readonly workload: Workload;
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly scheduler: () => Scheduler;
  readonly predictor?: (() => Predictor) | undefined;
  readonly seed: Seed;
  readonly recorders?: readonly Recorder[];
  /** Promises by class: policies know them, goodput and attainment are by them [nothing but deadlines]. */
  readonly slo?: readonly Slo[];
  /** Says how far the beliefs were off [false]. */
  readonly watch?: boolean;
}

export interface EpisodeResult {
  readonly outcome: Outcome;
  readonly summary: Summary;
  /** Wall-clock µs of a decision, mean over sampled turns: the one figure that differs from run to run. */
  readonly decisionMicros: number;
  /** Where it was asked for, and somebody finished. */
  readonly error?: BeliefError;
}

/** Runs until everyone has left. */
export function runEpisode({
  workload,
  rules,
  cost,
  scheduler,
  predictor,
  seed,
  recorders = [],
  slo = [],
  watch: overhear = false,
}: EpisodeSetup): EpisodeResult {
  const metrics = createMetrics({ slo });
  const watch = { micros: 0, turns: 0 };
  const beliefs = predictor && overhear ? watchBeliefs(predictor) : undefined;
  const make = beliefs?.predictor ?? predictor;
  const engine = createEngine({
    workload,
    rules,
    cost,
    scheduler: () => timed(scheduler(), watch),
    ...(make && { predictor: make }),
    promises: slo,
    seed,
    recorders: [metrics, ...recorders],
  });
  const outcome = run(engine);
  const error = beliefs?.error();
  return {
    outcome,
    summary: metrics.summary(),
    decisionMicros: watch.turns > 0 ? watch.micros / watch.turns : 0,
    ...(error && { error }),
  };
}

/** One turn in so many is timed: reading the clock costs as much as a small decision. */
const SAMPLE = 16;

function timed(inner: Scheduler, watch: { micros: number; turns: number }): Scheduler {
  let turn = 0;
  let imagined = false; // its turns are part of a decision
  return {
    name: inner.name,
    ...(inner.scope && { scope: inner.scope }),
    ...(inner.wakeIn !== undefined && { wakeIn: inner.wakeIn }),
    reset(episode) {
      imagined = episode.imagine === undefined;
      inner.reset?.(episode);
    },
    decide(view, out) {
      if (imagined || ++turn % SAMPLE !== 0) return inner.decide(view, out);
      const from = performance.now();
      inner.decide(view, out);
      watch.micros += (performance.now() - from) * MICROS_PER_MILLI;
      watch.turns++;
    },
  };
}
