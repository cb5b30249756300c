/** Estimators in an episode: they believe what they believe on a replay, and LAPS-SD can take their word for it. */
import { describe, expect, test } from 'vitest';
import { lapsSd } from '../../../agents/schedulers/laps-sd.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { preset } from '../../../env/serving/presets.js';
import { replayedAcceptance } from '../../../env/workloads/acceptance/replayed.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { resolvePredictor } from '../../../experiments/catalogue.js';
import { acceptedAhead, judge } from '../../../experiments/predictors/acceptance/judge.js';
import { generatedRequests } from '../../../predictors/acceptance/generated.js';
import { prefixMean } from '../../../predictors/acceptance/posterior.js';
import { acceptancePredictor } from '../../../predictors/acceptance/predictor.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import { type ShippedName, shipped } from '../../../predictors/acceptance/shipped.js';
import { combined } from '../../../predictors/combined.js';
import { oracle } from '../../../predictors/oracle.js';
import { believing, mean } from '../believing.js';

const requests = generatedRequests('eagle', 'sharegpt', 20, 'loop').filter(({ commits }) => commits.length > 150);
const population = { draft: 'eagle', set: 'sharegpt' } as const;

describe.each<ShippedName>(['curve', 'shrinkage', 'regression', 'gru'])('%s', (name) => {
  test('after sixteen verifications it believes in an episode what it believes on a replay', () => {
    for (const request of requests.slice(0, 4)) {
      let after = Number.NaN;
      let spread = Number.NaN;
      believing({
        predictor: () => combined(oracle(), acceptancePredictor(shipped(name, population))),
        lengths: [request.commits.length],
        acceptance: replayedAcceptance(() => request.commits),
        rules: { drafts: 3 },
        look({ requests, beliefs }) {
          if (requests.verifications[0] !== 16 || !Number.isNaN(after)) return;
          after = beliefs.acceptance[0];
          spread = beliefs.acceptanceSpread[0];
        },
      });
      const offline = judge(shipped(name, population), request, { drafts: 3, after: 16 });
      expect(after).toBeCloseTo(offline.share, 5);
      expect(spread).toBeCloseTo(offline.spread, 5);
    }
  });
});

/** Mean error of A from now on over requests, 3 drafts, after sixteen verifications in an engine. */
function errorInLoop(spec: string, from: readonly RecordedRequest[]): number {
  return mean(
    from.map((request) => {
      let error = Number.NaN;
      const ahead = acceptedAhead(request, { drafts: 3, after: 16 });
      believing({
        predictor: resolvePredictor(spec).make,
        lengths: [request.commits.length],
        acceptance: replayedAcceptance(() => request.commits),
        rules: { drafts: 3 },
        look({ requests, beliefs }) {
          if (requests.verifications[0] === 16) error = Math.abs(beliefs.acceptance[0] - mean(ahead) / 3);
        },
      });
      return error;
    }),
  );
}

test('who knows the population errs less than who trusts the first steps', () => {
  const from = requests.filter(({ commits }) => commits.length < 1000);
  expect(from.length).toBeGreaterThan(8);
  const prefix = errorInLoop('oracle+prefix-mean', from);
  // Not the regression: it takes cues from prompts, which generated requests do not have.
  for (const name of ['curve', 'shrinkage', 'gru'])
    expect(errorInLoop(`oracle+${name}`, from)).toBeLessThan(0.9 * prefix);
});

test('LAPS-SD that takes the window rule’s word serves as it does by its own test', () => {
  const served = (options: Parameters<typeof lapsSd>[0]) => {
    const engine = createEngine({
      workload: createWorkload({
        name: 'drafted',
        arrival: requests.map((_, k) => k * 40_000),
        promptTokens: requests.map(() => 1),
        outputTokens: requests.map(({ commits }) => commits.length),
        declared: requests.map(() => 5000),
        acceptance: replayedAcceptance((row) => requests[row].commits),
      }),
      rules: preset('serial', { drafts: 3 }),
      cost: constantStep(500),
      predictor: () => combined(oracle(), acceptancePredictor(prefixMean())),
      scheduler: () => lapsSd(options),
    });
    run(engine);
    return [...engine.replica.hidden.left.slice(0, engine.delivered)];
  };
  const own = served({});
  expect(served({ stable: 'believed' })).toEqual(own);
  expect(served({ minSteps: 100_000 })).not.toEqual(own); // the test makes a difference here
});
