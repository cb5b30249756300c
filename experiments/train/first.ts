/** The weights that a training begins with, or that say which shape its policy has. */
import { indexTensors } from '../../agents/index-net.js';
import { indexWeights } from '../../agents/index-policy.js';
import { policyWeights } from '../../agents/learners/agent.js';
import { choiceOf, formOf } from '../../agents/learners/choice.js';
import { stream } from '../../env/random.js';
import { mlpLayers } from '../../predictors/initialise.js';
import type { Weights } from '../../predictors/weights.js';
import { outputsOf } from './architecture.js';
import { codecAt } from './environment.js';
import type { TrainSettings } from './settings.js';
import type { Stage } from './stage.js';

/**
 * Hidden layers are drawn from the seed, the last is 0: on top of a heuristic that is the heuristic.
 * @param hidden widths of hidden layers
 */
export function firstWeights(
  stage: Stage,
  { hidden, network }: Pick<TrainSettings, 'hidden' | 'network'>,
  seed: number,
): Weights {
  const { heads } = stage.facts;
  const indexWidth = (): number => {
    if (hidden.length > 1)
      throw new Error(`--hidden ${hidden.join(',')}: an index policy has one hidden layer at most, or 0`);
    return hidden[0] ?? 0;
  };
  if (stage.kind === 'index-policy' && heads !== null)
    return indexWeights({ ...heads, hidden: indexWidth(), own: network === 'own' }, seed);
  const { observationSpace, actionSpace } = codecAt(stage);
  const form = formOf(actionSpace);
  if (network === 'index' || network === 'own') {
    const { heads: each, forAll } = outputsOf(stage, network);
    const tensors = indexTensors(each, forAll, indexWidth(), seed, network === 'own');
    return { tensors, settings: { ...form, activation: 'tanh' } };
  }
  const { outputs, width } = choiceOf(form);
  const size = observationSpace.shape?.[0] as number;
  const layers = mlpLayers([size, ...hidden, outputs], stream(seed, 'task policy'));
  layers[`layer${hidden.length}.kernel`].values.fill(0);
  const parameters = Object.entries(layers).map(([name, { shape, values }]) => ({ name, shape, values }));
  const free = form.choice === 'box' ? [{ name: 'logSd', shape: [width], values: new Float32Array(width) }] : [];
  return policyWeights([...parameters, ...free], form, 'tanh');
}
