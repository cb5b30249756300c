/**
 * Direct search for a policy: the weights of a network are the point, minus the mean return its cost. All points of a generation play
 * the same episodes (common random numbers), so that luck does not choose between them. It runs on CMA-ES, OpenAI-ES and random search.
 */

import { stream } from '../../env/random.js';
import { mlpLayers } from '../../predictors/initialise.js';
import type { Activation } from '../../predictors/net.js';
import { rests } from '../../predictors/rest.js';
import type { Weights } from '../../predictors/weights.js';
import { type Agent, agentOf, policyWeights } from './agent.js';
import type { AskTell, AskTellOptions } from './ask-tell.js';
import { choiceOf } from './choice.js';
import { type Crew, withCrew } from './crew.js';
import { checkCounts, endIteration, type Learner, type LearnOptions } from './learner.js';
import { savedValues, saveState } from './state.js';

export interface SearchOptions extends LearnOptions {
  /** Points of a generation [the search's own]. */
  readonly population?: number;
  /** Spread of the first points [.5]. */
  readonly sigma?: number;
  /** Episodes that each point plays [1]. */
  readonly episodes?: number;
  /** Hidden layers [[]: a linear policy]. */
  readonly hidden?: readonly number[];
  /** ['tanh'] */
  readonly activation?: Activation;
}

type Make = (options: AskTellOptions) => AskTell;

/** The learner of a search: `search(cmaEs)`, `search(es)`, `search(randomSearch)`. */
export const search =
  (make: Make): Learner<SearchOptions> =>
  async (makeEnv, options) => {
    checkCounts('search', { episodes: options.episodes ?? 1 });
    return withCrew(makeEnv, 1, options, (crew) => learn(make, crew, options));
  };

async function learn(make: Make, crew: Crew, options: SearchOptions): Promise<Agent> {
  const {
    seed,
    steps,
    signal,
    from,
    population,
    sigma = 0.5,
    episodes = 1,
    hidden = [],
    activation = 'tanh',
  } = options;
  const { size, form, now, reached } = crew;
  const { outputs, width } = choiceOf(form);
  const layers = Object.entries(mlpLayers([size, ...hidden, outputs], stream(seed, 'search/net')));
  if (form.choice === 'box') layers.push(['logSd', { shape: [width], values: new Float32Array(width) }]);
  const parameters = layers.map(([name, { shape, values }]) => ({ name, shape, values }));
  const searched = parameters.filter(({ name }) => name !== 'logSd'); // the likeliest action has no spread
  const begin =
    hidden.length === 0
      ? searched.flatMap(({ values }) => Array.from(values, () => 0))
      : searched.flatMap(({ values }) => [...values]);
  const finding = make({ start: begin, sigma, population, seed, from: from && searchIn(from) });
  const [done, generation] = from ? savedValues(from, 'count') : [0, 0];
  const count = Float64Array.of(done, generation);
  const spent = { act: 0, env: 0, update: 0 };
  const acted = new Float64Array(width);
  const rest = rests(signal);

  function agentAt(point: Float64Array): Agent {
    let at = 0;
    for (const { values } of searched) for (let k = 0; k < values.length; k++) values[k] = point[at++];
    return agentOf(policyWeights(parameters, form, activation));
  }

  /** Mean return over the episodes of this generation. */
  async function worth(agent: Agent): Promise<number> {
    let sum = 0;
    for (let k = 0; k < episodes; k++) {
      crew.begin(0, count[1] * episodes + k);
      for (let over = false; !over; ) {
        const began = performance.now();
        const action = agent.act(now.observation, now.mask);
        if (typeof action === 'number') acted[0] = action - (form.choice === 'discrete' ? form.starts[0] : 0);
        else
          for (let d = 0; d < width; d++)
            acted[d] = (action as number[])[d] - (form.choice === 'box' ? 0 : form.starts[d]);
        const chosen = performance.now();
        crew.step(acted);
        spent.act += chosen - began;
        spent.env += performance.now() - chosen;
        count[0]++;
        sum += reached.reward[0];
        over = (reached.terminated[0] | reached.truncated[0]) !== 0;
        await rest();
      }
    }
    return sum / episodes;
  }

  while (count[0] < steps) {
    const costs: number[] = [];
    for (const point of finding.ask()) costs.push(-(await worth(agentAt(point))));
    finding.tell(costs);
    count[1]++;
    const figures = { best: -Math.min(...costs) };
    const state = () => stateOf(finding.save(), { ...crew.save(), count });
    const agent = () => agentAt(finding.recommended());
    if (!(await endIteration(options, crew, { done: count[0], figures, spent, state, agent }))) break;
  }
  return agentAt(finding.recommended());
}

/** The search's own state beside that of the training. */
function stateOf({ tensors, settings }: Weights, own: Parameters<typeof saveState>[0]): Weights {
  const searched = Object.entries(tensors).map(([name, tensor]) => [`search/${name}`, tensor]);
  return { tensors: { ...saveState(own).tensors, ...Object.fromEntries(searched) }, settings };
}

function searchIn({ tensors, settings }: Weights): Weights {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith('search/'));
  return { tensors: Object.fromEntries(own.map(([name, tensor]) => [name.slice('search/'.length), tensor])), settings };
}
