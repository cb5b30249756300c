/** The environment that a gradient learner trains in: requests of the training split, cut at random times, rewards on a scale of 1. */

import type { MakeEnv } from '../../agents/learners/learner.js';
import { codecOf } from '../../agents/task-policy.js';
import type { Env } from '../../env/gym/env.js';
import { rescaleReward } from '../../env/gym/wrappers/rescale-reward.js';
import { wrap } from '../../env/gym/wrappers/wrap.js';
import type { Codec } from '../../env/tasks/codec.js';
import { createServingEnv } from '../../env/tasks/serving-env.js';
import { promisedWorld } from '../../env/tasks/task.js';
import { resolveTask } from '../tasks/open.js';
import { mixture } from './mixture.js';
import type { Stage } from './stage.js';
import type { GradientOptions } from './training.js';

/** Its episodes are functions of the seed of `reset` and the actions, and so is the place that each is played in. */
export function trainingEnv(stage: Stage, { truncateS, trainReward, rewardScale }: GradientOptions): MakeEnv {
  const opened = placesOf(stage, trainReward).map(({ world, codec, open }) => ({ world, codec, reward: open.reward }));
  const options = { truncateAfterSeconds: truncateS > 0 ? truncateS : null, metrics: false };
  return () =>
    mixture(
      opened.map(
        ({ world, codec, reward }) =>
          wrap(createServingEnv(world, codec, { reward, ...options }), rescaleReward({ scale: rewardScale })) as Env,
      ),
    );
}

/**
 * How a learner sees the stage and acts there.
 * @param reward of training episodes [that of the stage]
 * @throws Error if an engine is not one for the task, or there is no such reward
 */
export const codecAt = (stage: Stage, reward?: string | undefined): Codec => placesOf(stage, reward)[0].codec();

function placesOf({ places, facts, view, base }: Stage, reward?: string | undefined) {
  return places.map((names) => {
    const { task, world, values, open } = resolveTask(facts.task, {
      ...names,
      split: 'train',
      base,
      ...(reward !== undefined && { reward }),
    });
    const own = promisedWorld(task, world, values);
    const { base: heuristic, heuristics = [] } = open;
    const form = { task: task.id, parameters: view, heads: facts.heads, base: heuristic, heuristics };
    return { world: own, codec: codecOf(form, own.rules), open };
  });
}
