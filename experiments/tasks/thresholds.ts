/** `rewardThreshold` of every task: the mean return of the best heuristic there is for it. */
import { z } from 'zod';
import { packageFile, readData } from '../../env/files.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { promisedWorld, type Task } from '../../env/tasks/task.js';
import { meanInterval } from '../bootstrap.js';
import { shippedFor } from '../tune/tuned.js';
import { heuristicReturn } from './heuristic-return.js';
import { findTask, resolveTask } from './open.js';

/** Where the measured ones ship. */
const THRESHOLDS = 'experiments/tasks/thresholds.json';

/** Return of a heuristic over an episode: mean and 95 % interval over seeds. */
export interface HeuristicReturn {
  readonly heuristic: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const thresholdsSchema = z.strictObject({
  command: z.string().min(1),
  version: z.string().min(1),
  seeds: z.int().min(1),
  tasks: z.record(z.string(), z.strictObject({ heuristic: z.string(), rewardThreshold: z.number() })),
});
export type Thresholds = z.output<typeof thresholdsSchema>;

/** The thresholds that ship. @throws Error naming the file and what is wrong with it */
export function readThresholds(): Thresholds {
  const parsed = thresholdsSchema.safeParse(readData(packageFile(THRESHOLDS)));
  if (parsed.success) return parsed.data;
  const told = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Error(`${THRESHOLDS}: not thresholds (${told.join('; ')})`);
}

/** Heuristics that may set the threshold: baselines, the default base, and what was tuned for the setting on the task's engine. */
export function contendersOf({ baselines, defaults: { setting, engine, base } }: Task): string[] {
  const own = engine ?? namedSetting(setting).deployment.engine;
  const tuned = shippedFor(setting).filter((each) => each.rung === 3 && each.engine === own);
  return [...new Set([...baselines, base, ...tuned.map((each) => `tuned:${each.base}`)])];
}

export interface ThresholdOptions {
  /** The first of so many seeds that follow each other. */
  readonly seed: number;
  readonly seeds: number;
  /** Requests of an episode [the setting's]. */
  readonly requests?: number | undefined;
  /** Called after each episode. */
  tick?(): void;
}

/** The return of every contender at the task's defaults, best first. */
export function measureThreshold(id: string, { seed, seeds, requests, tick }: ThresholdOptions): HeuristicReturn[] {
  const size = requests === undefined ? {} : { requests };
  return contendersOf(findTask(id))
    .map((heuristic) => {
      const { task, world, values, open } = resolveTask(id, { base: heuristic, ...size });
      const { base, heuristics: _others, ...options } = open;
      const own = promisedWorld(task, world, values);
      const returns = Array.from({ length: seeds }, (_, k) => {
        const sum = heuristicReturn(own, base, options, seed + k);
        tick?.();
        return sum;
      });
      const { value: mean, low, high } = meanInterval(returns);
      return { heuristic, mean, low, high };
    })
    .sort((a, b) => b.mean - a.mean);
}
