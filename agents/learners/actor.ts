/** The policy in training: a network whose outputs stand for a distribution over actions, and log σ as a parameter of its own for a `Box`. */
import type { Stream } from '../../env/random.js';
import type { Activation } from '../../predictors/net.js';
import { type Agent, agentOf, policyWeights } from './agent.js';
import { type Choice, type ChoiceForm, choiceOf } from './choice.js';
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import { initialiseMlp, type Parameter, trainedMlp } from './mlp.js';

export interface ActorOptions {
  /** Numbers in an observation. */
  readonly size: number;
  readonly form: ChoiceForm;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** Most rows of a batch. */
  readonly rows: number;
  readonly kernels: Kernels;
  /** Draws the first weights. */
  readonly random: Stream;
}

/** Rows of observations, masks and actions belong together. */
export interface Actor {
  readonly choice: Choice;
  readonly parameters: readonly Parameter[];
  /** Write observations here [rows × size]. */
  readonly input: Reals;
  /** Passes observations on: needed before whatever asks about their rows. */
  forward(rows: number): void;
  /** Writes an action for each row of `logProb`, and its log-probability. */
  choose(masks: Uint8Array | null, random: Stream, actions: Float64Array, logProb: Float64Array): void;
  /** Log-probabilities of actions, and the entropies of their rows. */
  judge(
    rows: number,
    masks: Uint8Array | null,
    actions: Float64Array,
    logProb: Float64Array,
    entropy: Float64Array,
  ): void;
  /** Overwrites all gradients by those of Σ byLogProb·log p + byEntropy·ΣH over the rows. */
  backward(
    rows: number,
    masks: Uint8Array | null,
    actions: Float64Array,
    byLogProb: ArrayLike<number>,
    byEntropy: number,
  ): void;
  /** What it has learned so far, as a policy. */
  agent(): Agent;
}

/** Gain of the last layer: first actions are nearly uniform, or nearly 0. */
const FIRST_GAIN = 0.01;

export function createActor({ size, form, hidden, activation, rows, kernels, random }: ActorOptions): Actor {
  const { outputs, width } = choiceOf(form);
  const network = trainedMlp({ widths: [size, ...hidden, outputs], activation, rows, kernels });
  initialiseMlp(network, random, FIRST_GAIN);
  const spread: Parameter | null =
    form.choice === 'box'
      ? { name: 'logSd', shape: [width], values: kernels.numbers(width), gradient: kernels.numbers(width) }
      : null;
  const parameters = spread ? [...network.parameters, spread] : network.parameters;
  const choice = choiceOf(form, spread?.values);
  const { input, output, slope } = network;
  return {
    choice,
    parameters,
    input,
    forward: network.forward,
    choose(masks, draws, actions, logProb) {
      for (let k = 0; k < logProb.length; k++) logProb[k] = choice.choose(output, masks, k, draws, actions);
    },
    judge(count, masks, actions, logProb, entropy) {
      for (let k = 0; k < count; k++) {
        logProb[k] = choice.logProb(output, masks, k, actions);
        entropy[k] = choice.entropy;
      }
    },
    backward(count, masks, actions, byLogProb, byEntropy) {
      slope.fill(0);
      spread?.gradient.fill(0);
      for (let k = 0; k < count; k++) {
        choice.logProb(output, masks, k, actions);
        choice.addGradient(k, byLogProb[k], byEntropy, slope, spread ? spread.gradient : null);
      }
      network.backward(count);
    },
    agent: () => agentOf(policyWeights(parameters, form, activation)),
  };
}
