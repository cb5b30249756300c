/** Beliefs about acceptance: the algebra of the posterior, memory of the EWMA, what the oracle knows, two predictors as one. */
import { describe, expect, test } from 'vitest';
import { declared, type Predictor } from '../../../env/serving/beliefs.js';
import type { RequestId } from '../../../env/serving/policy.js';
import { constantAcceptance } from '../../../env/workloads/acceptance/constant.js';
import { scriptedAcceptance } from '../../../env/workloads/acceptance/scripted.js';
import { resolvePredictor } from '../../../experiments/catalogue.js';
import { type EwmaOptions, ewma } from '../../../predictors/acceptance/ewma.js';
import { acceptanceOracle } from '../../../predictors/acceptance/oracle.js';
import { type PosteriorOptions, posterior } from '../../../predictors/acceptance/posterior.js';
import { acceptancePredictor } from '../../../predictors/acceptance/predictor.js';
import { combined } from '../../../predictors/combined.js';
import { noisy } from '../../../predictors/noisy.js';
import { oracle } from '../../../predictors/oracle.js';
import { believing, mean } from '../believing.js';

const acceptanceEwma = (options?: EwmaOptions) => acceptancePredictor(ewma(options));
const acceptancePosterior = (options?: PosteriorOptions) => acceptancePredictor(posterior(options));

interface Look {
  readonly proposed: number;
  readonly accepted: number;
  readonly generated: number;
  readonly belief: number;
  readonly spread: number;
}

/** What is believed of one request at each turn; `accepted` of 4 drafts at each step in turn. */
function course(predictor: () => Predictor, accepted: readonly number[], length = 60, wakeIn = 1): Look[] {
  const looks: Look[] = [];
  believing({
    predictor: () => combined(declared(), predictor()),
    lengths: [length],
    acceptance: scriptedAcceptance(() => ({ accepted, drafts: [] })),
    rules: { drafts: 4 },
    wakeIn,
    look: ({ beliefs, requests }) =>
      looks.push({
        proposed: requests.proposed[0],
        accepted: requests.accepted[0],
        generated: requests.generated[0],
        belief: beliefs.acceptance[0],
        spread: beliefs.acceptanceSpread[0],
      }),
  });
  return looks;
}

describe('posterior', () => {
  test('prior and counts add up as a Beta distribution', () => {
    const looks = course(() => acceptancePosterior({ mean: 0.25, weight: 8 }), [3, 0, 4, 1]);
    expect(looks[0]).toMatchObject({ proposed: 0, belief: 0.25, spread: Math.fround(Math.sqrt((0.25 * 0.75) / 9)) });
    expect(looks[looks.length - 1].proposed).toBeGreaterThan(60);
    for (const { proposed, accepted, belief, spread } of looks) {
      const a = 2 + accepted;
      const b = 6 + proposed - accepted;
      expect(belief).toBeCloseTo(a / (a + b), 6);
      expect(spread).toBeCloseTo(Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1))), 6);
    }
  });

  test('with independent single drafts its mean and spread are right: the truth lies within 2 of them 95 % of the time', () => {
    const lengths = Array.from({ length: 2000 }, () => 150);
    const keys = lengths.map((_, k) => k);
    const { replica } = believing({
      predictor: () => combined(declared(), acceptancePosterior({ mean: 0.5, weight: 1e-3 })),
      lengths,
      acceptance: constantAcceptance(0.7, keys, 1),
      rules: { drafts: 1 },
    });
    const { acceptance, acceptanceSpread } = replica.beliefs;
    expect(Math.abs(mean(acceptance.slice(0, 2000)) - 0.7)).toBeLessThan(0.005);
    const inside = mean(keys.map((r) => (Math.abs(acceptance[r] - 0.7) < 2 * acceptanceSpread[r] ? 1 : 0)));
    expect(Math.abs(inside - 0.95)).toBeLessThan(0.025);
  });
});

