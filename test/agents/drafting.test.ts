/** Draft-length controllers: what γ they say, to whom, and that nothing else moves. */
import { describe, expect, test } from 'vitest';
import { alphaOf, tokensPerStep } from '../../agents/drafting/alpha.js';
import { fixedGamma } from '../../agents/drafting/fixed-gamma.js';
import { gammaByLoad } from '../../agents/drafting/gamma-by-load.js';
import { type GoodputGammaOptions, goodputGamma } from '../../agents/drafting/goodput-gamma.js';
import { type ThresholdGammaOptions, thresholdGamma } from '../../agents/drafting/threshold-gamma.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { act, createEngine, type Engine, run, toTurn } from '../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { decodeStepCost } from '../../experiments/speculation-by-load.js';
import { leftAt, runSmall } from '../contracts/small-world.js';

const MOST = 16;

/** `alphas.length` requests at once, each with its α; a seat each. */
function world(
  alphas: readonly number[],
  scheduler: () => Scheduler,
  { cost = affineCost({ base: 1000 }), predictor, tokens = 600 }: Partial<World> = {},
): Engine {
  const workload = createWorkload({
    name: 'drafting',
    arrival: alphas.map(() => 0),
    promptTokens: alphas.map(() => 8),
    outputTokens: alphas.map(() => tokens),
    acceptance: (order) => constantAcceptance(alphas, order, 'drafting'),
  });
  const rules = preset('vllm-v1', { maxBatch: 512, drafts: 3, maxDrafts: MOST, proposer: 'eagle' });
  return createEngine({ workload, rules, cost, scheduler, ...(predictor && { predictor }) });
}
interface World {
  readonly cost: ReturnType<typeof affineCost>;
  readonly predictor: () => Predictor;
  readonly tokens: number;
}

/** γ of every request after each turn. */
function lengths(engine: Engine, turns = Infinity): number[][] {
  const rows: number[][] = [];
  while (rows.length < turns && toTurn(engine)) {
    act(engine);
    rows.push([...engine.replica.decision.draft.subarray(0, engine.delivered)]);
  }
  return rows;
}

/** Believes A of each request as independent drafts of 3 would have it. */
const believes = (alphas: readonly number[]) => (): Predictor => {
  let acceptance: Float32Array;
  return {
    name: 'told',
    information: 'predicted',
    reset(forecast) {
      acceptance = forecast.beliefs.acceptance;
    },
    arrive(r) {
      acceptance[r] = (tokensPerStep(alphas[r], 3) - 1) / 3;
    },
  };
};

describe('the two acceptance rates', () => {
  test.each([
    [0.5, 1, 1.5],
    [0.6, 3, 2.176],
    [0.7, 5, 2.941],
    [0.9, 7, 5.695],
    [1, 4, 5],
    [0, 4, 1],
  ])('α %d with %i drafts: %d tokens a step', (alpha, drafts, tokens) => {
    expect(tokensPerStep(alpha, drafts)).toBeCloseTo(tokens, 3);
    expect(alphaOf((tokens - 1) / drafts, drafts)).toBeCloseTo(alpha, 3);
  });

  test('one follows from the other', () => {
    for (let drafts = 1; drafts <= 16; drafts++) {
      for (const alpha of [0, 0.001, 0.1, 0.37, 0.8, 0.99, 1]) {
        expect(alphaOf((tokensPerStep(alpha, drafts) - 1) / drafts, drafts)).toBeCloseTo(alpha, 6);
      }
    }
  });
});

describe('fixed γ', () => {
  test.each([0, 2, 5])('%i drafts in every verification', (gamma) => {
    const { requests } = (() => {
      const engine = world([0.5, 0.8], fixedGamma(srpt, { gamma }));
      run(engine);
      return engine.replica;
    })();
    for (const r of [0, 1]) expect(requests.proposed[r]).toBe(gamma * requests.verifications[r]);
  });

  test("the engine's own γ changes nothing", () => {
    for (const engine of ['serial', 'vllm-v1', 'vllm-v1+rank', 'vllm-v1-async'] as const) {
      for (const seed of [1, 3, 5]) {
        const plain = runSmall({ engine, seed, scheduler: srpt });
        const wrapped = runSmall({ engine, seed, scheduler: fixedGamma(srpt, { gamma: 2 }) });
        expect(leftAt(wrapped)).toEqual(leftAt(plain));
      }
    }
  });
});

