/** Advantages and returns against recordings, and the average-reward form against its definition. */
import { describe, expect, it } from 'vitest';
import {
  advantages,
  explainedVariance,
  lambdaReturns,
  normalise,
  nStepReturns,
  type Steps,
} from '../../../agents/learners/math/returns.js';
import { flat, near, recorded, recording, where } from './recorded.js';

type Rows = number[][];
interface Batch {
  name: string;
  rewards: Rows;
  values: Rows;
  values_of_successors: Rows;
  terminated: boolean[][];
  truncated: boolean[][];
  elapsed: Rows;
  results: {
    gamma: number;
    lambda: number;
    advantages: Rows;
    returns: Rows;
    advantages_lambda_pow_elapsed: Rows;
    n_step: Record<string, Rows>;
  }[];
}
interface Returns {
  batches: Batch[];
  next_step_autoreset: {
    rewards: number[];
    values: number[];
    value_after_last: number;
    terminated: boolean[];
    truncated: boolean[];
    valid: boolean[];
    gamma: number;
    lambda: number;
    advantages: number[];
  };
  normalised_advantages: { advantages: number[]; sample_sd: number[] }[];
  explained_variance: { values: number[]; returns: number[]; explained_variance: number | 'NaN' }[];
}

const bits = (rows: readonly boolean[][]): Uint8Array => Uint8Array.from(rows.flat(), Number);
const stepsOf = (batch: Batch): Steps => ({
  steps: batch.rewards.length,
  envs: batch.rewards[0].length,
  reward: flat(batch.rewards),
  value: flat(batch.values),
  successor: flat(batch.values_of_successors),
  terminated: bits(batch.terminated),
  truncated: bits(batch.truncated),
  elapsed: flat(batch.elapsed),
});

describe.skipIf(!recorded)(`returns (${where})`, () => {
  const of = recording<Returns>('returns');

  it.each(of.batches.map((batch) => [batch.name, batch] as const))('%s', (_, batch) => {
    const steps = stepsOf(batch);
    const out = new Float64Array(steps.reward.length);
    for (const { gamma: discount, lambda, ...expected } of batch.results) {
      advantages(steps, { discount, lambda }, out);
      near(out, flat(expected.advantages), 1e-10);
      near(
        out.map((a, k) => a + steps.value[k]),
        flat(expected.returns),
        1e-10,
      );
      advantages(steps, { discount, lambda, lambdaPer: 'second' }, out);
      near(out, flat(expected.advantages_lambda_pow_elapsed), 1e-10);
      lambdaReturns(steps, lambda, discount, out);
      near(out, flat(expected.returns), 1e-10);
      for (const [n, rows] of Object.entries(expected.n_step)) {
        nStepReturns(steps, Number(n), discount, out);
        near(out, flat(rows), 1e-10);
      }
    }
  });

  it('rows of a NEXT_STEP reset carry nothing', () => {
    const { rewards, values, value_after_last, terminated, truncated, valid, ...rest } = of.next_step_autoreset;
    const steps: Steps = {
      steps: rewards.length,
      envs: 1,
      reward: Float64Array.from(rewards),
      value: Float64Array.from(values),
      successor: Float64Array.from([...values.slice(1), value_after_last]),
      terminated: bits([terminated]),
      truncated: bits([truncated]),
      elapsed: new Float64Array(rewards.length).fill(1),
      valid: bits([valid]),
    };
    const out = new Float64Array(rewards.length).fill(7);
    advantages(steps, { discount: rest.gamma, lambda: rest.lambda }, out);
    near(out, rest.advantages, 1e-10);
  });

  it('normalised advantages and explained variance', () => {
    for (const each of of.normalised_advantages) {
      const numbers = Float64Array.from(each.advantages);
      normalise(numbers);
      near(numbers, each.sample_sd, 1e-10);
    }
    for (const { values, returns, explained_variance } of of.explained_variance) {
      const got = explainedVariance(values, returns);
      if (explained_variance === 'NaN') expect(got).toBeNaN();
      else near([got], [explained_variance], 1e-10);
    }
  });
});

it('a reward that always comes at the mean rate has no advantage', () => {
  const elapsed = Float64Array.of(0.5, 2, 1, 4);
  const nothing = new Float64Array(4);
  const steps: Steps = {
    steps: 4,
    envs: 1,
    reward: elapsed.map((time) => -3 * time),
    value: nothing,
    successor: nothing,
    terminated: new Uint8Array(4),
    truncated: new Uint8Array(4),
    elapsed,
  };
  const out = new Float64Array(4);
  advantages(steps, { lambda: 0.9, rate: -3 }, out);
  expect(out).toEqual(nothing);
  advantages(steps, { lambda: 1, rate: -1 }, out); // −2 a second to the end
  expect([...out]).toEqual([-15, -14, -10, -8]);
});
