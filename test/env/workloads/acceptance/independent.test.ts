/** Independent drafts against closed forms (Leviathan et al. 2023): P(N = j) = α^(j−1)·(1 − α) for j ≤ k, P(N = k + 1) = α^k. */
import { describe, expect, test } from 'vitest';
import { type BetaParameters, betaAcceptance } from '../../../../env/workloads/acceptance/beta.js';
import { constantAcceptance } from '../../../../env/workloads/acceptance/constant.js';

const count = process.env.SERVEGYM_LONG === undefined ? 30_000 : 1_000_000;
const keys = Float64Array.from({ length: count }, (_, k) => k);

/** Mean and variance of the tokens that a verification of k drafts commits. */
function closedForm(alpha: number, k: number): { mean: number; variance: number } {
  let mean = 0;
  let square = 0;
  for (let j = 1; j <= k + 1; j++) {
    const p = j <= k ? alpha ** (j - 1) * (1 - alpha) : alpha ** k;
    mean += p * j;
    square += p * j * j;
  }
  return { mean, variance: square - mean * mean };
}

/** Sample mean and variance over one verification a request, and the standard error of each. */
function sampled(commits: (row: number) => number) {
  const values = Float64Array.from(keys, (_, row) => commits(row));
  const mean = values.reduce((sum, v) => sum + v, 0) / count;
  const moment = (power: number) => values.reduce((sum, v) => sum + (v - mean) ** power, 0) / count;
  const variance = moment(2);
  return { mean, variance, errors: [Math.sqrt(variance / count), Math.sqrt((moment(4) - variance ** 2) / count)] };
}

describe.each([0.5, 0.6, 0.7, 0.8, 0.9])('α = %d', (alpha) => {
  test.each([1, 3, 5, 7])('%d drafts: mean and variance of the committed tokens', (k) => {
    const acceptance = constantAcceptance(alpha, keys, 'table');
    const expected = closedForm(alpha, k);
    const got = sampled((row) => 1 + acceptance.accepted(row, 10, 0, k));
    expect(Math.abs(got.mean - expected.mean)).toBeLessThan(3.5 * got.errors[0]);
    expect(Math.abs(got.variance - expected.variance)).toBeLessThan(3.5 * got.errors[1]);
  });
});

test('the published table of means and variances', () => {
  const rows: [number, number, number, number][] = [
    [0.5, 3, 1.875, 1.109],
    [0.6, 5, 2.383, 2.453],
    [0.7, 3, 2.533, 1.535],
    [0.8, 5, 3.689, 3.864],
    [0.9, 5, 4.686, 3.299],
  ];
  for (const [alpha, k, mean, variance] of rows) {
    const form = closedForm(alpha, k);
    expect(form.mean).toBeCloseTo(mean, 3);
    expect(form.variance).toBeCloseTo(variance, 3);
    expect((1 - alpha ** (k + 1)) / (1 - alpha)).toBeCloseTo(mean, 3);
  }
});

describe('an α for each request', () => {
  test.each([
    { mean: 0.6, spread: 0.2 },
    { mean: 0.85, spread: 0.05 },
    { mean: 0.3, spread: 0.35 },
  ])('mean $mean, spread $spread', ({ mean, spread }: BetaParameters) => {
    const acceptance = betaAcceptance({ mean, spread }, keys, 'beta');
    // One draft at two positions far apart: their outcomes share α and nothing else.
    const [first, second] = [5, 500].map((at) =>
      Float64Array.from(keys, (_, row) => acceptance.accepted(row, at, 0, 1)),
    );
    const share = first.reduce((sum, v) => sum + v, 0) / count;
    const both = first.reduce((sum, v, k) => sum + v * second[k], 0) / count;
    expect(Math.abs(share - mean)).toBeLessThan(3.5 * Math.sqrt((mean * (1 - mean)) / count));
    const square = mean * mean + spread * spread; // E[α²]
    expect(Math.abs(both - square)).toBeLessThan(3.5 * Math.sqrt((square * (1 - square)) / count));
  });

  test('spread 0 is the constant process', () => {
    const some = [3, 1, 4];
    const [own, constant] = [betaAcceptance({ mean: 0.7, spread: 0 }, some, 1), constantAcceptance(0.7, some, 1)];
    for (let at = 0; at < 200; at++) expect(own.accepted(1, at, 0, 8)).toBe(constant.accepted(1, at, 0, 8));
  });

  test('what no Beta distribution has is refused', () => {
    expect(() => betaAcceptance({ mean: 1, spread: 0 }, [1], 1)).toThrow(
      'beta acceptance: mean is 1, expected a number between 0 and 1',
    );
    expect(() => betaAcceptance({ mean: 0.5, spread: 0.5 }, [1], 1)).toThrow(
      'beta acceptance: spread is 0.5, expected at least 0 and below 0.500, the most at mean 0.5',
    );
  });
});
