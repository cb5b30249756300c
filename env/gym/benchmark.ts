/** How fast an environment is, in processor time of this thread's process: what else runs on the machine hardly shows. */
import { type Seed, stream } from '../random.js';
import { legalAction, maskNow } from './check/values.js';
import { createColumns } from './columns.js';
import type { Env } from './env.js';

/** What a benchmark measured. */
export interface Speed {
  /** Steps, environments or frames. */
  readonly count: number;
  /** Processor time, user and system, in seconds. */
  readonly seconds: number;
  readonly perSecond: number;
}

export interface BenchmarkOptions {
  /** Processor time to spend, in seconds [1]. */
  readonly seconds?: number;
  readonly seed?: Seed;
}

export interface StepBenchmarkOptions extends BenchmarkOptions {
  /** `tuples`: reset and step; `columns`: resetInto and stepInto, without allocation ['tuples']. */
  readonly path?: 'tuples' | 'columns';
}

/** Times between two looks at the clock. */
const BATCH = 64;
/** Actions drawn beforehand where all are always legal, so that drawing them is not measured. */
const DRAWN = 1024;

/** Steps with random legal actions; resets between episodes count as time. @throws Error if the path is not there */
export function benchmarkStep(env: Env, { seconds = 1, seed = 0, path = 'tuples' }: StepBenchmarkOptions = {}): Speed {
  const random = stream(seed, 'actions');
  let [, info] = env.reset({ seed });
  const masked = maskNow(env, info) !== undefined;
  const drawn = Array.from({ length: masked ? 0 : DRAWN }, () => env.actionSpace.sample({ random }));
  let at = 0;
  const next = (): unknown => (masked ? legalAction(env, info, random) : drawn[at++ % DRAWN]);
  if (path === 'columns') return byColumns(env, next, seconds);
  return measure(seconds, () => {
    for (let k = 0; k < BATCH; k++) {
      const result = env.step(next());
      info = result[4];
      if (result[2] || result[3]) info = env.reset()[1];
    }
    return BATCH;
  });
}

function byColumns(env: Env, next: () => unknown, seconds: number): Speed {
  if (!env.resetInto || !env.stepInto) throw new Error('this environment has no resetInto and stepInto');
  const out = createColumns(env.observationSpace, 1, env.actionMasks?.().length ?? 0);
  env.resetInto(out, 0);
  return measure(seconds, () => {
    for (let k = 0; k < BATCH; k++) {
      env.stepInto?.(next(), out, 0);
      if (out.terminated[0] + out.truncated[0] > 0) env.resetInto?.(out, 0);
    }
    return BATCH;
  });
}

/** Environments made, reset and closed. */
export function benchmarkInit(make: () => Env, { seconds = 1, seed = 0 }: BenchmarkOptions = {}): Speed {
  return measure(seconds, () => {
    const env = make();
    env.reset({ seed });
    env.close();
    return 1;
  });
}

/** Frames rendered, a step between each two. @throws Error if it was made without a render mode */
export function benchmarkRender(env: Env, { seconds = 1, seed = 0 }: BenchmarkOptions = {}): Speed {
  const random = stream(seed, 'actions');
  let [, info] = env.reset({ seed });
  return measure(seconds, () => {
    const result = env.step(legalAction(env, info, random));
    info = result[2] || result[3] ? env.reset()[1] : result[4];
    env.render();
    return 1;
  });
}

function measure(seconds: number, batch: () => number): Speed {
  if (!(seconds > 0)) throw new Error(`a benchmark needs some time, not ${seconds} seconds`);
  const begin = process.cpuUsage();
  let count = 0;
  let spent = 0;
  while (spent < seconds) {
    count += batch();
    const { user, system } = process.cpuUsage(begin);
    spent = (user + system) / 1e6;
  }
  return { count, seconds: spent, perSecond: count / spent };
}
