/** The critic in training: a network with one output, the value. A privileged one also sees the truth (`foresight.ts`). */
import type { Numbers } from '../../env/gym/spaces/space.js';
import type { Stream } from '../../env/random.js';
import { type Architecture, createNetwork, criticOf, type NetworkOptions } from './architecture.js';
import type { Crew } from './crew.js';
import { FORESIGHT } from './foresight.js';
import { initialise, type TrainedNetwork } from './network.js';
import type { Sight } from './sight.js';

export interface CriticOptions extends Omit<NetworkOptions, 'sight'> {
  /** Of the actor. */
  readonly network: Architecture;
  /** Numbers in an observation. */
  readonly size: number;
  readonly privileged: boolean;
  /** Of the actor. */
  readonly sight: Sight | null;
  /** Draws the first weights. */
  readonly random: Stream;
}

/** `output` has a value for each row, `slope` ∂loss/∂value. */
export interface Critic extends Omit<TrainedNetwork, 'last' | 'input' | 'forward' | 'sight'> {
  /** It sees by the sight of the actor: what that takes is what it is asked about. */
  readonly sharesSight: boolean;
  /** Else takes an observation as row k: that of row `at` of these, and the truth of the same row. */
  look(k: number, observations: Numbers, truth: Float32Array | null, at: number): void;
  /** Asks about the rows that were taken. */
  forward(rows: number): void;
  /** Values of what environments show [now], or have just reached, to `into`. What its sight surveyed is forgotten. */
  judge(crew: Crew, which: 'now' | 'reached', into: Float64Array): void;
}

/** It shares the sight of the actor, if the two are perceptrons that see the same. */
export function createCritic({ network, size, privileged, random, sight: shared, ...options }: CriticOptions): Critic {
  const more = privileged ? FORESIGHT : 0;
  const sight = privileged ? null : shared;
  const made = createNetwork(criticOf(network, more), size + more, 1, { ...options, ...(sight && { sight }) });
  const { last, input, ...rest } = made;
  initialise({ parameters: rest.parameters, last }, random, 1);
  function write(k: number, observations: Numbers, truth: Float32Array | null, at: number): void {
    const from = k * (size + more);
    input.set(observations.subarray(at * size, (at + 1) * size), from);
    if (truth !== null) input.set(truth.subarray(at * more, (at + 1) * more), from + size);
  }
  return {
    ...rest,
    sharesSight: sight !== null,
    look: write,
    forward: (rows) => rest.forward(rows, sight !== null),
    judge(crew, which, into) {
      for (let i = 0; i < crew.count; i++) write(i, crew[which].observation, crew.truth?.[which] ?? null, i);
      rest.forward(crew.count);
      for (let i = 0; i < crew.count; i++) into[i] = rest.output[i];
    },
  };
}
