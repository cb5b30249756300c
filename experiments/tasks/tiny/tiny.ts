/** A task in a world so small that its optimum is known, for policies that know the hidden draws and for those that do not. */
import type { Env } from '../../../env/gym/env.js';
import { stream } from '../../../env/random.js';
import type { Scheduler } from '../../../env/serving/policy.js';
import { rewardOf } from '../../../env/tasks/rewards/reward.js';
import { createServingEnv } from '../../../env/tasks/serving-env.js';
import { slotCodec } from '../../../env/tasks/slot-codec.js';
import { openTask, promisedWorld } from '../../../env/tasks/task.js';
import type { World } from '../../../env/tasks/world.js';
import type { Source, Workload } from '../../../env/workloads/workload.js';
import { resolveScheduler } from '../../catalogue.js';
import { readValues } from '../../specs.js';
import { findTask } from '../open.js';
import { type Outcome, type Problem, type Solution, solve, solveKnowing } from './solve.js';

/** What a tiny world is made of. A: actions of its task. */
export interface TinyWorld<A = unknown> {
  /** The task's. */
  readonly id: string;
  /** What is hidden, and what there is to decide. */
  readonly summary: string;
  /** What can come; probabilities add up to 1. */
  readonly outcomes: readonly Outcome<Workload>[];
  readonly world: Omit<World, 'source'>;
  /** The task's own parameters that differ from its defaults. */
  readonly values: Readonly<Record<string, number | string>>;
  /** The heuristic that the agent adds to. */
  readonly base: string;
  /** Heuristics to choose among. */
  readonly heuristics?: readonly string[];
  readonly reward: string;
  /** The actions among which the optimum is looked for. */
  actions(observation: Float32Array, mask: Uint8Array | null): readonly A[];
  /** Schedulers that know no lengths, by name. The first one is the simplest: the optimum is above it. */
  readonly baselines: readonly string[];
}

export interface TinyTask<A = unknown> extends TinyWorld<A> {
  /** An environment in which one outcome comes in every episode. */
  open(workload: Workload): Env<Float32Array, A>;
  /** One in which outcomes are drawn anew for every episode, as likely as they are: to learn in. */
  sample(seed: number): Env<Float32Array, A>;
  readonly problem: Problem<Workload, A>;
  /** The best policy that sees observations only. */
  readonly solution: Solution<A>;
  /** Expected returns. */
  readonly optimum: { readonly nonClairvoyant: number; readonly clairvoyant: number };
  /** Expected return of a scheduler in the task's world, under its reward. */
  returnOf(scheduler: string): number;
}

/** Everything is computed when it is asked for. */
export function tinyOf<A>(tiny: TinyWorld<A>): TinyTask<A> {
  const { id, outcomes, values, base, heuristics = [] } = tiny;
  const task = findTask(id);
  const own = readValues(id, task.parameters, new Map(Object.entries(values).map(([key, value]) => [key, `${value}`])));
  const options = { reward: rewardOf(tiny.reward), metrics: false };
  const make = (spec: string): (() => Scheduler) => resolveScheduler(spec).make;
  const openFrom = (source: Source): Env<Float32Array, A> =>
    openTask(task, { ...tiny.world, source }, own, {
      base: make(base),
      heuristics: heuristics.map(make),
      ...options,
    }) as unknown as Env<Float32Array, A>;
  const open = (workload: Workload): Env<Float32Array, A> => openFrom(only(workload));
  const problem = { outcomes, open, actions: tiny.actions };
  let solution: Solution<A> | null = null;
  let clairvoyant: number | null = null;
  const solved = (): Solution<A> => {
    solution ??= solve(problem);
    return solution;
  };
  return {
    ...tiny,
    open,
    sample: (seed) => openFrom(drawnFrom(id, outcomes, seed)),
    problem,
    get solution() {
      return solved();
    },
    get optimum() {
      clairvoyant ??= solveKnowing(problem);
      return { nonClairvoyant: solved().value, clairvoyant };
    },
    returnOf: (scheduler) =>
      outcomes.reduce((sum, { probability, hidden }) => {
        const codec = slotCodec({ base: make(scheduler), perRequest: [], forAll: ['gamma'], slots: 1, span: 1 })();
        const world = promisedWorld(task, { ...tiny.world, source: only(hidden) }, own);
        const env = createServingEnv(world, () => codec, options);
        return sum + probability * returnOfZero(env);
      }, 0),
  };
}

/** A heuristic to which nothing is added. */
function returnOfZero(env: Env<Float32Array, Float32Array>): number {
  const nothing = new Float32Array(1);
  env.reset({ seed: 0 });
  for (let sum = 0; ; ) {
    const [, reward, terminated] = env.step(nothing);
    sum += reward;
    if (terminated) return sum;
  }
}

const only = (workload: Workload): Source => ({ name: workload.name, sample: () => workload });

const drawnFrom = (name: string, outcomes: readonly Outcome<Workload>[], seed: number): Source => ({
  name,
  sample(episode) {
    let left = stream(`${seed}/${episode}`, 'tiny outcomes').next();
    for (const { probability, hidden } of outcomes) {
      left -= probability;
      if (left < 0) return hidden;
    }
    return outcomes[outcomes.length - 1].hidden;
  },
});
