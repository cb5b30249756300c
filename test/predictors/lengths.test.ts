/** Beliefs about length: calibrated errors, refinement, means by tenant. */
import { describe, expect, test } from 'vitest';
import { quantileTable } from '../../env/distributions.js';
import { luck } from '../../env/random.js';
import { derived } from '../../env/workloads/derived.js';
import { ssjf } from '../../predictors/ssjf.js';
import { tenantMean } from '../../predictors/tenant-mean.js';
import { type TrailOptions, trail } from '../../predictors/trail.js';
import { believing, mean } from './believing.js';

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Ranks, equal values sharing the mean of theirs. */
function ranks(values: readonly number[]): Float64Array {
  const order = range(values.length).sort((a, b) => values[a] - values[b]);
  const rank = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) rank[order[k]] = (from + to - 1) / 2;
    from = to;
  }
  return rank;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [mean(a), mean(b)];
  const moment = (x: Float64Array, mx: number, y: Float64Array, my: number) =>
    mean(x.map((v, k) => (v - mx) * (y[k] - my)));
  return moment(a, ma, b, mb) / Math.sqrt(moment(a, ma, a, ma) * moment(b, mb, b, mb));
}

describe('ssjf', () => {
  const { published_classifier: published } = derived<{
    published_classifier: {
      class_limits_tokens: readonly number[];
      true_length_by_predicted_class: readonly { n: number; mean: number; q21: readonly number[] }[];
    };
  }>('output-length-structure');
  const classes = published.true_length_by_predicted_class;
  const total = classes.reduce((sum, { n }) => sum + n, 0);
  const upTo = classes.map((_, k) => classes.slice(0, k + 1).reduce((sum, { n }) => sum + n, 0));
  const draw = luck('lengths', 'test');
  /** Lengths that its classes were measured on: a class by its share, a length by the quantiles of that class. */
  const lengths = range(20_000).map((k) => {
    const u = draw(k, 0) * total;
    const own = classes[upTo.findIndex((sum) => u < sum)];
    const quantile = quantileTable(
      own.q21.map((_, i) => i / 20),
      own.q21,
    );
    return Math.round(quantile(draw(k, 1)));
  });
  const arrived = (scale = 1, declared = 100_000) => {
    const some = scale === 1 ? lengths : lengths.map((length) => length * scale);
    return believing({ predictor: () => ssjf({ scale }), lengths: some, declared, horizon: 1 }).replica.beliefs;
  };

  test('it is right as often as published, and ranks as well', () => {
    const believed = Array.from(arrived().length.slice(0, lengths.length));
    const classOf = (length: number) => published.class_limits_tokens.filter((limit) => length >= limit).length;
    const predicted = believed.map((value) => classes.findIndex((c) => c.mean === value));
    expect(predicted).not.toContain(-1);
    const right = mean(predicted.map((k, row) => (k === classOf(lengths[row]) ? 1 : 0)));
    expect(Math.abs(right - 0.6)).toBeLessThan(0.015);
    expect(Math.abs(correlation(ranks(believed), ranks(lengths)) - 0.774)).toBeLessThan(0.015);
    // Each class as often as published, and calibrated: its mean is the mean of the lengths in it.
    classes.forEach(({ n, mean: expected }, k) => {
      const own = lengths.filter((_, row) => predicted[row] === k);
      expect(Math.abs(own.length / lengths.length - n / total)).toBeLessThan(0.012);
      expect(Math.abs(mean(own) / expected - 1)).toBeLessThan(0.06);
    });
  });

  test('its quantiles and spread are those of the class, and everything scales', () => {
    const own = arrived();
    const wide = arrived(10);
    for (let r = 0; r < 200; r++) {
      const [low, middle, high] = own.quantiles.map((column) => column[r]);
      const { q21 } = classes.find((c) => c.mean === own.length[r]) as (typeof classes)[number];
      expect([low, middle, high]).toEqual([q21[2], q21[10], q21[18]].map((q) => Math.max(1, q)));
      expect(own.lengthSpread[r]).toBeGreaterThan(10);
      expect(wide.length[r]).toBeCloseTo(10 * own.length[r], 6);
      expect(wide.lengthSpread[r] / own.lengthSpread[r]).toBeCloseTo(10, 4);
    }
    expect(Math.max(...arrived(1, 30).length)).toBe(30);
  });
});

