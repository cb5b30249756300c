/** Where there is something to learn: one decision put back, planning by fork, and the whole page on tiny episodes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../../env/settings/catalogue.js';
import { openSetting } from '../../env/settings/setting.js';
import { resolvePredictor, resolveScheduler } from '../../experiments/catalogue.js';
import { runEpisode } from '../../experiments/episode.js';
import { without } from '../../experiments/gap/ablation.js';
import { knowingAcceptance } from '../../experiments/gap/arms.js';
import { gapFindings } from '../../experiments/gap/findings.js';
import { type Contender, published } from '../../experiments/tune/contender.js';
import { byTime, reordered } from '../../experiments/tune/layers.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();

describe('one decision put back', () => {
  const usual = published('fcfs', 'noisy', settings['chat-long']);
  const tuned: Contender = {
    scheduler: 'gamma-by-load(reserve(volume:exponent=2):share=0.5):few=6',
    belief: 'noisy',
    rules: { misfit: 'skip', victim: 'last-running', tokenBudget: 500, longPrefillThreshold: 200 },
    gamma: 5,
  };

  it.each([
    ['order', { scheduler: 'gamma-by-load(reserve(fcfs):share=0.5):few=6' }],
    ['gamma', { scheduler: 'reserve(volume:exponent=2):share=0.5', gamma: 2 }],
    [
      'admission',
      {
        scheduler: 'gamma-by-load(volume:exponent=2):few=6',
        rules: { victim: 'last-running', tokenBudget: 500, longPrefillThreshold: 200 },
      },
    ],
    ['eviction', { rules: { misfit: 'skip', tokenBudget: 500, longPrefillThreshold: 200 } }],
    ['budget', { rules: { misfit: 'skip', victim: 'last-running' } }],
  ] as const)('%s, and nothing else', (decision, expected) => {
    expect(without(tuned, decision, usual)).toEqual({ ...tuned, ...expected });
  });

  it('leaves combinators that are part of the order where they are', () => {
    expect(reordered('reserve(non-preemptive(srpt))', 'sjf')).toBe('reserve(sjf)');
    expect(without({ ...tuned, scheduler: 'limited(srpt)' }, 'admission', usual).scheduler).toBe('limited(srpt)');
    expect(reordered('expr: remaining', 'sjf')).toBe('sjf');
  });
});

describe('knowing acceptance', () => {
  it('is worth what the forms make of it that use it', () => {
    const best: Contender = {
      scheduler: 'goodput-gamma(reserve(volume:exponent=2)):most=7',
      belief: 'noisy+posterior',
      rules: { maxBatch: 48 },
      gamma: 2,
    };
    const { alone, both } = knowingAcceptance(best);
    expect(alone.map(({ scheduler }) => scheduler)).toEqual([
      best.scheduler,
      'goodput-gamma(reserve(volume:exponent=2,unit=time)):most=7',
      'goodput-gamma(reserve(volume:exponent=2)):most=7,acceptance=believed',
      'threshold-gamma(reserve(volume:exponent=2)):acceptance=believed',
    ]);
    expect(alone.map(({ belief }) => belief)).toEqual(Array(4).fill('noisy+oracle'));
    expect(both).toEqual(alone.map((each) => ({ ...each, belief: 'oracle+oracle' })));
  });

  it('by time is a form of orders by what remains only', () => {
    expect(byTime('srpt')).toBe('srpt:unit=time');
    for (const order of ['fcfs', 'expr: remaining', 'hysteresis(srpt)']) expect(byTime(order)).toBeUndefined();
  });
});

describe('planning by fork', () => {
  const { source, rules, cost, slo } = openSetting(settings['heavy-tail'], { requests: 80 });
  const predictor = resolvePredictor('noisy+posterior').make;
  const setup = { workload: source.sample(1), rules, cost, predictor, seed: 'a', slo };
  const alone = (spec: string): number =>
    runEpisode({ ...setup, scheduler: resolveScheduler(spec).make }).summary.jct.mean;
  const jct = (candidates: readonly string[]): number => alone(`plan(${candidates.join(' | ')}):samples=1`);

  it('leaves a bad order for a good one', () => {
    const [worst, best] = ['expr: -remaining', 'srpt'];
    expect(alone(worst)).toBeGreaterThan(1.2 * alone(best));
    expect(jct([worst, best])).toBeLessThan(alone(best) + 0.2 * (alone(worst) - alone(best)));
  });
});

describe('gap', () => {
  const run = async (...flags: string[]) => {
    const args = [
      'gap',
      '--quick',
      '--seeds',
      '2',
      '--slow-seeds',
      '1',
      '--requests',
      '24',
      '--plan-every-ms',
      '5000',
      '--no-pictures',
      ...flags,
    ];
    return servegym(args);
  };

  it('has a row for each rung of knowledge and each decision, paired with FCFS and the best tuned', async () => {
    const at = join(folder, 'a');
    const { code, out } = await run('--setting', 'heavy-tail', '--load', '0.9', '--out', at);
    expect(code).toBe(0);
    expect(out).toMatch(/^heavy-tail, load 0\.9$/m);
    const { gaps } = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
    const labels = gaps[0].rows.map(({ label }: { label: string }) => label);
    expect(labels.slice(0, 8)).toEqual([
      'FCFS, published defaults',
      'best tuned, predictions',
      '… lengths known',
      '… acceptance known',
      '… both known',
      'planning by fork',
      'clairvoyant reference',
      'proven bound',
    ]);
    expect(labels.slice(8)).toEqual([
      'order of arrival',
      ...['γ', 'admission', 'eviction', 'token budget'].map((decision) => `${decision} as published`),
    ]);
    const value = (label: string): number =>
      gaps[0].rows.find((row: { label: string }) => row.label === label).value.value;
    expect(value('clairvoyant reference')).toBeLessThanOrEqual(value('… both known'));
    const [best, plan] = ['best tuned, predictions', 'planning by fork'].map((name) =>
      gaps[0].rows.find(({ label }: { label: string }) => label === name),
    );
    expect(plan.seeds).toBeLessThan(best.seeds);
    expect(plan.value.value).toBeCloseTo(best.value.value * (1 + plan.vsBest.value), 9);
    expect(1 + plan.vsFcfs.value).toBeCloseTo((1 + plan.vsBest.value) * (1 + best.vsFcfs.value), 9);
    expect(out).toMatch(/^Best tuned: chosen on validation seeds among fcfs \(968 episodes, ended by budget\)/m);
    expect(out).toMatch(/^Not here: single-server/m);
    expect(value('proven bound')).toBeLessThan(value('clairvoyant reference'));
    expect(readFileSync(join(at, 'page.md'), 'utf8')).toMatch(
      /# Reachable gap[\s\S]*servegym gap --setting heavy-tail --load 0\.9/,
    );
  });

  it('says of knowledge that nobody read that it was not read', async () => {
    const at = join(folder, 'c');
    const { out } = await run('--setting', 'heavy-tail', '--load', '0.5', '--out', at);
    const [{ rows, ...gap }] = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8')).gaps;
    const unread = rows.map((row: { label: string }) => ({ ...row, unread: row.label === '… acceptance known' }));
    expect(gapFindings({ ...gap, rows: unread }).join()).toContain('Acceptance is not read');
    for (const { label, unread: own } of rows) if (own) expect(out).toMatch(new RegExp(`^${label} .* not read `, 'm'));
    expect(rows.find(({ label }: { label: string }) => label === 'best tuned, predictions').unread).toBe(false);
  });

  it('counts broken promises where some are made, and has no bound there', async () => {
    const { code, out } = await run('--setting', 'two-classes', '--out', join(folder, 'b'));
    expect(code).toBe(0);
    expect(out).toContain('promises broken, %');
    expect(out).toMatch(/No bound: the bound is on the mean JCT/);
  });
});
