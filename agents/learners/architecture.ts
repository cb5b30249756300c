/** Which network a learner trains, as data, and how it is made. */
import type { Activation } from '../../predictors/net.js';
import type { Kernels } from './kernels.js';
import { trainedMlp } from './mlp.js';
import type { TrainedNetwork } from './network.js';
import { type SlotShape, trainedScorer } from './scorer.js';
import type { Sight } from './sight.js';

/** A perceptron with these hidden layers, or a scorer of requests in slots all of whose hidden layers are so wide. */
export type Architecture =
  | { readonly kind: 'mlp'; readonly hidden: readonly number[] }
  | { readonly kind: 'scorer'; readonly slots: SlotShape; readonly hidden: number };

export interface NetworkOptions {
  readonly activation: Activation;
  /** Most rows of a batch. */
  readonly rows: number;
  readonly kernels: Kernels;
  /** Of a perceptron that sees what another network sees. */
  readonly sight?: Sight;
}

/** @throws Error if slots do not fill the observation and the action */
export function createNetwork(
  of: Architecture,
  inputs: number,
  outputs: number,
  options: NetworkOptions,
): TrainedNetwork {
  if (of.kind === 'mlp') return trainedMlp({ widths: [inputs, ...of.hidden, outputs], ...options });
  const { slots, features, shared, heads, forAll } = of.slots;
  const [seen, said] = [slots * features + shared, slots * heads + forAll];
  if (seen !== inputs || said !== outputs)
    throw new Error(
      `a scorer with ${slots} slots of ${features} numbers and ${heads} heads, ${shared} and ${forAll} of everyone, has ${seen} inputs and ${said} outputs, expected ${inputs} and ${outputs}`,
    );
  return trainedScorer({ ...of.slots, hidden: of.hidden, ...options });
}

/** The same for a critic, which also sees `more` numbers behind the observation. */
export const criticOf = (of: Architecture, more: number): Architecture =>
  of.kind === 'mlp' ? of : { ...of, slots: { ...of.slots, shared: of.slots.shared + more, heads: 0, forAll: 1 } };
