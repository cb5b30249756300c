/** Agents that `servegym train` can train. One costs a line here. */
import { cmaEs } from '../../agents/learners/cma-es.js';
import { es } from '../../agents/learners/es.js';
import { randomSearch } from '../../agents/learners/random-search.js';
import { trainBySearch } from './by-search.js';
import type { Trained, Training } from './training.js';

interface TrainableAgent {
  readonly summary: string;
  train(training: Training): Promise<Trained>;
}

export const agents: Readonly<Record<string, TrainableAgent>> = {
  'cma-es': {
    summary: 'CMA-ES (beyond 50 weights with a diagonal covariance)',
    train: (training) => trainBySearch(cmaEs, training),
  },
  es: { summary: 'OpenAI-ES: mirrored pairs, ranks, Adam', train: (training) => trainBySearch(es, training) },
  random: { summary: 'random search, the control', train: (training) => trainBySearch(randomSearch, training) },
};
