/** The future is out of reach: with the same beliefs, what is hidden at time t changes nothing that a policy sees or says before t. */
import { describe, expect, it } from 'vitest';
import type { Predictor } from '../../env/serving/beliefs.js';
import { createEngine, run, type Setup } from '../../env/serving/engine.js';
import type { BatchDecision, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import type { Acceptance } from '../../env/workloads/acceptance/acceptance.js';
import { ownTimes } from '../../env/workloads/rounds.js';
import type { Workload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { type Draw, type Episode, forAll, PRESETS, randomEpisode, seededDraw } from './generators.js';
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

type Belief = readonly [length: number, acceptance: number];

/** The oracle, and what it wrote by key. */
const recorded = (beliefs: Map<number, Belief>) => (): Predictor => {
  const inner = oracle();
  return {
    ...inner,
    reset(forecast) {
      inner.reset?.(forecast);
      this.arrive = (r) => {
        inner.arrive(r);
        beliefs.set(forecast.requests.key[r], [forecast.beliefs.length[r], forecast.beliefs.acceptance[r]]);
      };
    },
  };
};

/** The same beliefs again, whatever is true now. */
const replayed = (beliefs: Map<number, Belief>) => (): Predictor => ({
  name: 'replayed',
  information: 'predicted',
  reset({ requests, beliefs: columns }) {
    this.arrive = (r) => {
      [columns.length[r], columns.acceptance[r]] = beliefs.get(requests.key[r]) ?? [1, 0];
    };
  },
  arrive() {},
});

/** What had happened to a row before t: tokens by the last border before t, and whether it was still here. */
interface Past {
  readonly generated: Map<number, number>;
  readonly ended: Set<number>;
}

/** The same past up to t, and another future: lengths, luck, arrivals, departures, think times. */
function otherFuture(d: Draw, { workload, rules }: Episode, t: number, past: Past): Workload {
  const { count, rounds } = workload;
  const own = ownTimes(workload);
  const outputTokens = workload.outputTokens.slice();
  const abortAt = workload.abortAt.slice();
  const promptTokens = workload.promptTokens.slice();
  const arrival = workload.arrival.slice();
  let first = own;
  for (let row = own - 1; row >= 0 && arrival[row] >= t; row--) first = row;
  for (let row = 0; row < count; row++) {
    if (past.ended.has(row)) continue;
    outputTokens[row] = (past.generated.get(row) ?? 0) + d.int(1, 60);
    if (row < own && (row >= first || abortAt[row] >= t)) abortAt[row] = d.chance(0.7) ? Infinity : t + d.int(0, 800);
  }
  const shift = d.int(0, 300);
  if (!workload.content)
    for (let row = first; row < own; row++) promptTokens[row] = d.int(1, Math.min(60, rules.maxModelLen - 1));
  for (let row = first; row < own; row++) arrival[row] += shift;
  const think = rounds?.think.map((time, row) => (past.ended.has(rounds.follows[row]) ? time : d.int(0, 300)));
  return {
    ...workload,
    outputTokens,
    abortAt,
    promptTokens,
    arrival,
    acceptance: otherLuck(workload.acceptance, past, d.int(0, 1000)),
    ...(rounds && think && { rounds: { ...rounds, think } }),
  };
}

/** The same luck where it has been seen: verifications committed before t, and drafts proposed behind them. */
function otherLuck(luck: Acceptance, { generated }: Past, seed: number): Acceptance {
  return {
    name: 'other',
    stepwise: luck.stepwise ?? false,
    proposed(row, position, step, asked) {
      if (position <= (generated.get(row) ?? 0)) return luck.proposed(row, position, step, asked);
      return Math.floor((asked + 1) * hash(seed, row, position, 1));
    },
    accepted(row, position, step, drafts) {
      if (position < (generated.get(row) ?? 0)) return luck.accepted(row, position, step, drafts);
      return Math.floor((drafts + 1) * hash(seed, row, position, 2));
    },
  };
}

/** Runs an episode until it is over or the clock has reached t, and tells what has happened by then. */
function pastOf(setup: Setup, t: number): Past {
  const generated = new Map<number, number>();
  const ended = new Set<number>();
  const engine = createEngine({
    ...setup,
    horizon: Math.min(setup.horizon ?? Infinity, t),
    recorders: [
      {
        committed(s) {
          if (s.now >= t) return;
          for (const r of idsOf(s.live)) generated.set(s.hidden.row[r], s.requests.generated[r]);
        },
        repeated(s, m, from) {
          // Of a leap across t, the iterations that ended before it.
          let now = from;
          let done = 0;
          while (done < m && now + s.times[done] < t) now += s.times[done++];
          for (const r of idsOf(s.running)) generated.set(s.hidden.row[r], s.requests.generated[r] - m + done);
        },
        left(s, r, time) {
          if (s.now < t || (s.requests.state[r] !== State.finished && time < t)) ended.add(s.hidden.row[r]);
          if (s.now < t) generated.set(s.hidden.row[r], Infinity);
        },
      },
    ],
  });
  run(engine);
  return { generated, ended };
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
