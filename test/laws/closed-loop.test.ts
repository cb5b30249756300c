/** Closed loops: a follower comes its think time after the one it follows has left, and luck belongs to keys. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../env/serving/cost/affine.js';
import { nextArrival } from '../../env/serving/delivery.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { advanceTo, announceNext, take } from '../../env/serving/handover.js';
import { fcfs } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { forAll, randomEpisode } from './generators.js';
import { asked, indexPolicies } from './policies.js';
import { ran, requestsOf } from './results.js';

describe('closed loop', () => {
  it('delivers every follower its think time after the end of the one it follows', () => {
    forAll(60, (d) => {
      const episode = randomEpisode(d, { followers: true, horizon: false, rules: { unfit: 'reject' } });
      const { replica: s, delivered } = ran({ ...episode, scheduler: asked(d.pick(Object.values(indexPolicies)), 1) });
      const { rounds } = episode.workload;
      const idOf = new Map(Array.from({ length: delivered }, (_, r) => [s.hidden.row[r], r]));
      for (const [row, r] of idOf) {
        const before = rounds?.follows[row] ?? -1;
        if (before < 0) expect(s.requests.arrival[r]).toBe(episode.workload.arrival[row]);
        else {
          const left = s.hidden.left[idOf.get(before) ?? -1];
          expect(s.requests.arrival[r]).toBe(left + (rounds?.think[row] ?? Number.NaN));
        }
      }
    });
  });

  it('keeps N users at N requests in the system when they do not think', () => {
    const users = 3;
    const rounds = 40;
    const follows = Array.from({ length: users * rounds }, (_, k) => (k < users ? -1 : k - users));
    const workload = createWorkload({
      name: 'loop',
      arrival: new Float64Array(users * rounds),
      promptTokens: new Int32Array(users * rounds).fill(5),
      outputTokens: Int32Array.from({ length: users * rounds }, (_, k) => 1 + (k % 7)),
      follows,
    });
    let most = 0;
    let least = users;
    const engine = createEngine({
      workload,
      rules: preset('vllm-v1', { maxBatch: 2 }),
      cost: affineCost({ base: 10, perDecodeToken: 1 }),
      recorders: [
        {
          planned(s) {
            if (engine.delivered === workload.count) return;
            most = Math.max(most, s.live.n);
            least = Math.min(least, s.live.n);
          },
        },
      ],
    });
    expect(run(engine)).toBe('drained');
    expect([least, most]).toEqual([users, users]);
    expect(engine.replica.totals.finished).toBe(users * rounds);
  });

  it('is the same taken one by one from outside', () => {
    forAll(20, (d) => {
      const episode = randomEpisode(d, { followers: true, horizon: false, exits: false, rules: { unfit: 'reject' } });
      const alone = ran({ ...episode, scheduler: fcfs });
      const home = createEngine({ ...episode, predictor: oracle, scheduler: fcfs, delivery: 'taken' });
      while (home.delivered < episode.workload.count) {
        // While anybody is here the next border may bring a follower forward.
        const { live, now } = home.replica;
        advanceTo(home, Math.min(nextArrival(home), live.n > 0 ? now + 1 : Infinity));
        while (nextArrival(home) <= home.replica.now) take(home, announceNext(home));
      }
      run(home);
      expect(requestsOf(home)).toEqual(requestsOf(alone));
    });
  });
});
