/** Beliefs that are looked at again while a request decodes: closed forms, survival curves, and the classifier of looks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normal } from '../../env/distributions.js';
import { packageFile } from '../../env/files.js';
import { luck } from '../../env/random.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { ecdf } from '../../predictors/ecdf.js';
import { oracle } from '../../predictors/oracle.js';
import { lookFor, readLook, trainLook } from '../../predictors/refine/look.js';
import { refined } from '../../predictors/refined.js';
import { trail } from '../../predictors/trail.js';
import { believing, mean } from './believing.js';

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
const draw = luck('refinement', 'test');
/** Log-normal with median 100. */
const sample = (sigma: number, count: number): number[] =>
  range(count).map((k) => 100 * Math.exp(sigma * normal(draw(k, 0), draw(k, 1))));

/** Everyone is believed to be alike. */
const alike = (length: number, spread: number): Predictor => {
  let write: (r: number) => void;
  return {
    name: 'alike',
    information: 'predicted',
    levels: [0.9],
    reset({ beliefs }) {
      write = (r) => {
        beliefs.length[r] = length;
        beliefs.lengthSpread[r] = spread;
        beliefs.quantiles[0][r] = 2 * length;
      };
    },
    arrive: (r) => write(r),
  };
};

/** What is believed of one request after each number of tokens. */
function course(predictor: () => Predictor, length: number, declared = 100_000) {
  const seen = range(length).map(() => ({ length: 0, spread: 0, upper: 0 }));
  believing({
    predictor,
    lengths: [length],
    declared,
    look({ beliefs, requests }) {
      const upper = beliefs.quantiles[0]?.[0] ?? 0;
      seen[requests.generated[0]] = { length: beliefs.length[0], spread: beliefs.lengthSpread[0], upper };
    },
  });
  return seen;
}

describe('refined', () => {
  const sigma = 0.8;
  const m = 100 * Math.exp(sigma ** 2 / 2);
  const s = m * Math.sqrt(Math.expm1(sigma ** 2));

  it('is the rest of a log-normal: mean, spread, quantiles', () => {
    const seen = course(() => refined(alike(m, s), { every: 1 }), 400);
    const all = sample(sigma, 60_000);
    for (const g of [1, 30, 100, 300]) {
      const beyond = all.filter((length) => length > g).sort((a, b) => a - b);
      const centre = mean(beyond);
      expect(seen[g].length / centre).toBeCloseTo(1, 1);
      expect(seen[g].spread / Math.sqrt(mean(beyond.map((v) => (v - centre) ** 2)))).toBeCloseTo(1, 1);
      expect(seen[g].upper / beyond[Math.floor(0.9 * beyond.length)]).toBeCloseTo(1, 1);
    }
  });

  it('goes on far beyond what was believed, without a jump, never below what has been generated', () => {
    const seen = course(() => refined(alike(20, 4), { every: 4 }), 3000);
    for (let g = 1; g < 3000; g++) {
      expect(seen[g].length).toBeGreaterThan(g);
      expect(seen[g].length).toBeLessThan(2 * g + 30);
      expect(seen[g].length).toBeGreaterThan(seen[g - 1].length - 2);
    }
    expect(course(() => refined(alike(20, 4)), 100, 100)[99].length).toBe(100);
  });

  it('leaves what is certain, save that it is not finished', () => {
    const seen = course(() => refined(alike(50, 0)), 80);
    expect(seen[49].length).toBe(50);
    expect(seen[79].length).toBe(80);
  });

  it('takes no belief that looks again by itself, and charges its looks', () => {
    expect(() => refined(trail())).toThrow(/refined\(trail\): trail follows/);
    expect(refined(oracle(), { cost: 16, every: 8 }).cost).toEqual({ token: 2 });
  });
});

