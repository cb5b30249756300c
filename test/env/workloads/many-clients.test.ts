import { describe, expect, test } from 'vitest';
import { stream } from '../../../env/random.js';
import { curveArea } from '../../../env/workloads/arrivals/rate-curve.js';
import { derived } from '../../../env/workloads/derived.js';
import { manyClientsSource } from '../../../env/workloads/servegen/many-clients.js';
import { drawPopulation } from '../../../env/workloads/servegen/population.js';
import {
  clientShares,
  type ServegenStatistics,
  servegenStatistics,
  weekCurve,
} from '../../../env/workloads/servegen/statistics.js';
import type { Workload } from '../../../env/workloads/workload.js';
import { cvOfGaps, mean } from './moments.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Requests of each client, as key/arrival/prompt/output. */
const byClient = ({ count, tenant, key, arrival, promptTokens, outputTokens }: Workload): Map<number, string[]> => {
  const clients = new Map<number, string[]>();
  for (let row = 0; row < count; row++) {
    const list = clients.get(tenant[row]) ?? [];
    list.push([key[row], arrival[row], promptTokens[row], outputTokens[row]].join('/'));
    clients.set(tenant[row], list);
  }
  return clients;
};

describe.each(['m-large', 'm-mid'] as const)('clients of %s', (set) => {
  const statistics = servegenStatistics(set);
  const shares = clientShares(statistics);

  test('shares fall, sum to 1 and meet the published ranks', () => {
    expect(shares).toHaveLength(statistics.clients);
    expect(sum(shares)).toBeCloseTo(1, 10);
    expect(shares.every((share, k) => share > 0 && (k === 0 || share <= 1.0001 * shares[k - 1]))).toBe(true);
    for (const [rank, together] of Object.entries(statistics.cumulative_rate_share_by_client_rank))
      expect(Math.abs(sum(shares.slice(0, Number(rank))) - together)).toBeLessThan(0.002);
  });

  test('every population has the published families and burstiness, weighted by rate, and the published mean lengths', () => {
    const published = statistics.window_cv_rate_weighted;
    for (const seed of [0, 1, 2]) {
      const clients = drawPopulation(statistics, statistics.clients, seed);
      const weibull = sum(clients.map(({ share, family }) => (family === 'Weibull' ? share : 0)));
      expect(Math.abs(weibull - statistics.rate_share_by_renewal_family.Weibull)).toBeLessThan(0.5 * shares[0] + 0.01);
      for (const [probability, cv] of Object.entries(published)) {
        const below = sum(clients.map((client) => (client.cv <= cv ? client.share : 0)));
        expect(Math.abs(below - Number(probability))).toBeLessThan(0.5 * shares[0] + 0.01);
      }
    }
    for (const population of ['a', 'b']) {
      const prompts = mean(drawnLengths(statistics, population, 'prompt'));
      expect(Math.abs(prompts / statistics.lengths.input_tokens.mean_published - 1)).toBeLessThan(0.05);
      const outputs = mean(drawnLengths(statistics, population, 'output'));
      expect(Math.abs(outputs / statistics.lengths.output_tokens.mean_published - 1)).toBeLessThan(0.05);
    }
  });
});

/** Lengths of 40,000 requests, as many of each client as its share says. */
function drawnLengths(statistics: ServegenStatistics, population: string, side: 'prompt' | 'output'): number[] {
  const from = stream(population, 'lengths');
  return drawPopulation(statistics, statistics.clients, population).flatMap(({ share, lengths }) =>
    Array.from({ length: Math.round(40_000 * share) }, () => lengths(from.next(), from.next(), from.next())[side]),
  );
}

