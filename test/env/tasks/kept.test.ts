/** What is kept from turn to turn, or written several at a time, is what it would be if it were made anew, or one by one. */
import { expect, it } from 'vitest';
import { stream } from '../../../env/random.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import type { Episode, ReplicaView } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { State } from '../../../env/serving/requests.js';
import { candidateOrders, createCandidates } from '../../../env/tasks/candidates.js';
import { createFeatures, ENGINE_FEATURES, REQUEST_FEATURES } from '../../../env/tasks/features.js';
import { constantAcceptance } from '../../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { runningMean } from '../../../predictors/running-mean.js';

const COUNT = 120;
const ROOM = 11;

/** Plays a crowded episode in which beliefs about who waits move, blocks run out, and every third request has a deadline; looks at every turn. @param drafting half of them draft */
function everyTurn(begin: (episode: Episode) => (view: ReplicaView) => void, drafting = false): void {
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
    acceptance: constantAcceptance(
      column(next),
      column((k) => k),
      1,
    ),
  });
  let look: (view: ReplicaView) => void;
  run(
    createEngine({
      workload,
      rules: { ...preset('vllm-v1', { proposer: 'ngram', maxDrafts: 3 }), maxBatch: 8, blocks: 60 },
      cost: constantStep(10_000),
      predictor: () => runningMean({ refresh: 'waiting' }),
      scheduler: () => ({
        name: 'onlooker',
        reset(episode) {
          look = begin(episode);
        },
        decide(view, out) {
          look(view);
          for (let k = 0; k < view.live.n; k++) out.draft[view.live.ids[k]] = drafting && view.live.ids[k] % 2 ? 3 : 0;
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

it.each([false, true])(
  'what is counted since the last question is what a look at everyone gives; with drafts: %s',
  (drafting) => {
    let arrivals = 0;
    let moved = 0;
    everyTurn((episode) => {
      const features = createFeatures(episode);
      const [engine, row] = [new Float32Array(ENGINE_FEATURES), new Float32Array(REQUEST_FEATURES)];
      const met = new Set<number>();
      const [proposed, accepted] = [0, 1].map(() => new Map<number, number>());
      let came = 0;
      let left = 0;
      let rate = 0.7;
      let turn = 0;
      return (view) => {
        features.follow(view);
        const here = Array.from({ length: view.live.n }, (_, k) => view.live.ids[k]);
        const more = (seen: Map<number, number>, now: ArrayLike<number>): number =>
          here.reduce((sum, r) => {
            const before = seen.get(r) ?? 0;
            seen.set(r, now[r]);
            return sum + now[r] - before;
          }, 0);
        for (const r of here) if (!met.has(r)) came += met.add(r) ? 1 : 0;
        left += view.ended.n;
        const all = more(proposed, view.requests.proposed);
        const good = more(accepted, view.requests.accepted);
        if (all > 0) rate += Math.min(1, all / 1000) * (good / all - rate);
        features.engine(view, engine, 0);
        expect(engine[6]).toBeCloseTo(came / 8, 6);
        expect(engine[7]).toBeCloseTo(left / 8, 6);
        expect(engine[9]).toBeCloseTo(rate, 6);
        moved += rate === 0.7 ? 0 : 1;
        arrivals += came;
        for (const r of here) {
          features.requests(view, [r], 1, row, 0);
          expect(row[13] < 3).toBe(view.requests.deadline[r] < view.now + 3e7);
        }
        if (turn++ % 3 > 0) return; // not every turn has a question
        features.asked(view);
        came = left = 0;
      };
    }, drafting);
    expect(arrivals).toBeGreaterThan(100);
    expect(moved > 50).toBe(drafting);
  },
);
