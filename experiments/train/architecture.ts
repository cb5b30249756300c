/** The network of a learner on a stage. */
import type { Architecture } from '../../agents/learners/architecture.js';
import { isDiscrete } from '../../env/gym/spaces/discrete.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../../env/tasks/features.js';
import { codecAt } from './environment.js';
import type { TrainSettings } from './settings.js';
import type { Stage } from './stage.js';

/** @throws Error if it is a scorer, and the task or the layers are not those of one */
export function architectureOf(
  stage: Stage,
  { network, hidden }: Pick<TrainSettings, 'network' | 'hidden'>,
): Architecture {
  if (network !== 'scorer') return { kind: 'mlp', hidden };
  if (hidden.length !== 1)
    throw new Error(`--network scorer: hidden is ${hidden.join(',') || 0}, expected one width, e.g. 32`);
  const slots = { ...outputsOf(stage, network), features: REQUEST_FEATURES, shared: ENGINE_FEATURES };
  return { kind: 'scorer', slots, hidden: hidden[0] };
}

/**
 * How many requests are shown, and what is said of each and of everyone.
 * @throws Error if the task is none of requests in slots
 */
export function outputsOf(
  stage: Stage,
  network: 'scorer' | 'index' | 'own',
): { slots: number; heads: number; forAll: number } {
  const { task, heads } = stage.facts;
  if (heads !== null)
    return { slots: Number(stage.view.slots), heads: heads.perRequest.length, forAll: heads.forAll.length };
  const { observationSpace, actionSpace } = codecAt(stage);
  const slots = ((observationSpace.shape?.[0] ?? 0) - ENGINE_FEATURES) / REQUEST_FEATURES;
  // One of those who are shown, or nobody.
  const forAll = isDiscrete(actionSpace) ? actionSpace.n - slots : Number.NaN;
  if (forAll !== 0 && forAll !== 1)
    throw new Error(`--network ${network}: ${task} neither adds to a heuristic nor chooses a request, expected mlp`);
  return { slots, heads: 1, forAll };
}
