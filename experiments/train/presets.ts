/**
 * What a training is told unless told otherwise, by task and agent: `2min` ends in about two minutes of one core (an Intel Xeon of 2.1 GHz),
 * the choice on validation seeds and the last comparison included; `1h` takes thirty times as many steps or episodes.
 */
import { findTask } from '../tasks/open.js';
import type { GradientOptions, Hyper, SearchOptions } from './training.js';

export const presetNames = ['2min', '1h'] as const;
type PresetName = (typeof presetNames)[number];

interface Preset extends Partial<SearchOptions & GradientOptions> {
  /** Shares of the setting's measured capacity, and requests of an episode. */
  readonly load?: readonly number[];
  readonly requests?: number;
  readonly heads?: readonly string[];
  readonly network?: 'mlp' | 'scorer' | 'index' | 'own';
  readonly hidden: readonly number[];
  readonly parameters?: Readonly<Record<string, number | string>>;
  readonly validationSeeds: number;
  readonly validateEvery: number;
}

const LONGER = { '2min': 1, '1h': 30 } as const;

/** How often, about, validation is looked at. */
const LOOKS = { '2min': 8, '1h': 40 } as const;
const VALIDATION_SEEDS = { '2min': 8, '1h': 24 } as const;

/** By learner. λ and discounts are per second. */
const hypers: Readonly<Record<string, Hyper>> = {
  ppo: {
    envs: 8,
    rollout: 256,
    batch: 256,
    epochs: 6,
    rate: 0.001,
    anneal: true,
    average: true,
    lambda: 0.95,
    lambdaPer: 'second',
    entropyCoefficient: 0.002,
    targetKl: 0.03,
  },
  dqn: { memory: 4000, batch: 64, rate: 0.0005, discount: 0.98, copyEvery: 500 },
  reinforce: { groups: 2, rollouts: 4, rate: 0.005 },
};

/** Of cloning; DAgger has more rounds. */
const imitation: Hyper = {
  expert: 'volume',
  clairvoyant: false,
  rounds: 1,
  episodes: 4,
  thin: 4,
  updates: 5000,
  layers: 2,
  rate: 0.005,
};
const LESSONS = { '2min': {}, '1h': { episodes: 16, updates: 50_000 } } as const;
const imitations: Readonly<Record<string, Hyper>> = { clone: imitation, dagger: { ...imitation, rounds: 4 } };

/** On top of a heuristic the first draws are small: what they try is not far from it. */
const residual: Readonly<Record<string, Hyper>> = { ppo: { initialLogSd: -1 }, reinforce: { initialLogSd: -1 } };

type SearchPreset = Partial<
  SearchOptions & Pick<Preset, 'load' | 'requests' | 'heads' | 'network' | 'validationSeeds'>
>;

/** Of a task. */
interface TaskPreset {
  /** Steps of PPO in two minutes, thousands; of the others a share of that. */
  readonly steps: number;
  /** Brings rewards of a second to the order of 1. */
  readonly rewardScale: number;
  /** Mean length of training episodes, s. */
  readonly truncateS: number;
  /** Requests share the weights of the network; where a search chooses one of them, each is scored by itself. */
  readonly scorer?: boolean;
  /** The reward of training, where nobody asks for another than the task's. */
  readonly trainReward?: string;
  /** The task's own, in training and after it. */
  readonly parameters?: Preset['parameters'];
  /** Beside those of the learner. */
  readonly hyper?: Hyper;
  /** What is said of PPO instead. */
  readonly ppo?: Partial<TaskPreset>;
  /** What searches are told instead, and in the hour beside that. */
  readonly search?: SearchPreset & { readonly '1h'?: SearchPreset };
}

/** On the same luck: what a choice does stands out from what arrivals do. Who adds to a heuristic begins at 0 against it. */
const AGAINST_FCFS = 'jct-vs:fcfs';
const AGAINST_BASE = 'jct-vs:base';

