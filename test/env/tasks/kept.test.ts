/** What is kept from turn to turn, or written several at a time, is what it would be if it were made anew, or one by one. */
import { expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import type { Episode, ReplicaView } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { State } from '../../../env/serving/requests.js';
import { candidateOrders, createCandidates } from '../../../env/tasks/candidates.js';
import { createFeatures, REQUEST_FEATURES } from '../../../env/tasks/features.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { runningMean } from '../../../predictors/running-mean.js';

const COUNT = 120;
const ROOM = 11;

/** Plays a crowded episode in which beliefs about who waits move, blocks run out, and every third request has a deadline; looks at every turn. */
function everyTurn(begin: (episode: Episode) => (view: ReplicaView) => void): void {
  const { next } = stream(7, 'kept');
  const whole = (most: number): number => 1 + Math.floor(most * next());
  const column = (of: (k: number) => number): Float64Array => Float64Array.from({ length: COUNT }, (_, k) => of(k));
  const workload = createWorkload({
    name: 'crowded',
    arrival: column(() => whole(3e6)),
    promptTokens: column(() => whole(200)),
    outputTokens: column(() => whole(60)),
    declared: column(() => 80),
    deadline: column((k) => (k % 3 === 0 ? whole(5e6) : Infinity)),
  });
  let look: (view: ReplicaView) => void;
  run(
    createEngine({
      workload,
      rules: { ...preset('vllm-v1'), maxBatch: 8, blocks: 60 },
      cost: constantStep(10_000),
      predictor: () => runningMean({ refresh: 'waiting' }),
      scheduler: () => ({
        name: 'onlooker',
        reset(episode) {
          look = begin(episode);
        },
        decide(view) {
          look(view);
        },
      }),
    }),
  );
}

it('candidates are the ones that lines made anew give', () => {
  const each = 3;
  let compared = 0;
  let asked = 0;
  everyTurn((episode) => {
    const kept = createCandidates(episode, each);
    const [mine, fresh] = [0, 1].map(() => new Int32Array(each * candidateOrders.length));
    return (view) => {
      kept.follow(view);
      if (asked++ % 3 === 1) return; // not every turn has a question
      const here = Int32Array.from({ length: view.live.n }, (_, k) => view.live.ids[k]);
      const waiting = here.filter((r) => view.requests.state[r] === State.waiting);
      const n = kept.choose(waiting, waiting.length, mine);
      expect(n).toBe(createCandidates(episode, each).choose(waiting, waiting.length, fresh));
      expect([...mine.subarray(0, n)]).toEqual([...fresh.subarray(0, n)]);
      if (n > each) compared++;
    };
  });
  expect(compared).toBeGreaterThan(50);
});

it('rows of features written together are those written one by one', () => {
  let rows = 0;
  everyTurn((episode) => {
    const features = createFeatures(episode);
    const size = ROOM * REQUEST_FEATURES;
    return (view) => {
      features.follow(view);
      const n = Math.min(view.live.n, 1 + (rows % ROOM));
      const together = new Float32Array(size + 2).fill(-1);
      const single = new Float32Array(size + 2).fill(-1);
      features.requests(view, view.live.ids, n, together, 1);
      for (let k = 0; k < n; k++) {
        features.requests(view, [view.live.ids[k]], 1, single, 1 + k * REQUEST_FEATURES);
      }
      expect(together).toEqual(single);
      rows += n;
    };
  });
  expect(rows).toBeGreaterThan(500);
});
