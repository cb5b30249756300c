/** The error of beliefs in the loop, by hand. */
import { describe, expect, it } from 'vitest';
import { srpt } from '../../agents/schedulers/srpt.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { preset } from '../../env/serving/presets.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { meanError, watchBeliefs } from '../../experiments/belief-error.js';
import { runEpisode } from '../../experiments/episode.js';
import { beliefRows, beliefsMarkdown, beliefsText } from '../../experiments/report/beliefs.js';
import { posterior } from '../../predictors/acceptance/posterior.js';
import { acceptancePredictor } from '../../predictors/acceptance/predictor.js';
import { combined } from '../../predictors/combined.js';
import { ecdf } from '../../predictors/ecdf.js';
import { noisy } from '../../predictors/noisy.js';
import { oracle } from '../../predictors/oracle.js';

const outputs = Array.from({ length: 60 }, (_, k) => 20 + ((k * 37) % 61));
const world = (drafts: number) => ({
  workload: createWorkload({
    name: 'sixty',
    arrival: outputs.map((_, k) => 300 * k),
    promptTokens: outputs.map(() => 1),
    outputTokens: drafts > 0 ? outputs.map((n) => 5 * n) : outputs,
    acceptance: constantAcceptance(new Float64Array(60).fill(0.7), Float64Array.from(outputs.keys()), 1),
  }),
  rules: preset('vllm-v1', { drafts, maxDrafts: drafts }),
  cost: constantStep(10),
  scheduler: srpt,
  seed: 3,
});

describe('watched beliefs', () => {
  it('of the oracle are right', () => {
    const { error } = runEpisode({ ...world(0), predictor: oracle, watch: true });
    expect(error).toEqual({ requests: 60, length: { mae: 0, rmseLog: 0, spearman: 1, coverage: [] } });
  });

  it('with a stated error have it, as they were at arrival', () => {
    const { error } = runEpisode({ ...world(0), predictor: () => noisy({ sigma: 0.5 }), watch: true });
    expect(Math.abs((error?.length.rmseLog ?? 0) - 0.5)).toBeLessThan(4 * (0.5 / Math.sqrt(120)));
    const levels = runEpisode({ ...world(0), predictor: ecdf, watch: true }).error?.length.coverage;
    expect(levels?.map(({ level }) => level)).toEqual([0.5, 0.9]);
    for (const { share } of levels ?? []) expect(share).toBeGreaterThan(0.3);
  });

  it('change nothing', () => {
    const predictor = (): ReturnType<typeof combined> => combined(ecdf(), acceptancePredictor(posterior(), 'window'));
    const { summary } = runEpisode({ ...world(3), predictor });
    expect(runEpisode({ ...world(3), predictor, watch: true }).summary).toEqual(summary);
  });

  it('of acceptance are held against what was accepted later', () => {
    const predictor = (): ReturnType<typeof combined> =>
      combined(oracle(), acceptancePredictor(posterior({ weight: 1e-6 }), 'window'));
    const { error } = runEpisode({ ...world(3), predictor, watch: true });
    expect(error?.acceptance?.requests).toBeGreaterThan(30);
    expect(error?.acceptance?.mae).toBeGreaterThan(0.01);
    expect(error?.acceptance?.mae).toBeLessThan(0.15);
    expect(watchBeliefs(oracle).error()).toBeNull();
  });
});

describe('a table of beliefs', () => {
  const error = (mae: number, spearman: number) => ({
    requests: 10,
    length: { mae, rmseLog: 0.5, spearman, coverage: [{ level: 0.9, share: mae / 128 }] },
  });

  it('has a line for each belief, means over episodes', () => {
    const rows = beliefRows([
      { belief: 'none' },
      { belief: 'noisy', error: error(64, 0.5) },
      { belief: 'noisy', error: error(128, Number.NaN) },
    ]);
    expect(rows).toEqual([{ belief: 'noisy', ...error(96, 0.5) }]);
    expect(beliefsText(rows)).toMatch(/noisy +96\.0 +0\.500 +0\.500 +0\.9: 0\.75\n$/);
    expect(beliefsMarkdown(rows)).toMatch(/^## .*\n\n\| belief \|/);
    expect(beliefsText([])).toBe('');
  });

  it('leaves out what nobody measured', () => {
    expect(meanError([error(1, Number.NaN)]).length.spearman).toBeNaN();
    expect(meanError([error(1, 1)]).acceptance).toBeUndefined();
  });
});
