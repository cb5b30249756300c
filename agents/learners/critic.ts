/** The critic in training: a network with one output, the value. A privileged one also sees the truth (`foresight.ts`). */
import type { Numbers } from '../../env/gym/spaces/space.js';
import type { Stream } from '../../env/random.js';
import { type Architecture, createNetwork, criticOf, type NetworkOptions } from './architecture.js';
import type { Crew } from './crew.js';
import { FORESIGHT } from './foresight.js';
import { initialise, type TrainedNetwork } from './network.js';

export interface CriticOptions extends NetworkOptions {
  /** Of the actor. */
  readonly network: Architecture;
  /** Numbers in an observation. */
  readonly size: number;
  readonly privileged: boolean;
  /** Draws the first weights. */
  readonly random: Stream;
}

/** `output` has a value for each row, `slope` ∂loss/∂value. */
export interface Critic extends Omit<TrainedNetwork, 'last' | 'input'> {
  /** Takes an observation as row k: that of row `at` of these, and the truth of the same row. */
  look(k: number, observations: Numbers, truth: Float32Array | null, at: number): void;
  /** Values of what environments show [now], or have just reached, to `into`. */
  judge(crew: Crew, which: 'now' | 'reached', into: Float64Array): void;
}

export function createCritic({ network, size, privileged, random, ...options }: CriticOptions): Critic {
  const more = privileged ? FORESIGHT : 0;
  const { last, input, ...rest } = createNetwork(criticOf(network, more), size + more, 1, options);
  initialise({ parameters: rest.parameters, last }, random, 1);
  function look(k: number, observations: Numbers, truth: Float32Array | null, at: number): void {
    const from = k * (size + more);
    input.set(observations.subarray(at * size, (at + 1) * size), from);
    if (truth !== null) input.set(truth.subarray(at * more, (at + 1) * more), from + size);
  }
  return {
    ...rest,
    look,
    judge(crew, which, into) {
      const { observation } = crew[which];
      for (let i = 0; i < crew.count; i++) look(i, observation, crew.truth?.[which] ?? null, i);
      rest.forward(crew.count);
      for (let i = 0; i < crew.count; i++) into[i] = rest.output[i];
    },
  };
}
