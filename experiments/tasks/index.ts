/** Entry `servegym/tasks`: the task suite, ready to be made by id. Importing it registers every task. */
import { register } from '../../env/gym/registry.js';
import { tasks } from '../../env/tasks/catalogue.js';
import type { ServingEnv } from '../../env/tasks/serving-env.js';
import type { SetAction, SetBatch, SetObservation } from '../../env/tasks/set-codec.js';
import { openNamedTask } from './open.js';
import { readThresholds } from './thresholds.js';

export { make, makeVec } from '../../env/gym/index.js';
export { tasks } from '../../env/tasks/catalogue.js';
export { type Agent, asPolicy, type Codec } from '../../env/tasks/codec.js';
export { type Reward, rewardNames, rewardOf } from '../../env/tasks/rewards/reward.js';
export { createServingEnv, type ServingEnv, type ServingExtras } from '../../env/tasks/serving-env.js';
export type { SetAction, SetBatch, SetObservation } from '../../env/tasks/set-codec.js';
export { type OpenTask, openTask, type Task, type TaskDefaults, type TaskParts, task } from '../../env/tasks/task.js';
export type { TaskOptions, World } from '../../env/tasks/world.js';
export type { TaskNames } from './names.js';
export { openNamedTask } from './open.js';
export { readTraces } from './trace.js';

type OfRequests = ServingEnv<SetObservation, SetAction, SetBatch>;
type Slots = ServingEnv<Float32Array, Float32Array, Float32Array>;
type Discrete = ServingEnv<Float32Array, number, Float32Array>;

/** The form of a task that adds to a heuristic: sets, or with slots flat arrays. */
type FormOf<Options> = 'slots' extends keyof Options ? OfSlots<Options['slots']> : OfRequests;
type OfSlots<Count> = Count extends 0 | undefined ? OfRequests : number extends Count ? OfRequests | Slots : Slots;

declare module '../../env/gym/index.js' {
  interface EnvTypes {
    'Admit-v0': OfRequests;
    'Chunk-v0': Discrete;
    'Draft-v0': Discrete;
    'Memory-v0': OfRequests;
    'Pick-v0': Discrete;
    'Queue-v0': Discrete;
    'Select-v0': Discrete;
    'Serve-v0': OfRequests;
    'Speculate-v0': OfRequests;
  }

  interface EnvForms<Options> {
    'Admit-v0': FormOf<Options>;
    'Memory-v0': FormOf<Options>;
    'Serve-v0': FormOf<Options>;
    'Speculate-v0': FormOf<Options>;
  }
}

const thresholds = readThresholds().tasks;
for (const id of Object.keys(tasks))
  register({ id, rewardThreshold: thresholds[id]?.rewardThreshold ?? null }, (kwargs) => openNamedTask(id, kwargs));
