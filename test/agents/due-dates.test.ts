/** Schedulers that go by what was promised: which promises they keep, and whom they give up. */
import { describe, expect, test } from 'vitest';
import { triage } from '../../agents/combine/triage.js';
import { classPriority } from '../../agents/schedulers/class-priority.js';
import { edf } from '../../agents/schedulers/edf.js';
import { edfSize } from '../../agents/schedulers/edf-size.js';
import { lateLast } from '../../agents/schedulers/late-last.js';
import { leastSlack } from '../../agents/schedulers/least-slack.js';
import { random } from '../../agents/schedulers/random.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { type Job, served } from './by-hand.js';

const STEP = 10;

/** When each request ends, one request at a time. */
function ends(jobs: readonly Job[], scheduler: () => Scheduler): number[] {
  const engine = createEngine({
    workload: createWorkload({
      name: 'due',
      arrival: jobs.map(({ arrival }) => arrival),
      promptTokens: jobs.map(() => 1),
      outputTokens: jobs.map(({ output }) => output),
      deadline: jobs.map(({ deadline = Infinity }) => deadline),
    }),
    rules: preset('serial'),
    cost: constantStep(STEP),
    predictor: oracle,
    scheduler,
  });
  run(engine);
  return Array.from(engine.replica.hidden.left.subarray(0, jobs.length));
}

/** Requests whose deadlines some schedule keeps, without a µs to spare. */
function feasible(seed: number): Job[] {
  const { next } = stream(seed, 'feasible');
  let arrival = 0;
  const jobs = Array.from({ length: 14 }, () => {
    arrival += STEP * Math.floor(4 * exponential(next()));
    return { arrival, output: 1 + Math.floor(5 * exponential(next())) };
  });
  return ends(jobs, random).map((deadline, r) => ({ ...jobs[r], deadline }));
}

const missed = (jobs: readonly Job[], scheduler: () => Scheduler): number =>
  ends(jobs, scheduler).filter((end, r) => end > (jobs[r].deadline ?? Infinity)).length;

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

describe('deadlines that can be kept', () => {
  test.each([
    ['edf', edf],
    ['least-slack', leastSlack],
    ['late-last', lateLast],
  ])('%s keeps all of them', (_name, scheduler) => {
    for (const seed of seeds) expect(missed(feasible(seed), scheduler)).toBe(0);
  });

  test('others do not', () => {
    const total = (scheduler: () => Scheduler): number =>
      seeds.reduce((sum, seed) => sum + missed(feasible(seed), scheduler), 0);
    expect(total(fcfs)).toBeGreaterThan(20);
    expect(total(srpt)).toBeGreaterThan(20);
  });
});

test('the hopeless: edf serves them first, late-last leaves them for later', () => {
  const jobs = [
    { arrival: 0, output: 5, deadline: 30 }, // 50 µs of work
    { arrival: 0, output: 3, deadline: 40 },
    { arrival: 0, output: 2, deadline: 60 },
    { arrival: 0, output: 1 },
  ];
  expect(served(jobs, edf)).toBe('AAAAABBBCCD');
  expect(missed(jobs, edf)).toBe(3);
  expect(served(jobs, lateLast)).toBe('BBBCCDAAAAA');
  expect(missed(jobs, lateLast)).toBe(1);
});

test('least slack counts what remains', () => {
  const jobs = [
    { arrival: 0, output: 2, deadline: 70 }, // latest start 50
    { arrival: 0, output: 5, deadline: 90 }, // 40
  ];
  expect(served(jobs, edf)).toBe('AABBBBB');
  expect(served(jobs, leastSlack)).toBe('BABABBB'); // whoever is served gains slack: equals take turns
  expect(served(jobs, () => leastSlack({ step: 1 }))).toMatch(/^AA/); // who believes in faster steps sees 68 and 85
});

