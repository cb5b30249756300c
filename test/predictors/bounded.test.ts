/** Upper bounds in the loop: kept as often as promised, by group, under drift, and less sure under load. */
import { describe, expect, it } from 'vitest';
import { normal } from '../../env/distributions.js';
import { luck } from '../../env/random.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { bounded } from '../../predictors/bounded.js';
import { noisy } from '../../predictors/noisy.js';
import { ssjf } from '../../predictors/ssjf.js';
import { believing } from './believing.js';

const draw = luck('bounds', 'test');
const COUNT = 3000;
const lengths = Array.from({ length: COUNT }, (_, k) =>
  Math.max(1, Math.round(60 * Math.exp(0.8 * normal(draw(k, 0), draw(k, 1))))),
);

/** Share of bounds kept by requests that arrive one after another, the first ones left out. */
function kept(
  predictor: () => Predictor,
  outputs: readonly number[],
  which: (k: number) => boolean = () => true,
): number {
  const { beliefs } = believing({
    predictor,
    lengths: outputs,
    tenant: outputs.map((_, k) => k % 2),
    arrival: outputs.map((_, k) => k * 100),
    wakeIn: Infinity,
  }).replica;
  const bound = beliefs.quantiles[beliefs.quantiles.length - 1];
  const some = outputs.flatMap((length, k) => (k > 600 && which(k) ? [length <= bound[k] ? 1 : 0] : []));
  return some.reduce((sum: number, one) => sum + one, 0) / some.length;
}

const near = (share: number, promise: number, count: number): void =>
  expect(Math.abs(share - promise)).toBeLessThan(0.01 + 3 * Math.sqrt((promise * (1 - promise)) / count));

describe('bounds', () => {
  it.each([0.5, 0.8, 0.95])('are kept as often as promised: %s', (confidence) => {
    near(
      kept(() => bounded(noisy({ sigma: 0.6 }), { confidence }), lengths),
      confidence,
      COUNT,
    );
  });

  it('whatever the predictor is like', () => {
    near(
      kept(() => bounded(ssjf({ scale: 0.2 }), { confidence: 0.9 }), lengths),
      0.9,
      COUNT,
    );
  });

  it('also when lengths drift away from the belief', () => {
    const constant: () => Predictor = () => {
      let write: (r: number) => void;
      return {
        name: 'hundred',
        information: 'predicted',
        reset: ({ beliefs }) => {
          write = (r) => {
            beliefs.length[r] = 100;
          };
        },
        arrive: (r) => write(r),
      };
    };
    const growing = lengths.map((length, k) => Math.ceil(length * (1 + (4 * k) / COUNT)));
    near(
      kept(() => bounded(constant(), { confidence: 0.9 }), growing),
      0.9,
      COUNT,
    );
  });

  it('of each tenant, where they are kept apart', () => {
    const uneven = lengths.map((length, k) => (k % 2 ? 20 * length : length));
    const constant = (): Predictor =>
      bounded(
        {
          ...noisy({ sigma: 0 }),
          arrive: () => {},
          reset: ({ beliefs }) => {
            beliefs.length.fill(100);
          },
        },
        { confidence: 0.9, group: 'tenant' },
      );
    for (const parity of [0, 1])
      near(
        kept(constant, uneven, (k) => k % 2 === parity),
        0.9,
        COUNT / 2,
      );
    const together = (): Predictor =>
      bounded(
        {
          ...noisy({ sigma: 0 }),
          arrive: () => {},
          reset: ({ beliefs }) => {
            beliefs.length.fill(100);
          },
        },
        { confidence: 0.9 },
      );
    expect(kept(together, uneven, (k) => k % 2 === 1)).toBeLessThan(0.88);
  });

  it('are less sure the more arrive', () => {
    // 10,000 requests a second: .9/(1 + 10,000 · .0001) = .45.
    near(
      kept(() => bounded(noisy(), { confidence: 0.9, beta: 0.0001 }), lengths),
      0.45,
      COUNT,
    );
  });

  it('stand behind the quantiles that the belief has below', () => {
    expect(bounded(ssjf(), { confidence: 0.8 }).levels).toEqual([0.1, 0.5, 0.8]);
    expect(bounded(noisy()).levels).toEqual([0.95]);
    const first = believing({ predictor: () => bounded(ssjf()), lengths: [50], declared: 700 }).replica.beliefs;
    expect(first.quantiles.map((q) => q[0])[3]).toBe(700);
    expect(first.quantiles[1][0]).toBeGreaterThan(0);
  });
});
