/** Agents that `servegym train` can train. One costs a line here. */
import type { AskTell, AskTellOptions } from '../../agents/learners/ask-tell.js';
import { cmaEs } from '../../agents/learners/cma-es.js';
import { dqn } from '../../agents/learners/dqn.js';
import { es } from '../../agents/learners/es.js';
import type { Learner } from '../../agents/learners/learner.js';
import { ppo } from '../../agents/learners/ppo.js';
import { randomSearch } from '../../agents/learners/random-search.js';
import { reinforce } from '../../agents/learners/reinforce.js';
import { isDiscrete } from '../../env/gym/spaces/discrete.js';
import { architectureOf } from './architecture.js';
import { trainByGradient } from './by-gradient.js';
import { checkImitation, trainByImitation } from './by-imitation.js';
import { openSearch, trainBySearch } from './by-search.js';
import { codecAt } from './environment.js';
import { checkHyper } from './hyper.js';
import type { TrainSettings } from './settings.js';
import type { GradientOptions, Hyper, SearchOptions, Trained, Training } from './training.js';

interface TrainableAgent {
  readonly summary: string;
  /** Settings that mean nothing to it. */
  readonly foreign: readonly string[];
  /** Steps of environments to take, or about how many episodes it simulates. */
  total(options: TrainSettings): number;
  /** To be called before anything is written. @throws Error that says what does not fit */
  check(of: Pick<Training, 'stage' | 'first' | 'options' | 'seed'>): void;
  train(training: Training): Promise<Trained>;
}

const OF_SEARCHES = ['budget', 'trainSeeds', 'batch', 'population', 'sigma'];
const OF_STEPS = ['steps', 'truncateS', 'trainReward', 'rewardScale'];

const bySearch = (summary: string, make: (options: AskTellOptions) => AskTell): TrainableAgent => ({
  summary,
  foreign: [...OF_STEPS, 'hyper', 'trainer'],
  total: ({ budget = 0 }) => budget,
  check(of) {
    const { network } = of.options;
    const { kind, facts } = of.stage;
    const { task, heads } = facts;
    if (network !== undefined && network !== 'own' && heads !== null)
      throw new Error(`--network ${network}: ${task} adds to a heuristic, where a search has no other network`);
    if (network === 'own' && heads !== null && kind === 'task-policy')
      throw new Error(`--network own: requests are scored as a set, expected slots=0, got ${facts.parameters.slots}`);
    if (network === 'scorer') throw new Error('--network scorer: is for ppo and reinforce, expected mlp or index');
    openSearch(make, of as Training<SearchOptions>);
  },
  train: (training) => trainBySearch(make, training as Training<SearchOptions>),
});

interface GradientAgent {
  readonly name: string;
  readonly summary: string;
  /** Settings that mean nothing to it, beside those of searches. */
  readonly foreign?: readonly string[];
  readonly discreteOnly?: boolean;
  readonly learn: Learner;
}

const byGradient = ({ name, summary, foreign = [], discreteOnly = false, learn }: GradientAgent): TrainableAgent => ({
  summary,
  foreign: [...OF_SEARCHES, ...foreign],
  total: ({ steps = 0 }) => steps,
  check({ stage, options }) {
    const { task } = stage.facts;
    checkHyper(name, (options as Training<GradientOptions>['options']).hyper);
    if (stage.facts.heads !== null && stage.view.slots === 0)
      throw new Error(`${name} needs a view of fixed size, slots is 0: expected --parameters slots=16, or a search`);
    const { actionSpace } = codecAt(stage, options.trainReward);
    if (discreteOnly && !isDiscrete(actionSpace))
      throw new Error(
        `${name} chooses from Discrete, ${task} takes ${actionSpace}: expected ppo, reinforce or a search`,
      );
    if (options.network === 'index' || options.network === 'own')
      throw new Error(`--network ${options.network}: is for searches, expected mlp or scorer`);
    if (options.network !== undefined) architectureOf(stage, options);
  },
  train: (training) => trainByGradient(learn, training as Training<GradientOptions>),
});

const byImitation = (name: string, summary: string): TrainableAgent => ({
  summary,
  foreign: ['network', ...OF_STEPS, ...OF_SEARCHES],
  total({ hyper, validationSeeds }) {
    const { rounds, episodes } = hyper as { rounds: number; episodes: number };
    return rounds * episodes + (1 + rounds) * validationSeeds;
  },
  check({ stage, options }) {
    const hyper = options.hyper as Hyper;
    checkHyper(name, hyper);
    checkImitation(stage, hyper);
  },
  train: (training) => trainByImitation(training as Training<{ readonly hyper: Hyper }>),
});

export const agents: Readonly<Record<string, TrainableAgent>> = {
  'cma-es': bySearch('CMA-ES (beyond 50 weights with a diagonal covariance)', cmaEs),
  es: bySearch('OpenAI-ES: mirrored pairs, ranks, Adam', es),
  random: bySearch('random search, the control', randomSearch),
  ppo: byGradient({ name: 'ppo', summary: 'PPO in average-reward form', learn: ppo as Learner }),
  dqn: byGradient({
    name: 'dqn',
    summary: 'double DQN, for Discrete actions',
    foreign: ['network'],
    discreteOnly: true,
    learn: dqn as Learner,
  }),
  reinforce: byGradient({
    name: 'reinforce',
    summary: 'REINFORCE, leave-one-out over roll-outs of one workload',
    learn: reinforce as Learner,
  }),
  clone: byImitation('clone', "an expert's order by behaviour cloning, on --base 'expr: 1'"),
  dagger: byImitation('dagger', 'the same in rounds, where the learner goes'),
};
