/** LAPS-SD against its formulas: levels, the stability test, the estimate. */
import { expect, test } from 'vitest';
import { type LapsSdOptions, lapsSd } from '../../agents/schedulers/laps-sd.js';
import { affineCost, constantStep } from '../../env/serving/cost/affine.js';
import { act, createEngine, toTurn } from '../../env/serving/engine.js';
import { preset } from '../../env/serving/presets.js';
import { scriptedAcceptance } from '../../env/workloads/acceptance/scripted.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import { served } from './by-hand.js';

/** Ranks of a level begin at multiples of this; its second half is for requests that are not perceptible. */
const LEVEL = 2 ** 44;

test('without perceptible requests it is a multi-level feedback queue', () => {
  // 10 µs a token and a border of 20 µs: levels end after 2, 6 and 14 tokens.
  const jobs = [
    { arrival: 0, output: 8 },
    { arrival: 5, output: 7 },
    { arrival: 75, output: 3 },
  ];
  expect(served(jobs, () => lapsSd({ border: 20, minSteps: 1000 }))).toBe('AABBAAAACCBBBBCAAB');
  expect(served(jobs, () => lapsSd({ border: 20, minSteps: 1000, levels: 1 }))).toBe('AAAAAAAABBBBBBBCCC');
});

test('without drafts, who is perceptible is served by the time it needs', () => {
  // All perceptible after two steps (three tokens): then by remaining time, whole levels first.
  const jobs = [
    { arrival: 0, output: 12 },
    { arrival: 5, output: 4 },
  ];
  expect(served(jobs, () => lapsSd({ border: 40, minSteps: 2, window: 1 }))).toBe('AAABBBBAAAAAAAAA');
});

/** One request of 400 tokens with 3 drafts a step; its rank and columns after every step. */
function lone(script: readonly number[], options: LapsSdOptions) {
  const engine = createEngine({
    workload: createWorkload({
      name: 'lone',
      arrival: [40],
      promptTokens: [7],
      outputTokens: [400],
      declared: [500],
      acceptance: scriptedAcceptance(() => ({ accepted: script, drafts: [3] })),
    }),
    rules: preset('serial', { drafts: 3 }),
    cost: affineCost({ base: 6000, perPrefillToken: 500, perDecodeToken: 200 }),
    predictor: oracle,
    scheduler: () => lapsSd(options),
  });
  const { requests, decision, totals, beliefs } = engine.replica;
  const rows = [];
  while (toTurn(engine)) {
    act(engine);
    const [generated, service, accepted, proposed] = [
      requests.generated,
      requests.service,
      requests.accepted,
      requests.proposed,
    ].map((c) => c[0]);
    rows.push({
      now: engine.replica.now,
      steps: totals.iterations - 1,
      rank: decision.rank[0],
      generated,
      service,
      share: accepted / proposed,
    });
  }
  return { rows: rows.filter(({ steps }) => steps > 0), believed: beliefs.acceptance[0] };
}

const STEP = 6000 + 4 * 200; // one decode of 1 + 3 tokens
const level = (time: number, border = 100_000) => Math.floor(Math.log2(time / border + 1));
const isPerceptible = (rank: number) => rank % LEVEL < LEVEL / 2;

/** How far the running mean moved over the last eight of nine values. */
const MOVED = {
  range: (last: readonly number[]) => Math.max(...last) - Math.min(...last),
  ends: (last: readonly number[]) => Math.abs(last[8] - last[0]),
} as const;

test.each(['range', 'ends'] as const)(
  'by %s it becomes perceptible at the first step at which its acceptance has settled, and stays so',
  (settled) => {
    const script = [...Array(9).fill(3), ...Array(30).fill(0), ...Array(20).fill(3)]; // settles, then moves again
    const { rows } = lone(script, { settled });
    const shares = [Number.NaN, ...rows.map(({ share }) => share)];
    const isSettled = (s: number) => s >= 16 && MOVED[settled](shares.slice(s - 8, s + 1)) < 0.05;
    const first = rows.findIndex(({ steps }) => isSettled(steps));
    expect(first).toBeGreaterThan(20);
    expect(rows.slice(first).some(({ steps }) => !isSettled(steps))).toBe(true);
    expect(rows.map(({ rank }) => isPerceptible(rank))).toEqual(rows.map((_, k) => k >= first));
  },
);

test('a mean that comes back has settled by its ends long before it has by its range, which is the default', () => {
  // The prompt's step takes the first. A is 1/3 until step 8, 2/9 at 12, .28 at 13 and 1/3 from 14 on.
  const script = [...Array(9).fill(1), 0, 0, 0, 0, 3, 3, ...Array(10).fill(1)];
  const after = (options: LapsSdOptions) => {
    const { rows } = lone(script, options);
    return rows.find(({ rank }) => isPerceptible(rank))?.steps;
  };
  expect(after({ settled: 'ends' })).toBe(16);
  expect(after({ settled: 'range' })).toBe(22);
  expect(after({})).toBe(22);
});

test('before that its level is that of its attained service, in order of entry', () => {
  const { rows } = lone([1], { minSteps: 1000 });
  let entered = 40;
  let last = 0;
  for (const { rank, service, now } of rows) {
    if (level(service) !== last) [last, entered] = [level(service), now];
    expect(rank).toBe(last * LEVEL + LEVEL / 2 + entered);
  }
  expect(last).toBe(3);
});

test('from then on its estimate is T = remaining / (n·A + 1) · step', () => {
  const { rows } = lone([3, 1, 0], {});
  const estimated = rows.filter(({ rank }) => isPerceptible(rank));
  expect(estimated.length).toBeGreaterThan(100);
  for (const { rank, generated, share } of estimated) {
    const time = ((400 - generated) / (3 * share + 1)) * STEP;
    expect(Math.floor(rank / LEVEL)).toBe(level(time));
    expect(rank % LEVEL).toBeCloseTo(time, 1);
  }
});

test('believed acceptance and the cost of a step alone can take the place of measurements', () => {
  const { rows, believed } = lone([3, 1, 0], { acceptance: 'believed', step: 'alone' });
  expect(believed).toBeCloseTo(4 / 9, 2);
  for (const { rank, generated } of rows.filter(({ rank }) => isPerceptible(rank))) {
    expect(rank % LEVEL).toBeCloseTo(((400 - generated) / (3 * believed + 1)) * STEP, 1);
  }
});

test('a belief that is too short leaves one token to go', () => {
  const engine = createEngine({
    workload: createWorkload({ name: 'long', arrival: [0], promptTokens: [1], outputTokens: [60], declared: [60] }),
    rules: preset('serial'),
    cost: constantStep(1000),
    predictor: () => ({ ...oracle(), name: 'five', reset: undefined, arrive: () => {} }) as never,
    scheduler: () => lapsSd({ minSteps: 3, window: 1 }),
  });
  let rank = 0;
  while (toTurn(engine)) {
    act(engine);
    rank = engine.replica.decision.rank[0];
  }
  expect(rank).toBe(1000);
});
