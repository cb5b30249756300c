/** Hyper-parameters of learners as a user may set them. */
import { z } from 'zod';
import { didYouMean } from '../../env/spelling.js';
import type { Hyper } from './training.js';

const count = z.int().min(1);
const share = z.number().min(0).max(1);
const positive = z.number().positive();
const some = z.number().min(0);
/** First policy, and how it explores. */
const policy = {
  firstGain: some,
  initialLogSd: z.number(),
  exploration: z.enum(['held', 'step']),
  heldSeconds: positive,
};

const imitation = z.strictObject({
  expert: z.string().min(1),
  clairvoyant: z.boolean(),
  rounds: count,
  episodes: count,
  thin: count,
  updates: count,
  layers: count,
  rate: positive,
});

/** By learner; meanings and defaults are those of its options in `agents/learners`. */
const schemas: Readonly<Record<string, z.ZodObject>> = {
  ppo: z.strictObject({
    envs: count,
    rollout: count,
    batch: count,
    epochs: count,
    rate: positive,
    anneal: z.boolean(),
    discount: share,
    lambda: share,
    lambdaPer: z.enum(['decision', 'second']),
    average: z.boolean(),
    clip: positive,
    valueClip: positive,
    valueCoefficient: some,
    entropyCoefficient: some,
    gradientNorm: positive,
    targetKl: positive,
    privileged: z.boolean(),
    ...policy,
    activation: z.enum(['tanh', 'relu']),
  }),
  dqn: z.strictObject({
    memory: count,
    start: count,
    every: count,
    copyEvery: count,
    batch: count,
    rate: positive,
    discount: share,
    epsilon: share,
    exploring: share,
    double: z.boolean(),
    gradientNorm: positive,
    activation: z.enum(['tanh', 'relu']),
  }),
  reinforce: z.strictObject({
    groups: count,
    rollouts: count,
    rate: positive,
    entropyCoefficient: some,
    gradientNorm: positive,
    ...policy,
    activation: z.enum(['tanh', 'relu']),
  }),
  clone: imitation,
  dagger: imitation,
};

/** @throws Error naming the first that the learner does not have, or whose value is none */
export function checkHyper(learner: string, hyper: Hyper): void {
  const { shape } = schemas[learner];
  for (const [name, value] of Object.entries(hyper)) {
    if (!Object.hasOwn(shape, name))
      throw new Error(`--hyper: ${learner} has no ${JSON.stringify(name)}${didYouMean(name, Object.keys(shape))}`);
    const { error } = z.safeParse(shape[name] as z.ZodType, value);
    if (error) throw new Error(`--hyper: ${name} is ${JSON.stringify(value)}: ${error.issues[0].message}`);
  }
}
