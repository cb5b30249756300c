/** The clairvoyant reference, scores between it and FCFS, and the certificate beside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { affineCost } from '../../env/serving/cost/affine.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import { settings } from '../../env/settings/catalogue.js';
import { deployedRules, deployHardware } from '../../env/settings/deployment.js';
import { openSetting } from '../../env/settings/setting.js';
import { boundOf } from '../../experiments/bound.js';
import { resolvePredictor, resolveScheduler, schedulers } from '../../experiments/catalogue.js';
import { runEpisode } from '../../experiments/episode.js';
import type { Episode } from '../../experiments/paired.js';
import { type Engine, ORDERS, referenceOf } from '../../experiments/reference.js';
import { scoreOf, standardFindings, standardsOf } from '../../experiments/score.js';
import { shippedFor } from '../../experiments/tune/tuned.js';
import type { Yardstick } from '../../experiments/yardsticks.js';
import { smallWorkload } from '../contracts/small-world.js';
import { servegym, temporaryFolder } from './terminal.js';

const cost = affineCost({ base: 900, perPrefillToken: 20, perDecodeToken: 9, perContextToken: 1 });
const size = { blockSize: 4, blocks: 40, maxModelLen: 128, tokenBudget: 24, maxBatch: 4, maxDrafts: 3 };

const engineOf =
  (name: PresetName): Engine =>
  (changes, drafts) =>
    preset(name, { ...size, maxResident: 4, drafts, ...changes });

/** They set the token budget beside the order: a knob that the portfolio turns only where somebody tuned it. */
const BUDGETING = ['qoserve'];

describe('the reference', () => {
  it.each(['vllm-v1', 'vllm-v1+rank', 'sglang', 'vllm-v1-async'] as const)(
    'on %s is no worse than any order of the portfolio, and above the bound',
    (name) => {
      const engine = engineOf(name);
      const rules = engine({}, 2);
      const workload = smallWorkload(5);
      const reference = referenceOf({ workload, engine, gamma: 2, cost, seed: 1 });
      for (const order of ORDERS) {
        const { summary } = runEpisode({
          workload,
          rules,
          cost,
          scheduler: resolveScheduler(order).make,
          predictor: resolvePredictor('oracle').make,
          seed: 1,
        });
        expect(reference.meanJct, order).toBeLessThanOrEqual(summary.jct.mean);
      }
      const bound = boundOf(workload, rules, cost);
      expect(bound.proven && bound.meanJct).toBeLessThanOrEqual(reference.meanJct);
      expect(reference).toEqual(referenceOf({ workload, engine, gamma: 2, cost, seed: 1 }));
    },
  );

  it('tries draft lengths only where drafts can be accepted', () => {
    const engine = engineOf('vllm-v1');
    const drafting = smallWorkload(6);
    const { acceptance: _never, ...rest } = drafting;
    const plain = { ...rest, acceptance: { ...drafting.acceptance, never: true, accepted: () => 0 } };
    const tried = (workload: typeof drafting): number =>
      referenceOf({ workload, engine, gamma: 0, cost, seed: 1 }).tried;
    // Three orders by time; γ 1, 2, 3 and four rules for it.
    expect(tried(drafting) - tried(plain)).toBe(3 + 7);
  });

  describe.each(['chat-long', 'wide-acceptance'])('on %s', (name) => {
    const setting = settings[name];
    const { deployment, capacity } = setting;
    const { source, rules, cost: hardware } = openSetting(setting, { requests: 150 });
    const { limits } = deployHardware(deployment);
    const engine: Engine = (changes, gamma) =>
      deployedRules({ ...deployment, rules: { ...deployment.rules, ...changes } }, limits, gamma);
    const world = { workload: source.sample(1), cost: hardware, seed: 0 };
    const predictor = resolvePredictor('oracle+oracle').make;
    const jct = (scheduler: string, own = rules): number =>
      runEpisode({ ...world, rules: own, scheduler: resolveScheduler(scheduler).make, predictor }).summary.jct.mean;

    it('is no worse than any order of the catalogue that knows as much', () => {
      const reference = referenceOf({ ...world, engine, gamma: capacity.gamma });
      const informed = Object.keys(schedulers).filter((each) => schedulers[each].reads === 'length');
      const orders = informed.filter((each) => !BUDGETING.includes(each));
      for (const each of [...orders, 'expr: remaining * known'])
        expect(reference.meanJct, each).toBeLessThanOrEqual(jct(each));
    });

    it('may turn the knobs of the tuned policies that take part', () => {
      const tuned = shippedFor(name).flatMap(({ base, rung, contender }) =>
        base === 'volume' && rung === 3 ? [contender] : [],
      );
      const reference = referenceOf({ ...world, engine, gamma: capacity.gamma, tuned });
      for (const { scheduler, rules: changes, gamma } of tuned)
        expect(reference.meanJct).toBeLessThanOrEqual(jct(scheduler, engine(changes, gamma)));
      expect(reference.meanJct).toBeLessThan(referenceOf({ ...world, engine, gamma: capacity.gamma }).meanJct);
    });
  });
});

