/** The policy in training: a network whose outputs stand for a distribution over actions, and log σ as a parameter of its own for a `Box`. */
import type { Stream } from '../../env/random.js';
import { type Agent, agentOf, policyWeights } from './agent.js';
import { type Architecture, createNetwork, type NetworkOptions } from './architecture.js';
import { type Choice, type ChoiceForm, choiceOf, type Draws } from './choice.js';
import { type Seats, spreadsOf } from './gaussian-choice.js';
import type { Reals } from './math/reals.js';
import { initialise, type Parameter, parameterOf, type TrainedNetwork } from './network.js';
import type { SlotShape } from './scorer.js';
import type { Sight } from './sight.js';

export interface ActorOptions extends NetworkOptions {
  readonly network: Architecture;
  /** Numbers in an observation. */
  readonly size: number;
  readonly form: ChoiceForm;
  readonly first: FirstPolicy;
  /** Draws the first weights. */
  readonly random: Stream;
}

/** How a policy begins. */
export interface FirstPolicy {
  /**
   * Gain of the last layers [.01: first actions are nearly uniform, or nearly 0; 0 of a scorer: without draws it begins as the heuristic
   * that it adds to].
   */
  readonly firstGain?: number;
  /** Action of a `Discrete` that it begins with as the likeliest, e² times as likely as any other [none]. */
  readonly neutral?: number;
  /** Action of a `Discrete` that it begins with as the rarest, e⁻⁴ times as likely as any other [none]. */
  readonly idle?: number;
  /** Log σ of a `Box` [0]. */
  readonly initialLogSd?: number;
}

/** Rows of observations, masks and actions belong together. */
export interface Actor {
  readonly choice: Choice;
  readonly parameters: readonly Parameter[];
  /** Write observations here [rows × size]. */
  readonly input: Reals;
  /** Where a critic can share what it sees. */
  readonly sight: Sight | null;
  /** Passes observations on: needed before whatever asks about their rows. @param taken they were taken from what its sight surveyed [false] */
  forward(rows: number, taken?: boolean): void;
  /** Writes an action for each row of `logProb`, by `draws` or without them the likeliest, and its log-probability. */
  choose(masks: Uint8Array | null, draws: Draws | null, actions: Float64Array, logProb: Float64Array): void;
  /** Log-probabilities of actions, and the entropies of their rows. */
  judge(
    rows: number,
    masks: Uint8Array | null,
    actions: Float64Array,
    logProb: Float64Array,
    entropy: Float64Array,
  ): void;
  /** Overwrites all gradients by those of Σ byLogProb·log p + byEntropy·ΣH over the rows that were judged last. */
  backward(rows: number, byLogProb: ArrayLike<number>, byEntropy: number): void;
  /** What it has learned so far, as a policy. */
  agent(): Agent;
}

export function createActor({ network: of, size, form, first, random, ...options }: ActorOptions): Actor {
  const { firstGain = of.kind === 'scorer' ? 0 : 0.01, initialLogSd = 0 } = first;
  const { activation, kernels } = options;
  const network = createNetwork(of, size, choiceOf(form).outputs, options);
  const { input, output, slope } = network;
  initialise(network, random, firstGain);
  for (const name of ['neutral', 'idle'] as const)
    if (first[name] !== undefined) lean(network, of, form, name, first[name]);
  const seats = of.kind === 'scorer' && form.choice === 'box' ? seatsIn(input, of.slots) : undefined;
  const spread: Parameter | null = form.choice === 'box' ? parameterOf(kernels, 'logSd', spreadsOf(form, seats)) : null;
  spread?.values.fill(initialLogSd);
  const parameters = spread ? [...network.parameters, spread] : network.parameters;
  const choice = choiceOf(form, {
    ...(spread && { logSd: spread.values }),
    ...(seats && { seats }),
    rows: options.rows,
  });
  return {
    choice,
    parameters,
    input,
    sight: network.sight ?? null,
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
    backward(count, byLogProb, byEntropy) {
      slope.fill(0);
      spread?.gradient.fill(0);
      for (let k = 0; k < count; k++)
        choice.addGradient(k, byLogProb[k], byEntropy, slope, spread ? spread.gradient : null);
      network.backward(count);
    },
    agent: () => agentOf(policyWeights(parameters, form, activation)),
  };
}

/** Who is here, by the last number of a slot in the observation. */
function seatsIn(input: Reals, { slots, features, shared, heads }: SlotShape): Seats {
  const size = slots * features + shared;
  return { slots, heads, here: (row, slot) => input[row * size + (slot + 1) * features - 1] !== 0 };
}

/** Logits that actions begin with. A policy that acts by the likeliest would rest at once if resting were as likely as each request. */
const LEANING = { neutral: 2, idle: -4 } as const;

/** @throws Error if no bias of the last layer is of that action */
function lean(
  { parameters }: TrainedNetwork,
  of: Architecture,
  { choice }: ChoiceForm,
  name: keyof typeof LEANING,
  action: number,
): void {
  const bias = parameters[parameters.length - 1].values;
  const at = of.kind === 'mlp' ? action : action - of.slots.slots * of.slots.heads;
  if (choice !== 'discrete' || (of.kind === 'scorer' && of.slots.forAll === 0) || !(at in bias))
    throw new Error(`${name} is ${action}: expected an action of a Discrete with a bias of its own`);
  bias[at] = LEANING[name];
}
