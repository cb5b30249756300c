/** Fork: a second engine at the same moment, with the same future or one drawn anew from beliefs. */
import type { Seed } from '../random.js';
import type { Workload } from '../workloads/workload.js';
import { createEngine, type Engine, type Setup } from './engine.js';
import type { Scheduler } from './policy.js';
import type { Recorder } from './recorder.js';
import { resample } from './resample.js';
import { load } from './restore.js';
import { type Snapshot, snapshot } from './snapshot.js';

export interface ForkOptions {
  /** 'beliefs': the hidden rest is drawn anew from what is believed, so that a plan cannot see the truth [the same future]. */
  readonly resample?: 'beliefs';
  /** Names the draw. */
  readonly seed?: Seed;
  /** Resampled forks: requests still to come, from now on [none]. */
  readonly future?: Workload;
  /** Another policy from here on, with fresh memory [the engine's own, with its memory]. */
  readonly scheduler?: () => Scheduler;
  /** [none] */
  readonly recorders?: readonly Recorder[];
  /** An earlier fork of the same engine with the same options, whose memory is used again. */
  readonly into?: Engine;
  /** A snapshot of the engine to fork from [its present]. */
  readonly from?: Snapshot;
}

/**
 * A second engine at the same moment, which goes its own way. Rows of requests that left before are empty in it.
 * @throws Error if `into` is not a fork of an engine like this one
 */
export function fork(engine: Engine, options: ForkOptions = {}): Engine {
  const from = options.from ?? snapshot(engine);
  const twin = options.into ?? createEngine(twinSetup(engine, options));
  if (twin.setup.rules !== engine.setup.rules || twin.replica.ledger.capacity < engine.replica.ledger.capacity) {
    throw new Error('fork: `into` is a fork of another engine, expected one with the same rules and room');
  }
  load(twin, from, options.scheduler ? twin.ownColumns : undefined);
  if (options.resample) resample(twin, options.seed ?? 0, options.future);
  return twin;
}

function twinSetup(engine: Engine, { scheduler, recorders, future }: ForkOptions): Setup {
  const { setup } = engine;
  return {
    ...setup,
    scheduler: scheduler ?? setup.scheduler ?? undefined,
    recorders: recorders ?? [],
    capacity: engine.replica.ledger.capacity + (future?.count ?? 0),
  } as Setup;
}
