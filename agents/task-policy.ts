/**
 * A network of fixed size on a task's own observations, as a scheduler: whatever a learner of `learners/` made of the task's environment.
 * It takes the likeliest action.
 */

import type { Parameters, Values, ValuesOf } from '../env/parameters.js';
import type { Scheduler } from '../env/serving/policy.js';
import type { Rules } from '../env/serving/rules.js';
import { tasks } from '../env/tasks/catalogue.js';
import { asPolicy, type Codec } from '../env/tasks/codec.js';
import type { Heads } from '../env/tasks/heads.js';
import { residualCodec, type residualParameters } from '../env/tasks/residual-codec.js';
import { widestScope } from '../env/tasks/switching.js';
import type { Weights } from '../predictors/weights.js';
import { agentOf } from './learners/agent.js';
import { formIn, formOf } from './learners/choice.js';

/** How a task is seen and acted on. */
export interface TaskForm {
  /** The task's id, and all of its parameters. */
  readonly task: string;
  readonly parameters: Values;
  /** The heuristic that it adds to, or that decides what it does not. */
  readonly base: () => Scheduler;
  /** What it chooses among, in tasks where heuristics are. */
  readonly heuristics: readonly (() => Scheduler)[];
  /** Which of the task's heads it has; null in tasks without. */
  readonly heads: Heads | null;
}

/** Makes codecs of a task for an engine of these rules. @throws Error if there is no such task, or the engine is not one for it */
export function codecOf({ task: id, parameters, base, heuristics, heads }: TaskForm, rules: Rules): () => Codec {
  if (!Object.hasOwn(tasks, id)) throw new Error(`there is no task ${JSON.stringify(id)}`);
  if (heads === null)
    return tasks[id].codec({ world: { rules }, base, heuristics }, parameters as ValuesOf<Parameters>);
  return residualCodec({ base, ...heads }, parameters as ValuesOf<typeof residualParameters>) as unknown as () => Codec;
}

/** The policy as a scheduler like any other. Whether it fits the engine is known when an episode begins. @throws Error if these are no weights of a policy */
export function taskPolicy(weights: Weights, name: string, form: TaskForm): () => Scheduler {
  const { act } = agentOf(weights);
  const makers = [form.base, ...form.heuristics];
  return () => {
    let inner: Scheduler;
    return {
      name,
      scope: widestScope(makers),
      reset(episode) {
        const codec = codecOf(form, episode.rules);
        checkFit(name, weights, codec(), episode.rules);
        inner = asPolicy(() => ({ name, act: (seen, mask) => act(seen as Float32Array, mask) }), codec)();
        inner.reset?.(episode);
      },
      decide: (view, out) => inner.decide(view, out),
    };
  };
}

function checkFit(name: string, weights: Weights, { actionSpace }: Codec, rules: Rules): void {
  if (JSON.stringify(formOf(actionSpace)) !== JSON.stringify(formIn(weights)))
    throw new Error(`${name} was trained for other actions than ${actionSpace}, those of its task on ${rules.name}`);
}
