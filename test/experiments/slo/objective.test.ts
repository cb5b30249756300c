/** Objectives as text, and how an episode is judged by them. */
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../../env/serving/cost/affine.js';
import { fcfs } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { runEpisode } from '../../../experiments/episode.js';
import { judge, objectiveText, parseObjective } from '../../../experiments/slo/objective.js';

describe('an objective', () => {
  it('is read in seconds', () => {
    const { each, share, limits } = parseObjective('ttft=2,tpot=0.06,tbt=0.1@p99,delay=2@p50,attainment=0.99');
    expect(each[0]).toEqual({ ttft: 2_000_000, tpot: 60_000 });
    expect(each[255]).toEqual(each[0]);
    expect(share).toBe(0.99);
    expect(limits).toEqual([
      { metric: 'tbt', statistic: 'p99', limit: 100_000 },
      { metric: 'delay', statistic: 'p50', limit: 2_000_000 },
    ]);
    expect(parseObjective('jct=1@mean')).toEqual({
      each: [],
      share: 0.9,
      limits: [{ metric: 'jct', statistic: 'mean', limit: 1_000_000 }],
    });
  });

  it('can be what a named setting promises its classes', () => {
    const own = [{ ttft: 1 }, { jct: 2 }];
    expect(parseObjective('own', own).each).toEqual(own);
    expect(objectiveText(parseObjective('own,attainment=0.95', own))).toBe(
      '95 % of requests with what its class is promised',
    );
    expect(() => parseObjective('own')).toThrow(/a named setting that makes promises/);
    expect(() => parseObjective('own,ttft=1', own)).toThrow(/exclude each other/);
  });

  it('is told in words', () => {
    expect(objectiveText(parseObjective('ttft=2,tpot=0.06,tbt=0.1@p99'))).toBe(
      'p99 TBT ≤ 0.1 s, 90 % of requests with TTFT ≤ 2 s and TPOT ≤ 0.06 s',
    );
  });

  it.each([
    ['tbt=0.1', /"tbt=0.1": expected a statistic, for example tbt=0.1@p99/],
    ['ttft', /expected metric=seconds/],
    ['ttft=', /expected metric=seconds/],
    ['ttft=-1', /expected seconds > 0/],
    ['ttft=2s', /expected seconds > 0/],
    ['tfft=2', /unknown metric "tfft": did you mean "ttft"/],
    ['tbt=1@p98', /unknown statistic "p98": did you mean "p9/],
    ['attainment=90', /a share in 0 … 1/],
    ['attainment=0.9', /promises nothing/],
    ['ttft=1,ttft=2', /expected ttft once/],
  ])('%s is refused', (text, expected) => {
    expect(() => parseObjective(text)).toThrow(expected);
  });
});

describe('judging', () => {
  /** Ten requests, one a second, each 3 iterations of 10 ms; the last `gone` give up at once while another is served. */
  const episode = (text: string, gone = 0) => {
    const objective = parseObjective(text);
    const { summary } = runEpisode({
      workload: createWorkload({
        name: 'ten',
        arrival: Array.from({ length: 10 }, (_, k) => k * 1_000_000 + 1),
        promptTokens: Array(10).fill(10),
        outputTokens: Array(10).fill(3),
        abortAt: Array.from({ length: 10 }, (_, k) => (k >= 10 - gone ? k * 1_000_000 + 2 : Infinity)),
      }),
      rules: preset('vllm-v1'),
      cost: affineCost({ base: 10_000 }),
      scheduler: fcfs,
      seed: 0,
      slo: objective.each,
    });
    return judge(objective, summary);
  };

  it('compares each quantile with its limit', () => {
    expect(episode('jct=0.06@p99,ttft=0.02@mean')).toEqual({ met: true, attainment: null, use: [0.5, 0.5] });
    expect(episode('jct=0.03@max').met).toBe(true);
    expect(episode('jct=0.029@max').met).toBe(false);
  });

  it('compares the share of requests that kept everything', () => {
    expect(episode('ttft=0.01')).toEqual({ met: true, attainment: 1, use: [] });
    expect(episode('ttft=0.01,tpot=0.009')).toMatchObject({ met: false, attainment: 0 });
    expect(episode('ttft=0.01', 1)).toMatchObject({ met: true, attainment: 0.9 });
    expect(episode('ttft=0.01', 2)).toMatchObject({ met: false, attainment: 0.8 });
  });

  it('takes who left unserved as endless', () => {
    expect(episode('jct=1@p90', 1).met).toBe(true);
    expect(episode('jct=1@p90', 2)).toMatchObject({ met: false, use: [Infinity] });
    expect(episode('jct=1@mean', 1).met).toBe(false);
  });
});