/** Mean JCTs in seconds by seed, as episodes. */
const episodes = (scheduler: string, means: readonly number[]): Episode[] =>
  means.map((mean, seed) => {
    const summary = { jct: { mean: mean * 1e6 } };
    return { engine: 'e', load: 1, seed, scheduler, belief: 'none', outcome: 'drained', summary } as unknown as Episode;
  });

const yardsticks = (references: readonly number[], bound: number | null): Yardstick[] =>
  references.map((mean, seed) => ({
    engine: 'e',
    load: 1,
    seed,
    bound: bound === null ? null : bound * 1e6,
    refused: bound === null ? 'a closed loop' : null,
    reference: { meanJct: mean * 1e6, policy: 'srpt, γ 0', tried: 7 },
  }));

const row = { engine: 'e', load: 1, label: 'srpt' };

describe('the score', () => {
  const fcfs = episodes('fcfs', [10, 14]);
  const scored = (means: readonly number[], references: readonly number[]) => {
    const all = [...fcfs, ...episodes('srpt', means)];
    const sticks = yardsticks(references, 2);
    const standards = standardsOf(sticks, all);
    return scoreOf(row, { standards, yardsticks: sticks, episodes: all });
  };

  it('is the share of what the reference gains, over all seeds', () => {
    expect(scored([9, 13], [6, 10])?.value).toBeCloseTo(2 / 8);
    expect(scored([10, 14], [6, 10])?.value).toBe(0);
    expect(scored([6, 10], [6, 10])?.value).toBe(1);
  });

  it('is above 1 for who beats the reference, and below 0 for who loses to FCFS', () => {
    expect(scored([5, 9], [6, 10])?.value).toBeCloseTo(10 / 8);
    expect(scored([12, 14], [6, 10])?.value).toBeCloseTo(-2 / 8);
  });

  it('is not given where the reference itself is within 2 % of FCFS', () => {
    expect(scored([9.9, 13.9], [9.8, 13.8])).toBeNull();
    const sticks = yardsticks([9.8, 13.8], 2);
    expect(standardFindings(standardsOf(sticks, fcfs)[0])[0]).toBe(
      'Order does not matter here: the clairvoyant reference is 1.7 % below FCFS.',
    );
  });

  it('stands beside a certificate, or the reason why there is none', () => {
    const said = (bound: number | null): string[] => standardFindings(standardsOf(yardsticks([6, 10], bound), fcfs)[0]);
    expect(said(2)[1]).toBe('Proven: no schedule has a mean JCT below 2.00 s; the reference is 4.00 times as long.');
    expect(said(null)[1]).toBe('No bound: a closed loop.');
  });
});

describe('servegym compare --reference', () => {
  const folder = temporaryFolder();
  const tiny = [
    'compare',
    '--requests',
    '60',
    '--kv-blocks',
    '700',
    '--seeds',
    '2',
    '--load',
    '0.95',
    '--gamma',
    '2',
    '--engine',
    'vllm-v1',
  ];
  const rest = ['--schedulers', 'srpt', '--beliefs', 'oracle', '--no-pictures', '--quiet'];

  it('scores every row and shows reference and bound', async () => {
    const at = join(folder, 'scored');
    const { code, out } = await servegym([...tiny, ...rest, '--reference', '--out', at]);
    expect(code).toBe(0);
    expect(out).toMatch(/clairvoyant reference +oracle/);
    expect(out).toMatch(/proven bound/);
    expect(out).toMatch(/Proven: no schedule has a mean JCT below/);
    const { rows, standards } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
    const [standard] = standards;
    expect(standard.bound.jct.value).toBeLessThan(standard.reference.jct.value);
    expect(standard.reference.jct.value).toBeLessThanOrEqual(rows[1].jct.mean.value);
    expect(rows[0].score.value).toBe(0);
    expect(rows[1].score.value).toBeLessThanOrEqual(1);
    expect(readFileSync(join(at, 'yardsticks.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
    expect(readFileSync(join(at, 'table.md'), 'utf8')).toMatch(/^\| proven bound/m);
  });

  it('gives the reference the knobs of who was tuned', async () => {
    const at = join(folder, 'tuned');
    const tuned = ['--setting', 'heavy-tail', '--requests', '40', '--seeds', '2', '--schedulers', 'tuned:volume'];
    const flags = ['--beliefs', 'oracle+oracle', '--no-pictures', '--quiet', '--reference', '--out', at];
    const { code } = await servegym(['compare', ...tuned, ...flags]);
    expect(code).toBe(0);
    const { rows, standards } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
    const theirs = rows.find(({ scheduler }: { scheduler: string }) => scheduler === 'tuned:volume');
    expect(standards[0].reference.jct.value).toBeLessThanOrEqual(theirs.jct.mean.value);
    expect(standards[0].reference.policies.join()).toMatch(/tuned knobs/);
  });

  it('can do without both', async () => {
    const { out } = await servegym([...tiny, ...rest, '--no-bound', '--out', join(folder, 'plain')]);
    expect(out).not.toMatch(/proven bound|clairvoyant reference/);
  });
});