describe('service classes', () => {
  const classes = [{ ttft: 30, tpot: 20 }, { jct: 100 }];
  const jobs = [
    { arrival: 0, output: 4, slo: 1 }, // due at 100
    { arrival: 0, output: 4, slo: 0 }, // first token due at 30, then one every 20
    { arrival: 5, output: 2, slo: 2 }, // promised nothing
  ];

  test('edf paces what was promised a pace, and serves others between', () => {
    // B's tokens: first by 30, then 20 after the last: its due dates 30, 30, 50, 70 all lie before A's 100.
    expect(served(jobs, edf, oracle, classes)).toBe('BBBBAAAACC');
    const slow = [{ ttft: 30, tpot: 80 }, { jct: 100 }];
    expect(served(jobs, edf, oracle, slow)).toBe('BBAAAABBCC'); // 10 + 80 is before 100, 10 + 2·80 behind
  });

  test('a deadline of its own takes the place of its class’s limits', () => {
    const own = jobs.map((job, r) => (r === 0 ? { ...job, deadline: 25 } : job));
    expect(served(own, edf, oracle, classes)).toBe('AAAABBBBCC');
  });

  test('who missed its first token is given up by late-last, whatever its class promises later', () => {
    const late = [
      { arrival: 0, output: 5, slo: 1 },
      { arrival: 1, output: 3, slo: 0 },
      { arrival: 45, output: 4, slo: 1 },
    ];
    const tight = [{ ttft: 5, tpot: 50 }, { jct: 100 }];
    expect(served(late, edf, oracle, tight)).toBe('ABBAAAABCCCC');
    expect(served(late, lateLast, oracle, tight)).toBe('AAAAACCCCBBB');
  });

  test('class priority: strictly one after the other', () => {
    const mixed = [
      { arrival: 0, output: 4, slo: 1 },
      { arrival: 15, output: 3, slo: 0 },
      { arrival: 15, output: 2, slo: 1 },
      { arrival: 25, output: 1, slo: 0 },
    ];
    expect(served(mixed, classPriority)).toBe('AABBBDAACC');
    expect(served(mixed, () => classPriority({ within: 'remaining' }))).toBe('AABDBBAACC');
  });
});

describe('triage', () => {
  const jobs = [
    { arrival: 0, output: 3, deadline: 30 },
    { arrival: 0, output: 3, deadline: 55 }, // has to begin at 25 and gets its turn at 30
    { arrival: 25, output: 3, deadline: 65 },
  ];

  test('who cannot make it waits until its promise is broken', () => {
    expect(served(jobs, edf)).toBe('AAABBBCCC');
    expect(served(jobs, triage(edf, { margin: 0 }))).toBe('AAACCCBBB');
    expect(missed(jobs, edf)).toBe(2);
    expect(missed(jobs, triage(edf, { margin: 0 }))).toBe(1);
  });

  test('whoever has begun goes on, however late', () => {
    const begun = [
      { arrival: 0, output: 5, deadline: 45 }, // 50 µs of work
      { arrival: 5, output: 1, deadline: 100 },
    ];
    const trusting = triage(edf, { step: 1 }); // believes in steps of 1 µs, so it lets A in
    expect(served(begun, trusting)).toBe('AAAAAB');
  });

  test('margin is what it must have to spare', () => {
    const tight = [
      { arrival: 0, output: 2, deadline: 40 },
      { arrival: 0, output: 2, deadline: 45 }, // 5 of 45 to spare when its turn comes at 20
    ];
    expect(served(tight, triage(edf, { margin: 0.1 }))).toBe('AABB');
    expect(served([...tight, { arrival: 10, output: 2 }], triage(edf, { margin: 0.2 }))).toBe('AACCBB');
  });

  test('nobody is held for ever: who was promised nothing, and where all are late', () => {
    const nothing = jobs.map(({ arrival, output }) => ({ arrival, output }));
    expect(served(nothing, triage(edf))).toBe('AAABBBCCC');
    const hopeless = jobs.map((job) => ({ ...job, deadline: job.arrival + 1 }));
    expect(served(hopeless, triage(fcfs))).toHaveLength(9);
  });

  test('on what cannot all be kept it breaks fewer promises than edf', () => {
    const total = (scheduler: () => Scheduler): number =>
      seeds.reduce((sum, seed) => {
        const crowded = feasible(seed).map((job) => ({ ...job, output: job.output + 1 }));
        return sum + missed(crowded, scheduler);
      }, 0);
    expect(total(triage(edf, { margin: 0 }))).toBeLessThan(total(edf));
  });
});

describe('edf-size', () => {
  test('without promises it is srpt, with exponent 0 late-last', () => {
    for (const seed of seeds) {
      const jobs = feasible(seed);
      const free = jobs.map(({ arrival, output }) => ({ arrival, output }));
      expect(ends(free, edfSize)).toEqual(ends(free, srpt));
      expect(ends(jobs, () => edfSize({ exponent: 0 }))).toEqual(ends(jobs, lateLast));
    }
  });

  test('under overload triage keeps most promises; where they lie far off, size keeps some more', () => {
    const overload = (seed: number): Job[] => {
      const { next } = stream(seed, 'overload');
      let arrival = 0;
      return Array.from({ length: 60 }, () => {
        arrival += Math.round(60 * exponential(next()));
        const output = 1 + Math.floor(9 * exponential(next()));
        return { arrival, output, deadline: arrival + Math.round(1600 * (0.5 + next())) };
      });
    };
    const total = (scheduler: () => Scheduler): number =>
      seeds.slice(0, 15).reduce((sum, seed) => sum + missed(overload(seed), scheduler), 0);
    expect(total(lateLast)).toBeLessThan(total(edf) / 4);
    expect(total(edfSize)).toBeLessThan(0.9 * total(lateLast));
    expect(total(edfSize)).toBeLessThan(total(srpt) / 2);
  });
});