describe('ecdf', () => {
  /** All finish one after the other, then the last one is looked at. */
  function lastOf(lengths: readonly number[], g: number, declared = 100_000) {
    const last = lengths.length - 1;
    let seen = { length: 0, spread: 0, median: 0 };
    believing({
      predictor: () => ecdf({ weight: 1e-6, every: 1 }),
      lengths,
      arrival: range(lengths.length).map((k) => k * 1e7),
      declared,
      look({ beliefs, requests }) {
        if (requests.promptTokens[last] === 0 || requests.generated[last] !== g) return;
        seen = { length: beliefs.length[last], spread: beliefs.lengthSpread[last], median: beliefs.quantiles[0][last] };
      },
    });
    return seen;
  }
  const lengths = range(120).map((k) => 10 + Math.floor(400 * draw(k, 7) ** 2));

  it.each([0, 50, 200])('believes the finished ones longer than %d', (g) => {
    const beyond = lengths.filter((length) => length > g).sort((a, b) => a - b);
    const { length, spread, median } = lastOf([...lengths, 600], g);
    expect(length / mean(beyond)).toBeCloseTo(1, 1);
    expect(spread / Math.sqrt(mean(beyond.map((v) => (v - mean(beyond)) ** 2)))).toBeCloseTo(1, 0);
    expect(Math.abs(median / beyond[Math.floor(beyond.length / 2)] - 1)).toBeLessThan(0.12);
  });

  it('takes answers that were cut for at least so long', () => {
    // Half end at 50, half are cut at 100: of those beyond 50 nothing is known but that they reach 100.
    const halves = range(40).map((k) => (k % 2 ? 50 : 500));
    const { length } = lastOf([...halves, 90], 60, 100);
    expect(length).toBeCloseTo(100, 0);
    const start = lastOf([...halves, 90], 0, 100);
    expect(start.length).toBeGreaterThan(70);
    expect(start.length).toBeLessThan(80);
  });

  it('stays above what has been generated, and below what is declared', () => {
    const seen = course(() => ecdf({ every: 16 }), 900, 900);
    seen.forEach(({ length }, g) => {
      expect(length).toBeGreaterThan(g);
      expect(length).toBeLessThanOrEqual(900);
    });
    const still = course(() => ecdf({ refresh: 'none' }), 50);
    expect(new Set(still.map(({ length }) => length)).size).toBe(1);
  });
});

describe('the classifier of looks', () => {
  const options = { mae: 33.9, bins: 10, longest: 512 };
  const shipped = JSON.parse(readFileSync(packageFile('predictors/models/look.json'), 'utf8')) as { looks: unknown[] };

  it('ships as training makes it', () => {
    expect(shipped.looks).toContainEqual(trainLook(options));
  });

  it('says a distribution whose mean follows the signal, surer where the error is small', () => {
    const out = new Float64Array(10);
    const surest = (mae: number, signal: number): number => {
      readLook(lookFor({ ...options, mae }), signal, out);
      expect(out.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      return Math.max(...out);
    };
    expect(surest(10, 256)).toBeGreaterThan(surest(46.1, 256));
    const look = lookFor(options);
    const means = range(11).map((k) => {
      readLook(look, 51.2 * k, out);
      return out.reduce((sum, p, bin) => sum + p * (bin + 0.5) * 51.2, 0);
    });
    for (let k = 1; k < means.length; k++) expect(means[k]).toBeGreaterThan(means[k - 1]);
  });

  it('serves TRAIL as well as knowing the error', () => {
    const lengths = range(200).map((k) => 120 + Math.floor(380 * draw(k, 9)));
    const errorOf = (reading: 'exact' | 'trained'): number => {
      let error = 0;
      believing({
        predictor: () => trail({ reading }),
        lengths,
        look({ beliefs, requests, live }) {
          if (requests.generated[live.ids[0]] !== 100) return;
          for (let k = 0; k < live.n; k++) error += Math.abs(beliefs.length[live.ids[k]] - lengths[live.ids[k]]);
        },
      });
      return error / lengths.length;
    };
    const exact = errorOf('exact');
    expect(exact).toBeGreaterThan(1);
    expect(Math.abs(errorOf('trained') / exact - 1)).toBeLessThan(0.15);
    expect(exact).toBeLessThan(33.9);
  });
});