test('γ by load follows the number that runs, for newcomers and those who wait alike', () => {
  const options = { few: 5, fewTo: 1, some: 3, someTo: 3, many: 0 };
  const met = new Set<number>();
  for (const engine of ['vllm-v1', 'vllm-v1+rank'] as const) {
    const watched = (): Scheduler => {
      const policy = gammaByLoad(srpt, options)();
      return {
        ...policy,
        decide(view, out) {
          policy.decide(view, out);
          const { n } = view.running;
          const expected = n <= 1 ? 5 : n <= 3 ? 3 : 0;
          met.add(expected);
          for (let k = 0; k < view.live.n; k++) expect(out.draft[view.live.ids[k]]).toBe(expected);
        },
      };
    };
    runSmall({ engine, seed: 3, scheduler: watched });
  }
  expect([...met].sort()).toEqual([0, 3, 5]);
});

describe('the goodput rule', () => {
  const rule = (options: GoodputGammaOptions = {}) =>
    goodputGamma(fcfs, { most: MOST, advantage: 1, acceptance: 'believed', ...options });
  /** A step of 10 ms and drafts of c times as much. */
  const cost = (c: number) => affineCost({ base: 10_000, draft: { perDepth: 10_000 * c, perToken: 0 } });

  // Best k of (1 − α^(k+1))/((1 − α)(k·c + 1)).
  test.each([
    [0.6, 0.05, 4],
    [0.7, 0.05, 6],
    [0.8, 0.05, 8],
    [0.9, 0.05, 13],
    [0.6, 0.1, 3],
    [0.8, 0.1, 6],
    [0.9, 0.1, 10],
    [0.9, 0.2, 7],
    [0.8, 0.4, 2],
    [0.3, 0.4, 0],
  ])('α %d and drafts of %d steps: γ %i', (alpha, c, gamma) => {
    const [row] = lengths(world([alpha], rule(), { cost: cost(c), predictor: believes([alpha]) }), 1);
    expect(row).toEqual([gamma]);
  });

  test('no drafts are given up only for a gain of a tenth', () => {
    const gain = (1 + 0.35) / 1.25; // one draft of a quarter step at α = .35: 8 %
    expect(gain).toBeGreaterThan(1.05);
    const first = (advantage: number) =>
      lengths(world([0.35], rule({ advantage }), { cost: cost(0.25), predictor: believes([0.35]) }), 1)[0];
    expect([first(1), first(1.1)]).toEqual([[1], [0]]);
  });

  test('it learns acceptance from what was looked at', () => {
    const last = (alpha: number) => {
      const rows = lengths(
        world([alpha], rule({ acceptance: 'measured', memory: 400 }), { cost: cost(0.1), tokens: 4000 }),
      );
      return rows[rows.length - 2][0];
    };
    expect(Math.abs(last(0.8) - 6)).toBeLessThanOrEqual(1);
    expect(Math.abs(last(0.6) - 3)).toBeLessThanOrEqual(1);
  });

  test('where nothing is accepted it tries again while cheap drafts pay at the floor, and else stops for good', () => {
    const drafts = (c: number) => {
      const options = { acceptance: 'measured', memory: 20 } as const;
      return lengths(world([0], rule(options), { cost: cost(c), tokens: 300 })).map(([gamma]) => gamma);
    };
    const cheap = drafts(0.2);
    expect(Math.min(...cheap)).toBeGreaterThan(0);
    expect(new Set(cheap.slice(-50)).size).toBeGreaterThan(1); // it falls with acceptance and is set anew
    const dear = drafts(0.5);
    expect(dear[0]).toBeGreaterThan(0);
    expect(new Set(dear.slice(-250))).toEqual(new Set([0]));
  });

  test('it drafts less in a batch of 256 than alone', () => {
    const first = (batch: number) =>
      lengths(
        world(new Array(batch).fill(0.65), rule({ acceptance: 'measured' }), { cost: decodeStepCost as never }),
        30,
      )[29][0];
    expect(first(1)).toBeGreaterThanOrEqual(4);
    expect(first(256)).toBeLessThanOrEqual(2);
  });
});

describe('the threshold', () => {
  const rule = (options: ThresholdGammaOptions) => thresholdGamma(fcfs, { most: MOST, ...options });

  test('γ is the deepest draft that is likely enough, for each request', () => {
    const alphas = [0.2, 0.5, 0.8, 0.9];
    for (const threshold of [0.1, 0.3, 0.6]) {
      const engine = world(alphas, rule({ threshold, acceptance: 'believed', least: 0 }), {
        predictor: believes(alphas),
      });
      const expected = alphas.map((alpha) => Math.min(MOST, Math.floor(Math.log(threshold) / Math.log(alpha) + 1e-6)));
      expect(lengths(engine, 1)).toEqual([expected]);
    }
  });

  test('who is easy to draft for is told from who is not', () => {
    const rows = lengths(world([0.2, 0.9], rule({ threshold: 0.3 })));
    const [hard, easy] = rows[50];
    expect(hard).toBe(1);
    expect(easy).toBeGreaterThan(6);
  });
});