describe('many clients', () => {
  test('the same seed gives the same requests, another seed others of the same clients', () => {
    const source = manyClientsSource();
    expect(byClient(source.sample(1))).toEqual(byClient(source.sample(1)));
    expect(byClient(source.sample(2))).not.toEqual(byClient(source.sample(1)));
    expect([source.name, source.sample(1).count]).toEqual(['162 clients of ServeGen m-large', 600]);
  });

  test('rate, shares and a client that leaves', () => {
    const all = { requests: 40_000, rate: 20, hour: 12 };
    const everyone = manyClientsSource(all).sample(7);
    const clients = byClient(everyone);
    const shares = clientShares(servegenStatistics('m-large'));
    // A client with gaps of this cv sends n ± cv √n requests.
    drawPopulation(servegenStatistics('m-large'), 162, 0).forEach(({ cv }, client) => {
      const expected = shares[client] * 40_000;
      const tolerance = 5 * Math.max(1, cv) * Math.sqrt(expected) + cv ** 2 + 0.05 * expected;
      expect(Math.abs((clients.get(client)?.length ?? 0) - expected)).toBeLessThan(tolerance);
    });
    expect(new Set(everyone.key).size).toBe(40_000);
    // Without the largest client the same number of requests reaches further; the requests of the others stay.
    const others = Array.from({ length: 161 }, (_, k) => k + 1);
    const fewer = byClient(manyClientsSource({ ...all, only: others }).sample(7));
    for (const client of others) {
      const before = clients.get(client) ?? [];
      expect((fewer.get(client) ?? []).slice(0, before.length)).toEqual(before);
    }
    expect(fewer.has(0)).toBe(false);
  });

  test('over weeks the mean rate is the one asked for, and days follow the profile', () => {
    const curve = weekCurve(servegenStatistics('m-large'));
    const area = curveArea(curve);
    expect(area.total / curve.end).toBeCloseTo(1, 10);
    const rate = 0.02;
    const weeks = [1, 2, 3, 4].map(
      (seed) => manyClientsSource({ requests: 40_000, rate, hour: 0 }).sample(seed).arrival,
    );
    expect(Math.abs(mean(weeks.map((arrival) => 40_000e6 / arrival[39_999])) / rate - 1)).toBeLessThan(0.1);
    const counts = new Float64Array(7);
    const whole = weeks.map((arrival) => Math.floor(arrival[39_999] / 1e6 / curve.end));
    weeks.forEach((arrival, k) => {
      for (const time of arrival) {
        const day = Math.floor(time / 86.4e9);
        if (day < 7 * whole[k]) counts[day % 7] += 1 / (86_400 * rate * sum(whole));
      }
    });
    counts.forEach((count, day) => {
      const profile = (area.upTo(86_400 * (day + 1)) - area.upTo(86_400 * day)) / 86_400;
      expect(Math.abs(count / profile - 1)).toBeLessThan(0.15);
    });
  });

  test('gaps of a client have the cv of its character', () => {
    const clients = drawPopulation(servegenStatistics('m-large'), 162, 0);
    const even = clients.findIndex(({ cv }) => cv < 3);
    const source = manyClientsSource({ requests: 20_000, rate: 1000, only: [even], hour: 30 });
    // Within a few minutes the profile moves by one hour at most.
    expect(Math.abs(cvOfGaps(source.sample(3).arrival) / clients[even].cv - 1)).toBeLessThan(0.1);
  });

  test('clients have lengths of their own', () => {
    const { tenant, outputTokens } = manyClientsSource({ requests: 30_000, rate: 5 }).sample(1);
    const means = [0, 1, 2, 3, 4, 5, 6, 7].map((client) =>
      mean(outputTokens.filter((_, row) => tenant[row] === client)),
    );
    expect(Math.max(...means) / Math.min(...means)).toBeGreaterThan(2);
  });

  test('fewer clients are the largest ones; lengths can be cut', () => {
    const { tenant, promptTokens, outputTokens } = manyClientsSource({
      clients: 5,
      requests: 5000,
      clip: { prompt: 700, output: 90 },
    }).sample(2);
    expect(new Set(tenant)).toEqual(new Set([0, 1, 2, 3, 4]));
    expect([Math.max(...promptTokens), Math.max(...outputTokens)]).toEqual([700, 90]);
  });

  test.each([
    [{ requests: 0 }, 'many clients: requests is 0, expected a whole number ≥ 1'],
    [{ clients: 163 }, 'many clients: clients is 163, expected a whole number in 1 … 162'],
    [{ rate: -1 }, 'many clients: rate is -1, expected a number > 0'],
    [{ only: [3, 3] }, 'many clients: only is 3,3, expected different clients in 0 … 161'],
    [{ hour: 200 }, 'many clients: hour is 200, expected an hour in 0 … 168'],
    [{ clip: { prompt: 0 } }, 'many clients: clip.prompt is 0, expected a whole number ≥ 1'],
    [{ set: 'x' as 'm-mid' }, 'many clients: set is x, expected m-large, m-mid'],
  ])('option %j is refused', (options, message) => {
    expect(() => manyClientsSource(options)).toThrow(message);
  });

  test('the statistics carry their citation', () => {
    expect(derived<{ source: string; licence: string }>('servegen')).toMatchObject({
      source: expect.stringContaining('ServeGen'),
      licence: 'Apache-2.0',
    });
  });
});
