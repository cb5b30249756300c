/** ServeGen's files and the Azure trace, which do not travel with the repository: folder from SERVEGYM_DATA, default ../shared/data. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stream } from '../../../env/random.js';
import { azureMinuteArrivals, azureRate } from '../../../env/workloads/arrivals.js';
import { servegenSource } from '../../../env/workloads/servegen/source.js';
import { servegenStatistics } from '../../../env/workloads/servegen/statistics.js';
import { readTrace } from '../../../env/workloads/traces/read.js';
import { dispersion, mean } from './moments.js';

const folder = resolve(process.env.SERVEGYM_DATA ?? '../shared/data');
const here = existsSync(folder);
const note = here ? '' : ` (skipped: no folder ${folder}; set SERVEGYM_DATA)`;
const DAY = 86_400;

describe.skipIf(!here)(`recorded arrivals and clients${note}`, () => {
  test('Azure by minute has the dispersion of the recorded hour, turned to begin anywhere', async () => {
    const { workload, report } = await readTrace(join(folder, 'azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz'));
    const turned = (by: number): Float64Array =>
      workload.arrival.map((time) => (time - by * 1e6 + report.span * 1e6) % (report.span * 1e6));
    const runs = Array.from({ length: 24 }, (_, k) => k);
    const hours = runs.map((seed) => azureMinuteArrivals(azureRate())(24_000, stream(seed, 'turned')));
    for (const seconds of [1, 5, 10, 30, 60, 300]) {
      const drawn = mean(hours.map((times) => dispersion(times, seconds, report.span)));
      const recorded = mean(runs.map((k) => dispersion(turned((k / 24) * report.span), seconds, report.span)));
      expect(Math.abs(drawn / recorded - 1)).toBeLessThan(0.1);
    }
  });

  // Two weeks of the larger set take half as long again: in the long run.
  const sets = process.env.SERVEGYM_LONG ? 2 : 1;
  test.each(
    (
      [
        ['m-mid', { rows: 219_744, clients: 108, without: 35, share: 0.292, prompt: 306.7, output: 50.76 }],
        ['m-large', { rows: 326_592, clients: 162, without: 15, share: 0.373, prompt: 914.3, output: 155.1 }],
      ] as const
    ).slice(0, sets),
  )('ServeGen %s: rate, shares and mean lengths of two weeks', async (set, known) => {
    const trace = join(folder, `servegen/language-${set}-trace.csv.gz`);
    const published = servegenStatistics(set);
    const source = await servegenSource({ trace, to: 14 * DAY, rate: 0.1 });
    expect(source.report).toMatchObject({
      rows: known.rows,
      clients: known.clients,
      withoutLengths: { clients: known.without },
    });
    expect(source.report.withoutLengths.share).toBeCloseTo(known.share, 2);
    const { count, tenant, promptTokens, outputTokens } = source.sample(1);
    expect(Math.abs(count / (0.1 * 14 * DAY) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(promptTokens) / known.prompt - 1)).toBeLessThan(0.06);
    expect(Math.abs(mean(outputTokens) / known.output - 1)).toBeLessThan(0.06);
    const requests = new Map<number, number>();
    for (const client of tenant) requests.set(client, (requests.get(client) ?? 0) + 1);
    const largest = [...requests.values()].sort((a, b) => b - a);
    for (const [rank, together] of Object.entries(published.cumulative_rate_share_by_client_rank)) {
      const drawn = largest.slice(0, Number(rank)).reduce((sum, n) => sum + n, 0) / count;
      expect(Math.abs(drawn - together)).toBeLessThan(0.03);
    }
  });

  test('ServeGen m-large: at the published rate ten minutes have the published number of requests', async () => {
    const trace = join(folder, 'servegen/language-m-large-trace.csv.gz');
    const source = await servegenSource({ trace, from: 5 * DAY, to: 5 * DAY + 600 });
    const counts = [1, 2, 3].map((seed) => source.sample(seed).count);
    expect(Math.abs(mean(counts) / source.report.expected - 1)).toBeLessThan(0.05);
    expect(source.report.expected / 600).toBeGreaterThan(48);
    expect(source.report.expected / 600).toBeLessThan(583);
  });
});