const tasks: Readonly<Record<string, TaskPreset>> = {
  'Pick-v0': {
    ...{ steps: 200, rewardScale: 0.02, truncateS: 60, scorer: true },
    ppo: {
      ...{ steps: 120, rewardScale: 0.01, trainReward: AGAINST_FCFS },
      hyper: { rate: 0.003, lambda: 0.98, privileged: true },
    },
  },
  'Serve-v0': {
    ...{ steps: 300, rewardScale: 0.02, truncateS: 60, scorer: true },
    ppo: { trainReward: AGAINST_BASE },
  },
  'Admit-v0': {
    ...{ steps: 160, rewardScale: 0.2, truncateS: 60, scorer: true },
    // Hold alone, by a request's own features: first points that move the order, too, break many times more promises than they save.
    search: {
      ...{ heads: ['hold'], network: 'own', sigma: 0.1, trainSeeds: 1024 },
      '1h': { batch: 8, validationSeeds: 64 },
    },
  },
  'Speculate-v0': { steps: 280, rewardScale: 0.02, truncateS: 60, scorer: true },
  'Draft-v0': {
    ...{ steps: 480, rewardScale: 0.02, truncateS: 60 },
    // At the load of the task the base drafts as it should.
    search: {
      ...{ load: [0.05, 0.1, 0.2, 0.3, 0.6, 0.95], requests: 200, batch: 6, sigma: 0.2, validationSeeds: 12 },
      ...{ budget: 1500, '1h': { budget: 45_000, validationSeeds: 24 } },
    },
    // A γ that is drawn anew at every event does nothing that could be told from noise: it is held for a second.
    ppo: {
      ...{ steps: 100, trainReward: AGAINST_BASE, parameters: { every: 'period' } },
      hyper: { rate: 0.003, lambda: 0.98, privileged: true },
    },
  },
  'Chunk-v0': {
    ...{ steps: 320, rewardScale: 0.2, truncateS: 60 },
    search: { load: [0.5, 0.7, 0.85, 1], batch: 8 },
  },
  'Memory-v0': {
    ...{ steps: 200, rewardScale: 0.02, truncateS: 60, scorer: true },
    // What is gained lies in whose blocks go and in what is set aside, of which its first head knows nothing.
    search: { heads: ['keep', 'place', 'reserve', 'headroom'], sigma: 0.1 },
  },
  'Select-v0': { steps: 18, rewardScale: 0.2, truncateS: 120 },
  'Queue-v0': {
    ...{ steps: 450, rewardScale: 0.1, truncateS: 60, scorer: true },
    ppo: { steps: 380, trainReward: AGAINST_FCFS },
  },
};

/** Steps as a share of PPO's. */
const SHARE: Readonly<Record<string, number>> = { ppo: 1, dqn: 0.4, reinforce: 1 };

/** Steps of an iteration, about; REINFORCE plays episodes to their end. */
const STEPS: Readonly<Record<string, number>> = { ppo: 2048, dqn: 1000, reinforce: 30_000 };

/** Simulated episodes of a search. */
const BUDGET = 500;

interface Asked {
  readonly task: string;
  readonly agent: string;
  readonly preset: PresetName;
  readonly reward?: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** @throws Error with the nearest id of a task */
export function presetOf({ task: id, agent, preset, reward, parameters }: Asked): Preset {
  const { heads } = findTask(id);
  const longer = LONGER[preset];
  const validationSeeds = VALIDATION_SEEDS[preset];
  if (Object.hasOwn(imitations, agent))
    return { hidden: [64], hyper: { ...imitations[agent], ...LESSONS[preset] }, validationSeeds, validateEvery: 1 };
  if (!Object.hasOwn(hypers, agent)) {
    const { '1h': hour, network, ...search } = tasks[id].search ?? {};
    const onSets = heads !== undefined && !(Number(parameters.slots) > 0);
    return {
      ...(tasks[id].scorer && !heads && { network: 'index' as const }),
      hidden: [0],
      budget: BUDGET * longer,
      trainSeeds: 256,
      batch: 4,
      sigma: 0.05,
      validationSeeds,
      validateEvery: preset === '2min' ? 2 : 5,
      ...search,
      ...(onSets && network && { network }),
      ...(preset === '1h' && hour),
    };
  }
  const own = { ...tasks[id], ...(agent === 'ppo' && tasks[id].ppo) };
  const { steps: thousands, rewardScale, trainReward, truncateS, scorer = false } = own;
  const shared = scorer && agent !== 'dqn';
  const steps = 1000 * thousands * SHARE[agent] * longer;
  return {
    ...(agent !== 'dqn' && { network: shared ? 'scorer' : 'mlp' }),
    hidden: shared ? [32] : [64, 64],
    ...((heads || own.parameters) && { parameters: { ...(heads && { slots: 16 }), ...own.parameters } }),
    hyper: { ...hypers[agent], ...(heads && residual[agent]), ...own.hyper },
    steps,
    truncateS: agent === 'reinforce' ? 0 : truncateS,
    rewardScale,
    ...(trainReward !== undefined && reward === undefined && { trainReward }),
    validationSeeds,
    validateEvery: Math.max(1, Math.round(steps / STEPS[agent] / LOOKS[preset])),
  };
}