describe('ewma', () => {
  test('each verification has the weight asked for', () => {
    const looks = course(() => acceptanceEwma({ weight: 0.25, prior: 0.5 }), [2, 0, 4]);
    let value = 0.5;
    let variance = 0;
    looks.forEach(({ proposed, accepted, belief, spread }, k) => {
      const step = k > 0 ? proposed - looks[k - 1].proposed : 0;
      if (step > 0) {
        const error = (accepted - looks[k - 1].accepted) / step - value;
        value += 0.25 * error;
        variance = 0.75 * (variance + 0.25 * error * error);
      }
      expect(belief).toBeCloseTo(value, 6);
      expect(spread).toBeCloseTo(Math.sqrt((variance * 0.25) / 1.75), 6);
    });
  });

  test('it forgets: after a change it is where it would have been', () => {
    const script = [...Array.from({ length: 40 }, () => 4), ...Array.from({ length: 80 }, () => 1)];
    const looks = course(() => acceptanceEwma({ weight: 0.1 }), script, 360);
    const last = looks[looks.length - 1];
    expect(last.belief).toBeCloseTo(0.25, 2);
    expect(last.accepted / last.proposed).toBeGreaterThan(0.4);
  });

  test('verifications between two turns count as many, with their common share', () => {
    const looks = course(() => acceptanceEwma({ weight: 0.25, prior: 1 }), [2], 61, 5);
    for (const { proposed, belief } of looks) expect(belief).toBeCloseTo(0.5 + 0.5 * 0.75 ** (proposed / 4), 6);
  });
});

describe('oracle', () => {
  test('it knows the share from now on, and looks again', () => {
    // 4 of 4 in the first 20 verifications, which are 100 tokens, then none.
    const script = [...Array.from({ length: 20 }, () => 4), ...Array.from({ length: 200 }, () => 0)];
    const looks = course(() => acceptanceOracle({ every: 50 }), script, 200);
    const verified = looks[looks.length - 1];
    const at = (tokens: number) => looks.find(({ generated }) => generated >= tokens) as Look;
    expect(at(0).belief).toBeCloseTo(80 / 80 / (1 + 100 / 20), 1);
    expect(at(150).belief).toBe(0);
    expect(verified.accepted).toBeGreaterThan(70);
    expect(at(51).belief).toBeLessThan(at(0).belief);
  });

  test('it is the acceptance of `oracle` when a request arrives', () => {
    const acceptance = constantAcceptance(0.6, [0, 1, 2], 5);
    const beliefs = [() => oracle(), () => combined(declared(), acceptanceOracle({ every: 1e6 }))].map((predictor) => {
      const engine = believing({ predictor, lengths: [90, 40, 7], acceptance, rules: { drafts: 3 } });
      return [...engine.replica.beliefs.acceptance.slice(0, 3)];
    });
    expect(beliefs[1]).toEqual(beliefs[0]);
    expect(mean(beliefs[0])).toBeGreaterThan(0.2);
  });
});

describe('two predictors as one', () => {
  test('lengths are the first one’s, acceptance the second one’s, and the better informed one counts', () => {
    const lengths = [30, 60, 5];
    const alone = believing({ predictor: () => noisy(), lengths, rules: { drafts: 2 } }).replica.beliefs;
    const make = () => combined(noisy(), acceptanceEwma({ prior: 0.3 }));
    const both = believing({ predictor: make, lengths, rules: { drafts: 2 } }).replica.beliefs;
    expect([...both.length.slice(0, 3)]).toEqual([...alone.length.slice(0, 3)]);
    expect(both.acceptance[2]).toBeLessThan(0.31);
    expect(both.acceptance[2]).toBeGreaterThan(0);
    expect(combined(declared(), acceptanceEwma()).information).toBe('predicted');
    expect(combined(oracle(), acceptanceEwma()).information).toBe('clairvoyant');
    expect(combined(declared(), acceptanceOracle()).information).toBe('clairvoyant');
  });
});

// Who simulates an error reads the truth and says `predicted`; who learns does without it.
test.each(['declared', 'running-mean', 'tenant-mean', 'declared+posterior', 'tenant-mean+ewma'])(
  '%s never asks the truth',
  (spec) => {
    const closed = (): Predictor => {
      const inner = resolvePredictor(spec).make();
      return {
        ...inner,
        reset: (forecast) =>
          inner.reset?.({
            ...forecast,
            get truth(): never {
              throw new Error(`${spec} asked the truth`);
            },
          }),
        arrive: (r: RequestId) => inner.arrive(r),
      };
    };
    const acceptance = constantAcceptance(0.6, [0, 1, 2, 3], 5);
    const setup = { lengths: [9, 30, 4, 60], arrival: [0, 0, 200, 300], acceptance, rules: { drafts: 3 } };
    const believed = (predictor: () => Predictor) => {
      const { length, acceptance: share } = believing({ predictor, ...setup }).replica.beliefs;
      return [...length.slice(0, 4), ...share.slice(0, 4)];
    };
    expect(believed(closed)).toEqual(believed(() => resolvePredictor(spec).make()));
    expect(resolvePredictor(spec).information).not.toBe('clairvoyant');
  },
);
