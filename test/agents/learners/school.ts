/** A small world with a queue worth ordering: forty requests of very different lengths come faster than eight seats can serve them. */
import { type Lesson, type LessonOptions, lessonsOf } from '../../../agents/learners/lessons.js';
import { exponential } from '../../../env/distributions.js';
import { stream } from '../../../env/random.js';
import { affineCost } from '../../../env/serving/cost/affine.js';
import type { Setup } from '../../../env/serving/engine.js';
import type { Scheduler } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { resolvePredictor, resolveScheduler } from '../../../experiments/catalogue.js';

const COUNT = 40;
const rules = preset('vllm-v1+rank', { maxBatch: 8, blocks: 600, maxModelLen: 4096, tokenBudget: 1024 });
const cost = affineCost({ base: 9000, perPrefillToken: 40, perDecodeToken: 60 });
const predictor = resolvePredictor('noisy:sigma=0.3').make;

export const make = (spec: string): (() => Scheduler) => resolveScheduler(spec).make;

export function schoolDay(seed: number, scheduler: () => Scheduler): Setup {
  const { next } = stream(seed, 'school');
  const draw = (of: () => number): number[] => Array.from({ length: COUNT }, of);
  const workload = createWorkload({
    name: `school day ${seed}`,
    arrival: draw(() => Math.floor(6e6 * next())),
    promptTokens: draw(() => 20 + Math.floor(600 * next())),
    outputTokens: draw(() => 10 + Math.floor(Math.min(1500, 250 * exponential(next())))),
    declared: draw(() => 2000),
  });
  return { workload, rules, cost, predictor, seed, scheduler };
}

/** Lessons of an expert on some days. @param acting [the expert] */
export const heard = (
  expert: string,
  seeds: readonly number[],
  acting: () => Scheduler = make(expert),
  options: Partial<LessonOptions> = {},
): Lesson[] =>
  seeds.flatMap((seed) => lessonsOf(schoolDay(seed, acting), { expert: make(expert), thin: 1, ...options }));
