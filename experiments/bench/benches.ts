/** The benchmarks, in the order they are run. */
import { azure } from './azure.js';
import { decisions } from './decisions.js';
import { drafting } from './drafting.js';
import type { Bench } from './figure.js';
import { forking } from './fork.js';
import { cartPoleSteps, streamed, vectorSteps, workerSteps } from './gym.js';
import { learning } from './learners.js';
import { besidePeer } from './peer.js';
import { predictions } from './predictors.js';
import { longQueue } from './queue.js';
import { reading } from './read.js';
import { split } from './split.js';
import { taskSteps } from './tasks.js';
import { everyIteration, leaping } from './throughput.js';

export const benches: readonly Bench[] = [
  everyIteration,
  leaping,
  drafting,
  azure,
  forking,
  longQueue,
  decisions,
  cartPoleSteps,
  vectorSteps,
  streamed,
  workerSteps,
  ...taskSteps,
  learning,
  besidePeer,
  predictions,
  reading,
  split,
];
