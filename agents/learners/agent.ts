/** What learning leaves: a policy that acts, and its weights as data. */
import type { Stream } from '../../env/random.js';
import { type Activation, mlp } from '../../predictors/net.js';
import { isQueueNet } from '../../predictors/queue-net.js';
import { type Tensor, valuesOf, type Weights } from '../../predictors/weights.js';
import { isIndexNet } from '../index-net.js';
import { type ChoiceForm, choiceOf, formIn } from './choice.js';
import { spreadsOf } from './gaussian-choice.js';
import type { Parameter } from './network.js';
import { slotNet } from './slot-net.js';

export interface Agent {
  /**
   * The action for an observation; arrays are borrowed until the next call.
   * @param mask 1 for each legal action; none: all are
   * @param random draws the action as in training; without it the likeliest is taken
   * @throws Error if nothing is legal
   */
  act(observation: ArrayLike<number>, mask?: Uint8Array | null, random?: Stream | null): unknown;
  save(): Weights;
}

/**
 * The agent of saved weights: a perceptron or a scorer of slots whose outputs are logits or means.
 * @throws Error naming what is missing or does not fit
 */
export function agentOf(weights: Weights): Agent {
  const form = formIn(weights);
  const { net, choice } =
    isQueueNet(weights) || isIndexNet(weights) ? ofSlots(weights, form) : ofNumbers(weights, form);
  const actions = new Float64Array(choice.width);
  return {
    act(observation, mask = null, random = null) {
      if (observation.length !== net.inputs)
        throw new Error(`an observation of ${observation.length} numbers, expected ${net.inputs}`);
      choice.choose(net.forward(observation), mask, 0, random, actions);
      return choice.action(actions, 0);
    },
    save: () => copyOf(weights),
  };
}

function ofNumbers(weights: Weights, form: ChoiceForm) {
  const choice = choiceOf(form, form.choice === 'box' ? { logSd: valuesOf(weights, 'logSd', [form.low.length]) } : {});
  const net = mlp(weights);
  if (net.outputs !== choice.outputs)
    throw new Error(`weights have ${net.outputs} outputs, expected ${choice.outputs} for their actions`);
  return { net, choice };
}

function ofSlots(weights: Weights, form: ChoiceForm) {
  const net = slotNet(weights, choiceOf(form).outputs);
  if (form.choice !== 'box') return { net, choice: choiceOf(form) }; // empty slots are masked
  const logSd = valuesOf(weights, 'logSd', [spreadsOf(form, net.seats)]);
  return { net, choice: choiceOf(form, { logSd, seats: net.seats }) };
}

/** Weights of a policy from what was trained. */
export function policyWeights(
  parameters: readonly Pick<Parameter, 'name' | 'shape' | 'values'>[],
  form: ChoiceForm,
  activation: Activation,
): Weights {
  const tensors = parameters.map(({ name, shape, values }) => [name, { shape, values: Float32Array.from(values) }]);
  return { tensors: Object.fromEntries(tensors), settings: { ...form, activation } };
}

const copyOf = ({ tensors, settings }: Weights): Weights => ({
  tensors: Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]): [string, Tensor] => [
      name,
      { shape, values: values.slice() },
    ]),
  ),
  settings,
});
