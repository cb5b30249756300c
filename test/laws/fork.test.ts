/** Time travel: fork then run = run, restore then run = run, and only the future of a resampled fork is another one. */
import { describe, expect, it } from 'vitest';
import { act, createEngine, type Engine, run, type Setup, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import { Cause, type Scheduler } from '../../env/serving/policy.js';
import { restore } from '../../env/serving/restore.js';
import { snapshot } from '../../env/serving/snapshot.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { createAuditor, createStateAuditor } from './auditor.js';
import { type Draw, forAll, PRESETS, randomEpisode, type Wishes } from './generators.js';
import { asked, indexPolicies, restless } from './policies.js';
import { requestsOf, resultsOf } from './results.js';

function randomSetup(d: Draw, wishes: Wishes = {}): Setup {
  const scheduler = d.chance(0.5)
    ? restless(d.int(0, 1000))
    : asked(d.pick(Object.values(indexPolicies)), d.pick([1, 3, Infinity]));
  return { horizon: 15_000, ...randomEpisode(d, wishes), predictor: oracle, scheduler };
}

/** Runs to the given turn, which is left open; false if the episode is over before. */
function runTo(engine: Engine, turn: number): boolean {
  for (let k = 0; toTurn(engine); k++) {
    if (k === turn) return true;
    act(engine);
  }
  return false;
}

/** From an open turn to the end. */
function finish(engine: Engine): Engine {
  if (engine.asking) act(engine);
  run(engine);
  return engine;
}

/** Results of those who were here at id `ids` or came later: rows of the others are empty in a fork. */
function futureOf(engine: Engine, keys: ReadonlySet<string>): unknown {
  const all = Object.entries(requestsOf(engine)).filter(([key]) => keys.has(key));
  return { ...(resultsOf(engine) as object), requests: Object.fromEntries(all) };
}

/** Keys of all but those who left before now. */
function keysFrom({ replica: s, delivered }: Engine): ReadonlySet<string> {
  const live = new Set(s.live.ids.subarray(0, s.live.n));
  const keys = Array.from(s.workload.key, (key, row) => [String(key), row] as const);
  const gone = new Set<number>();
  for (let r = 0; r < delivered; r++) if (!live.has(r)) gone.add(s.hidden.row[r]);
  return new Set(keys.filter(([, row]) => !gone.has(row)).map(([key]) => key));
}

describe('restore then run = run', () => {
  it('with another policy asks it anew, about everyone', () => {
    forAll(20, (d) => {
      const engine = createEngine(randomSetup(d, { horizon: false }));
      if (!runTo(engine, d.int(0, 30))) return;
      if (d.chance(0.5)) act(engine);
      const told: [cause: number, changed: number, live: number][] = [];
      const scheduler: () => Scheduler = () => ({
        name: 'noting',
        decide({ cause, changed, live }) {
          told.push([cause & Cause.first, changed.n, live.n]);
        },
      });
      const { live } = engine.replica;
      const twin = fork(engine, { scheduler });
      if (live.n === 0) return;
      expect(toTurn(twin)).toBe(true);
      act(twin);
      expect(told).toEqual([[Cause.first, live.n, live.n]]);
    });
  });

  it('taken after the answer, before the engine has read it, keeps all of the answer', () => {
    forAll(25, (d) => {
      const engine = createEngine(randomSetup(d));
      if (!runTo(engine, d.int(0, 30))) return;
      act(engine);
      const { decision } = engine.replica;
      decision.headroom += d.int(0, 9);
      decision.chunkCap = d.int(1, 50);
      decision.growth = d.int(0, 2);
      decision.tokenBudget = Math.max(1, decision.tokenBudget - d.int(0, 20));
      decision.wakeIn = d.int(1, 5);
      const { live } = engine.replica;
      const here = new Set(Array.from({ length: live.n }, (_, k) => String(engine.replica.requests.key[live.ids[k]])));
      const twin = fork(engine);
      run(engine);
      run(twin);
      const left = (of: Engine) => Object.entries(requestsOf(of)).filter(([key]) => here.has(key));
      expect(left(twin)).toEqual(left(engine));
      expect(twin.replica.now).toBe(engine.replica.now);
    });
  });

  for (const preset of PRESETS) {
    it(`on ${preset}`, () => {
      forAll(10, (d) => {
        const auditor = createAuditor();
        const setup = randomSetup(d, { preset });
        const expected = resultsOf(finish(createEngine(setup)));
        const engine = createEngine({ ...setup, recorders: [auditor] });
        runTo(engine, d.int(0, 60));
        const moment = snapshot(engine);
        // Several times, and from different depths of the future.
        for (const turns of [d.int(0, 5), d.int(0, 100), Infinity]) {
          if (engine.asking) act(engine);
          runTo(engine, turns);
          restore(engine, moment);
        }
        expect(resultsOf(finish(engine))).toEqual(expected);
        auditor.close(engine);
      });
    });
  }

  it('keeps what the policy wrote at the open turn', () => {
    forAll(30, (d) => {
      const setup = randomSetup(d);
      const expected = resultsOf(finish(createEngine(setup)));
      const engine = createEngine(setup);
      const open = runTo(engine, d.int(0, 60));
      const before = snapshot(engine);
      finish(engine);
      restore(engine, before);
      expect(engine.asking).toBe(open);
      expect(resultsOf(finish(engine))).toEqual(expected);
    });
  });
});

describe('fork then run = run', () => {
  for (const preset of PRESETS) {
    it(`on ${preset}`, () => {
      forAll(10, (d) => {
        const setup = randomSetup(d, { preset });
        const engine = createEngine(setup);
        runTo(engine, d.int(0, 60));
        const keys = keysFrom(engine);
        const twins = [1, 2, 3].map(() => fork(engine, { recorders: [createStateAuditor()] }));
        finish(twins[0]);
        const later = fork(engine, { into: twins[0] });
        const expected = futureOf(finish(engine), keys);
        for (const twin of [...twins.slice(1), later]) expect(futureOf(finish(twin), keys)).toEqual(expected);
        // The engine itself took no notice.
        expect(resultsOf(engine)).toEqual(resultsOf(finish(createEngine(setup))));
      });
    });
  }

  it('from a snapshot of the past, and from a fork', () => {
    forAll(25, (d) => {
      const engine = createEngine(randomSetup(d));
      runTo(engine, d.int(0, 30));
      const keys = keysFrom(engine);
      const moment = snapshot(engine);
      const grandchild = fork(fork(engine));
      const expected = futureOf(finish(engine), keys);
      expect(futureOf(finish(fork(engine, { from: moment })), keys)).toEqual(expected);
      expect(futureOf(finish(grandchild), keys)).toEqual(expected);
    });
  });

  it('with batches in flight', () => {
    let inFlight = 0;
    forAll(40, (d) => {
      const engine = createEngine(randomSetup(d, { preset: 'vllm-v1-async' }));
      runTo(engine, d.int(2, 30));
      if (engine.replica.flight) inFlight++;
      const keys = keysFrom(engine);
      const twin = fork(engine);
      expect(futureOf(finish(twin), keys)).toEqual(futureOf(finish(engine), keys));
    });
    expect(inFlight).toBeGreaterThan(10);
  });
});

describe('resampled forks', () => {
  const calm: Wishes = { exits: false, horizon: false, drafts: false };

  it('leave the engine as it was, keep the past, and obey the laws', () => {
    forAll(25, (d) => {
      const setup = randomSetup(d);
      const engine = createEngine(setup);
      runTo(engine, d.int(0, 60));
      const { replica: s } = engine;
      const twin = fork(engine, { resample: 'beliefs', seed: d.int(0, 9), recorders: [createStateAuditor()] });
      expect(twin.replica.now).toBe(s.now);
      expect(twin.replica.totals).toEqual(s.totals);
      for (const list of ['live', 'running', 'queue', 'held', 'residents'] as const) {
        expect([list, ...twin.replica[list].ids.subarray(0, twin.replica[list].n)]).toEqual([
          list,
          ...s[list].ids.subarray(0, s[list].n),
        ]);
      }
      for (const r of s.live.ids.subarray(0, s.live.n)) {
        for (const name of ['computed', 'generated', 'blocks', 'firstToken', 'service'] as const) {
          expect(twin.replica.requests[name][r]).toBe(s.requests[name][r]);
        }
      }
      const arrived = twin.delivered;
      finish(twin);
      expect(twin.delivered).toBe(arrived);
      expect(resultsOf(finish(engine))).toEqual(resultsOf(finish(createEngine(setup))));
    });
  });

  it('are the truth where the beliefs are, once all have come', () => {
    forAll(20, (d) => {
      const { workload, ...setup } = randomSetup(d, calm);
      const atOnce = createWorkload({
        ...workload,
        name: 'at once',
        arrival: new Float64Array(workload.count),
        content: undefined as never,
      });
      const engine = createEngine({ ...setup, workload: atOnce });
      runTo(engine, d.int(0, 30));
      const keys = keysFrom(engine);
      const twin = fork(engine, { resample: 'beliefs' });
      expect(futureOf(finish(twin), keys)).toEqual(futureOf(finish(engine), keys));
    });
  });

  it('are drawn by name: one seed one future, another seed another', () => {
    const uncertain = () => {
      const inner = oracle();
      return {
        ...inner,
        reset(forecast: Parameters<NonNullable<typeof inner.reset>>[0]) {
          inner.reset?.(forecast);
          this.arrive = (r: number) => {
            inner.arrive(r);
            forecast.beliefs.length[r] = 20;
            forecast.beliefs.lengthSpread[r] = 15;
          };
        },
      };
    };
    let differ = 0;
    forAll(20, (d) => {
      const engine = createEngine({
        ...randomSetup(d, { ...calm, rules: { maxModelLen: 120, tokenBudget: 300 } }),
        predictor: uncertain,
      });
      runTo(engine, d.int(0, 5));
      const keys = keysFrom(engine);
      const futures = [1, 1, 2].map((seed) => futureOf(finish(fork(engine, { resample: 'beliefs', seed })), keys));
      expect(futures[1]).toEqual(futures[0]);
      if (JSON.stringify(futures[2]) !== JSON.stringify(futures[0])) differ++;
    });
    expect(differ).toBeGreaterThan(10);
  });
});
