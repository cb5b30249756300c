/** One episode of a task: an engine whose policy is a codec, and what is counted of it. */
import type { Space } from '../gym/spaces/space.js';
import type { Stream } from '../random.js';
import { createEngine, type Engine, type Setup } from '../serving/engine.js';
import { fork } from '../serving/fork.js';
import { createMetrics, type Metrics } from '../serving/metrics.js';
import type { Scheduler } from '../serving/policy.js';
import { fromSeconds, type Micros } from '../time.js';
import type { Source, Workload } from '../workloads/workload.js';
import type { Codec } from './codec.js';
import { copyFilm, createFilm, type Film, recordersOf } from './render/film.js';
import type { RewardState } from './rewards/reward.js';
import { createTally, type Tally } from './rewards/tally.js';
import type { TaskOptions, World } from './world.js';

export interface Running<O, A, B> {
  readonly engine: Engine;
  /** The codec of the newest engine that was made from this one's setup: a fork has its own. */
  readonly newest: { codec: Codec<O, A, B> };
  readonly codec: Codec<O, A, B>;
  /** Observations of the last questions, where an agent sees old ones. */
  readonly past: B | null;
  readonly tally: Tally;
  readonly metrics: Metrics | null;
  /** What frames are drawn from; null without a render mode. */
  readonly film: Film | null;
  readonly reward: RewardState;
  /** Questions so far. */
  questions: number;
  /** When the last one was asked. */
  time: Micros;
}

/**
 * Begins an episode, before its first turn.
 * @param random draws which requests, which luck, and when it is cut
 * @param frames observations that are remembered
 * @param given what `reset` was told
 * @param over an episode that nobody looks at any more: its memory is used again
 */
export function beginEpisode<O, A, B>(
  world: World,
  makeCodec: () => Codec<O, A, B>,
  options: TaskOptions,
  frames: number,
  random: Stream,
  given: Readonly<Record<string, unknown>>,
  over: Running<O, A, B> | null = null,
): Running<O, A, B> {
  const draw = (): number => Math.floor(random.next() * 2 ** 32);
  const [workloadSeed, engineSeed, cut] = [draw(), draw(), random.next()];
  const workload = workloadOf(world.source, given, workloadSeed);
  const { truncateAfterSeconds = null, unservedSeconds = 600, metrics: wanted = true, recorders = [] } = options;
  const promises = world.promises ?? [];
  const horizon =
    truncateAfterSeconds === null ? Infinity : firstArrival(workload) + fromSeconds(truncateAfterSeconds * (0.5 + cut));
  const tally = createTally({
    totals: options.reward.totals,
    promises,
    horizon,
    unservedFor: fromSeconds(unservedSeconds),
  });
  const metrics = wanted ? createMetrics({ slo: promises }) : null;
  const film = createFilm(options.renderMode ?? null);
  const newest: { codec: Codec<O, A, B> } = { codec: makeCodec() };
  const setup: Setup = {
    workload,
    rules: world.rules,
    cost: world.cost,
    ...(world.predictor && { predictor: world.predictor }),
    ...(world.believedCost && { believedCost: world.believedCost }),
    promises,
    seed: engineSeed,
    ...(horizon < Infinity && { horizon }),
    scheduler: () => {
      newest.codec = makeCodec();
      return behind(newest.codec, frames);
    },
    recorders: [tally, ...(metrics ? [metrics] : []), ...recordersOf(film), ...recorders.map((make) => make())],
  };
  const engine = createEngine(setup, undefined, over?.engine);
  const { codec } = newest;
  return {
    engine,
    newest,
    codec,
    past: frames > 1 ? codec.observationSpace.createBatch(frames) : null,
    tally,
    metrics,
    film,
    reward: options.reward.begin(engine),
    questions: 0,
    time: engine.replica.now,
  };
}

/** The engine's own policy while an agent decides: it only gives the codec its memory. Nobody would decide in a prospect of its own. */
const behind = (codec: Pick<Codec, 'scope' | 'reset' | 'writeLate'>, frames: number): Scheduler => ({
  name: 'agent',
  ...(codec.scope && { scope: codec.scope }),
  ...(codec.writeLate && { writeLate: codec.writeLate }),
  reset: ({ imagine: _, ...episode }) => codec.reset(episode, frames),
  decide() {},
});

/** A second episode at the same question, which goes its own way. */
export function forkEpisode<O, A, B>(
  at: Running<O, A, B>,
  space: Space<O, B>,
  { renderMode = null }: TaskOptions,
  frames: number,
): Running<O, A, B> {
  const tally = at.tally.copy();
  const metrics = at.metrics ? createMetrics({ slo: at.engine.setup.promises ?? [] }) : null;
  metrics?.load(at.metrics?.save());
  const film = copyFilm(at.film, renderMode);
  const engine = fork(at.engine, { recorders: [tally, ...(metrics ? [metrics] : []), ...recordersOf(film)] });
  const past = at.past && space.createBatch(frames);
  if (past && at.past) for (let k = 0; k < frames; k++) space.write(past, k, space.read(at.past, k));
  return { ...at, engine, codec: at.newest.codec, past, tally, metrics, film, reward: at.reward.copy() };
}

/** The requests that `reset` was given, or drawn from a seed that it was given, or from the environment's own. */
function workloadOf(source: Source, given: Readonly<Record<string, unknown>>, seed: number): Workload {
  const { workload, workloadSeed, ...others } = given;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw new Error(`unknown reset option ${JSON.stringify(unknown)}, expected workload or workloadSeed`);
  if (workload !== undefined) {
    if (ArrayBuffer.isView((workload as Workload | null)?.arrival)) return workload as Workload;
    throw new Error('reset option workload is no workload, expected what createWorkload or a source makes');
  }
  if (workloadSeed === undefined) return source.sample(seed);
  if (typeof workloadSeed !== 'number' && typeof workloadSeed !== 'string')
    throw new Error(`reset option workloadSeed is ${JSON.stringify(workloadSeed)}, expected a number or a word`);
  return source.sample(workloadSeed);
}

const firstArrival = ({ arrival, count }: Workload): Micros => (count > 0 ? arrival[0] : 0);
