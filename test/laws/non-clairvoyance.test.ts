/** The future is out of reach: with the same beliefs, what is hidden at time t changes nothing that a policy sees or says before t. */
import { describe, expect, it } from 'vitest';
import type { Predictor } from '../../env/serving/beliefs.js';
import { createEngine, run, type Setup } from '../../env/serving/engine.js';
import type { BatchDecision, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { type Draw, type Episode, forAll, PRESETS, randomEpisode, seededDraw } from './generators.js';
import { type Belief, otherFuture, pastOf, recorded, replayed } from './other-future.js';
import { hash, idsOf } from './policies.js';

/** All that a policy is shown, as text. */
function seen(view: ReplicaView): string {
  const { requests, beliefs, pool, batch } = view;
  const columns = Object.entries({ ...requests, ...beliefs }).filter(([name]) => name !== 'quantiles');
  const row = (r: number): string => columns.map(([name, column]) => `${name}=${column[r]}`).join(' ');
  const live = idsOf(view.live);
  return JSON.stringify({
    now: view.now,
    cause: view.cause,
    pool: [pool.free, pool.total],
    live: live.map((r) => [r, row(r), view.prefixHit(r), view.prefixKey(r, 40)]),
    changed: idsOf(view.changed),
    ended: idsOf(view.ended).map((r) => [r, row(r)]),
    running: idsOf(view.running),
    batch: [idsOf(batch), Array.from({ length: batch.n }, (_, k) => batch.tokens[k]), batch.length],
    beyond: row(requests.key.length - 1),
  });
}

interface Entry {
  readonly at: number;
  readonly text: string;
}

/** Reads everything, and answers by hash of what it read. */
function reader(log: Entry[], seed: number): () => Scheduler {
  return () => ({
    name: 'reader',
    decide(view, out) {
      const text = seen(view);
      let h = seed;
      for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193);
      for (const r of idsOf(view.live)) answer(out, r, h);
      // Where everyone is held the engine serves one if nothing is to come: the one rule that asks the future.
      const first = Math.min(...idsOf(view.live));
      out.hold[first] = 0;
      out.touch(first);
      out.tokenBudget = hash(h, 1) < 0.2 ? 1 + Math.floor(30 * hash(h, 2)) : out.tokenBudget;
      out.wakeIn = 1 + Math.floor(6 * hash(h, 3));
      log.push({
        at: view.now,
        text: `${text} ${idsOf(view.live).map((r) => [out.rank[r], out.hold[r], out.draft[r], out.chunk[r]])}`,
      });
    },
  });
}

function answer(out: BatchDecision, r: number, h: number): void {
  if (hash(h, r, 0) < 0.7) return;
  out.rank[r] = Math.floor(6 * hash(h, r, 1));
  out.hold[r] = hash(h, r, 2) < 0.1 ? 1 : 0;
  out.draft[r] = Math.floor(5 * hash(h, r, 3));
  out.chunk[r] = hash(h, r, 4) < 0.2 ? 1 + Math.floor(9 * hash(h, r, 5)) : 0x7fffffff;
  out.touch(r);
}

/** What the policy was shown and said, turn by turn. */
function course(setup: Omit<Setup, 'scheduler'>, seed: number): Entry[] {
  const log: Entry[] = [];
  run(createEngine({ ...setup, scheduler: reader(log, seed) }));
  return log;
}

/** The first turn before t that another future changes; −1 = none. */
function firstChange(d: Draw, episode: Episode, predictor: (beliefs: Map<number, Belief>) => () => Predictor): number {
  const seed = d.int(0, 1000);
  const beliefs = new Map<number, Belief>();
  const setup = { horizon: 8_000, ...episode, predictor: recorded(beliefs) };
  const log = course(setup, seed);
  const t = log.length > 0 ? log[d.int(0, log.length - 1)].at : 0;
  const past = pastOf({ ...setup, scheduler: reader([], seed) }, t);
  const workload = otherFuture(d, episode, t, past);
  const before = log.filter(({ at }) => at < t);
  const other = course({ ...setup, workload, predictor: predictor(new Map(beliefs)) }, seed).filter(({ at }) => at < t);
  const turns = Math.max(before.length, other.length);
  for (let k = 0; k < turns; k++) if (before[k]?.text !== other[k]?.text) return k;
  return -1;
}

describe('non-clairvoyance', () => {
  for (const preset of PRESETS) {
    it(`holds on ${preset}`, () => {
      forAll(15, (d) => {
        expect(firstChange(d, randomEpisode(d, { preset, requests: 14 }), replayed)).toBe(-1);
      });
    });
  }

  it('does not hold with beliefs that know the future', () => {
    let changed = 0;
    for (let seed = 0; seed < 20; seed++) {
      const d = seededDraw(seed);
      if (firstChange(d, randomEpisode(d, { requests: 14 }), recorded) >= 0) changed++;
    }
    expect(changed).toBeGreaterThan(10);
  });
});
