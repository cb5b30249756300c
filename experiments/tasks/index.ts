/** Entry `servegym/tasks`: the task suite, ready to be made by id. Importing it registers every task. */
import { register } from '../../env/gym/registry.js';
import { tasks } from '../../env/tasks/catalogue.js';
import type { ServingEnv } from '../../env/tasks/serving-env.js';
import type { SetAction, SetBatch, SetObservation } from '../../env/tasks/set-codec.js';
import { openNamedTask } from './open.js';

export { make, makeVec } from '../../env/gym/index.js';
export { tasks } from '../../env/tasks/catalogue.js';
export { openNamedTask, type TaskNames } from './open.js';

type Discrete = ServingEnv<Float32Array, number, Float32Array>;

declare module '../../env/gym/make.js' {
  interface EnvTypes {
    'Pick-v0': Discrete;
    'Queue-v0': Discrete;
    'Serve-v0': ServingEnv<SetObservation, SetAction, SetBatch>;
  }
}

for (const id of Object.keys(tasks)) register({ id }, (kwargs) => openNamedTask(id, kwargs));
