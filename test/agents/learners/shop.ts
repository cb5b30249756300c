/** A shop with jobs in slots: whose head is lowest is served next. Shortest first is best, and then each job is as good as gone. */
import type { MakeEnv } from '../../../agents/learners/learner.js';
import type { SlotShape } from '../../../agents/learners/scorer.js';
import { createEnv, type Kernel } from '../../../env/gym/kernel.js';
import { box } from '../../../env/gym/spaces/box.js';
import type { Stream } from '../../../env/random.js';

const JOBS = 5;
const SLOTS = 6;

/** A job is seen as its length, something that means nothing, and 1; the shop as who is left, and something that means nothing. */
export const shape: SlotShape = { slots: SLOTS, features: 3, shared: 2, heads: 1, forAll: 1 };
const SIZE = SLOTS * shape.features + shape.shared;

interface Job {
  readonly id: number;
  readonly length: number;
  readonly dressing: number;
}

/** Costs the length of who is served for everyone who is here, divided by what the best order costs in the mean. Takes as long. */
export const shop: MakeEnv = () => createEnv<Float32Array, Float32Array, Float32Array>((random) => kernel(random));

function kernel(random: Stream): Kernel<Float32Array, Float32Array, Float32Array, object> {
  let jobs: Job[] = [];
  const show = (observation: Float32Array, row: number): void => {
    observation.fill(0, row * SIZE, (row + 1) * SIZE);
    jobs.forEach(({ length, dressing }, k) => {
      observation.set([length, dressing, 1], row * SIZE + k * shape.features);
    });
    observation.set([jobs.length / JOBS, 0.5], row * SIZE + SLOTS * shape.features);
  };
  return {
    observationSpace: box(0, 1, { shape: [SIZE] }),
    actionSpace: box(-1, 1, { shape: [SLOTS + 1] }),
    begin({ observation }, row) {
      jobs = Array.from({ length: JOBS }, (_, id) => ({ id, length: random.next(), dressing: random.next() }));
      show(observation, row);
    },
    advance(action, out, row) {
      const served = jobs.reduce((best, _, k) => (action[k] < action[best] ? k : best), 0);
      out.reward[row] = -jobs.length * jobs[served].length;
      out.elapsed[row] = jobs[served].length;
      jobs.splice(served, 1);
      out.terminated[row] = jobs.length === 0 ? 1 : 0;
      out.truncated[row] = 0;
      show(out.observation, row);
    },
    extras: {
      shown: () => Int32Array.from({ length: SLOTS }, (_, k) => jobs[k]?.id ?? -1),
      privileged: () => ({ remaining: jobs.map(({ length }) => 100 * length), nextArrivals: [] }),
    },
  };
}

/** Mean return of the best order: with lengths uniform in 0 … 1 the k-th shortest is k/(n + 1), for n + 1 − k jobs. */
export const BEST = -Array.from({ length: JOBS }, (_, k) => ((k + 1) / (JOBS + 1)) * (JOBS - k)).reduce(
  (sum, cost) => sum + cost,
);
/** And of any order that does not look. */
export const BLIND = -(JOBS * (JOBS + 1)) / 4;