describe('trail', () => {
  const count = 1200;
  /** Mean absolute error of the believed remaining length at each number of generated tokens; answers of 300 tokens. */
  function errors(options: TrailOptions, length = 300, wakeIn = 1): Map<number, number> {
    const found = new Map<number, number>();
    believing({
      predictor: () => trail(options),
      lengths: range(count).map(() => length),
      wakeIn,
      look: ({ live, beliefs, requests }) => {
        let sum = 0;
        for (let k = 0; k < live.n; k++) sum += Math.abs(beliefs.length[live.ids[k]] - length);
        if (live.n === count) found.set(requests.generated[live.ids[0]], sum / count);
      },
    });
    return found;
  }
  const within = 3 * Math.sqrt((Math.PI / 2 - 1) / count); // of a mean absolute Gaussian, relative

  test('without smoothing its error is as stated: at arrival, and at every look', () => {
    const found = errors({ mae: 20, promptMae: 46.1, smoothing: 'none', every: 8 });
    expect(Math.abs((found.get(0) as number) / 46.1 - 1)).toBeLessThan(within);
    for (const at of [1, 8, 80, 160, 200]) {
      expect(Math.abs((found.get(at) as number) / 20 - 1)).toBeLessThan(within);
    }
    expect(errors({ mae: 0, promptMae: 0, smoothing: 'none' }).get(120)).toBe(0);
  });

  test('with smoothing it falls to half within a few looks, and stays there until the lowest bin is reached', () => {
    const published = errors({});
    const better = errors({ mae: 10 });
    expect(Math.abs((published.get(1) as number) / 33.9 - 1)).toBeLessThan(within + 0.02);
    for (const [at, error] of published) if (at >= 40 && at < 270) expect(error).toBeLessThan(0.6 * 33.9);
    for (const at of [1, 80, 120, 200]) expect(better.get(at)).toBeLessThan(published.get(at) as number);
  });

  test('what it believes depends on the request and its tokens, not on how often it is asked', () => {
    const often = errors({ every: 5 });
    const rarely = errors({ every: 5 }, 300, 7);
    expect(rarely.size).toBeLessThan(60);
    for (const [at, error] of rarely) expect(error).toBe(often.get(at));
  });

  test('answers beyond its bins are taken to end near the last one', () => {
    let believed = 0;
    believing({
      predictor: () => trail({ longest: 512 }),
      lengths: [3000],
      look: ({ beliefs, requests }) => {
        if (requests.generated[0] === 1000) believed = beliefs.length[0];
      },
    });
    expect(believed).toBeGreaterThan(1400);
    expect(believed).toBeLessThan(1000 + 512);
  });

  test('the bins move down as published: without news the expectation loses a token a token', () => {
    // A signal of enormous error says nothing; what remains is the first, flat distribution and its drift into the lowest bin.
    const far = errors({ mae: 1e6, promptMae: 0 }, 300);
    const flat = 512 / 2;
    expect(far.get(1)).toBeCloseTo(Math.abs(flat - 300), 0);
    const believedAt = (at: number): number => 300 - (far.get(at) as number); // it believes less than 300 throughout
    expect(believedAt(8) - believedAt(1)).toBeGreaterThan(0);
    expect(believedAt(8) - believedAt(1)).toBeLessThan(0.2 * 8);
  });
});

describe('tenant-mean', () => {
  /** Beliefs at arrival of requests served one after another. */
  function inTurn(tenant: number[], lengths: number[], options = {}) {
    const arrival = lengths.map((_, k) => k * 1_000_000);
    const { replica, delivered } = believing({ predictor: () => tenantMean(options), tenant, lengths, arrival });
    return {
      length: [...replica.beliefs.length.slice(0, delivered)],
      spread: [...replica.beliefs.lengthSpread.slice(0, delivered)],
    };
  }

  test('the mean of its tenant, with the mean of everyone as the prior', () => {
    const { length, spread } = inTurn([7, 9, 7, 9], [10, 40, 20, 50], { prior: 100, weight: 2 });
    const everyone = [100, 110 / 2, 150 / 3, 170 / 4];
    expect(length).toEqual([
      everyone[0],
      everyone[1],
      expect.closeTo((2 * everyone[2] + 10) / 3, 9),
      expect.closeTo((2 * everyone[3] + 40) / 3, 9),
    ]);
    expect(spread[0]).toBeCloseTo(100, 4);
  });

  test('it converges to each tenant’s own mean and spread', () => {
    const draw = luck(1, 'tenants');
    const tenant = range(400).map((k) => -3 + 1000 * (k % 2));
    const lengths = tenant.map((t, k) => Math.round((t < 0 ? 20 : 200) * (0.5 + draw(k, 0))));
    const { length, spread } = inTurn(tenant, lengths);
    expect(Math.abs(length[398] / 20 - 1)).toBeLessThan(0.15);
    expect(Math.abs(length[399] / 200 - 1)).toBeLessThan(0.1);
    expect(Math.abs(spread[399] / (200 / Math.sqrt(12)) - 1)).toBeLessThan(0.2);
  });

  test('more tenants than it can tell apart are average ones', () => {
    const tenant = range(3000).map((k) => k * 17 - 9000);
    const { length } = inTurn(
      tenant,
      tenant.map((_, k) => (k < 1500 ? 10 : 30)),
      { prior: 10 },
    );
    const mean = 10 + (20 * 1499) / 3000;
    expect(length[2999]).toBeCloseTo(mean, 9);
  });
});
