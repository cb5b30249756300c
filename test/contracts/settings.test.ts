/** What every named setting promises: what it states is measured here again. */
import { describe, expect, test } from 'vitest';
import { createEngine, run } from '../../env/serving/engine.js';
import { createMetrics } from '../../env/serving/metrics.js';
import { settings } from '../../env/settings/catalogue.js';
import { deployedRules, deployHardware, LONGEST_DRAFT } from '../../env/settings/deployment.js';
import { type NamedSetting, openSetting, settingBacklog, settingSource } from '../../env/settings/setting.js';
import { familySource, splits } from '../../env/workloads/families/family.js';
import { saturate } from '../../experiments/capacity.js';

/** Stated figures are means over these seeds. */
const SEEDS = 4;
/** Below this share of the JCT there is too little waiting for order to matter. */
const LEAST_WAITING = 0.4;

const all = Object.values(settings);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

/** Of FCFS, which serves everyone. */
function waitingShare(setting: NamedSetting, seed: number): number {
  const { source, rules, cost, slo } = openSetting(setting);
  const metrics = createMetrics({ slo });
  run(createEngine({ workload: source.sample(seed), rules, cost, recorders: [metrics] }));
  const { requests, waitingShare } = metrics.summary();
  expect(requests.finished).toBe(setting.requests);
  return waitingShare;
}

describe.each(all)('setting $name', (setting) => {
  const { deployment, family, at, capacity, kind } = setting;

  test('stands at parameters of its family, inside the test range', () => {
    expect(Object.keys(at).sort()).toEqual(Object.keys(family.parameters).sort());
    for (const [name, value] of Object.entries(at)) {
      const [from, to] = family.parameters[name].test;
      expect(value).toBeGreaterThanOrEqual(from);
      expect(value).toBeLessThanOrEqual(to);
    }
    expect(setting.summary.length).toBeGreaterThan(20);
  });

  test('has the capacity and the slots that it states', () => {
    const { cost, limits } = deployHardware(deployment);
    const backlog = settingBacklog(setting);
    const at = (gamma: number) => saturate(backlog, deployedRules(deployment, limits, gamma), cost);
    const measured = at(capacity.gamma);
    expect(Math.abs(measured.requestsPerSecond / capacity.requestsPerSecond - 1)).toBeLessThan(0.03);
    expect(Math.abs(measured.slots / capacity.slots - 1)).toBeLessThan(0.04);
    if (deployment.draft === 'none' || !process.env.SERVEGYM_LONG) return;
    for (let gamma = 0; gamma <= LONGEST_DRAFT; gamma++)
      expect(at(gamma).requestsPerSecond).toBeLessThanOrEqual(measured.requestsPerSecond);
  });

  test('lets FCFS wait as long as it states', () => {
    const shares = Array.from({ length: process.env.SERVEGYM_LONG ? 4 * SEEDS : SEEDS }, (_, seed) =>
      waitingShare(setting, seed),
    );
    const stated = mean(shares.slice(0, SEEDS));
    expect(Math.abs(stated - setting.waitingShare)).toBeLessThan(0.03);
    if (kind === 'ordering') expect(Math.min(stated, mean(shares))).toBeGreaterThan(LEAST_WAITING);
  });

  test('differs in training and validation, and draws its parameters there', () => {
    const [train, validation, test] = splits.map((split) => settingSource(setting, { split, requests: 50 }).sample(1));
    const lengths = [train, validation, test].map(({ outputTokens }) => outputTokens.join());
    expect(new Set(lengths).size).toBe(3);
    expect([...train.outputTokens]).toEqual([
      ...familySource(family, 'train', { requests: 50, rate: 1 }).sample(1).outputTokens,
    ]);
  });
});

test('the kinds are what they are called', () => {
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['ordering', 'slo', 'theory']));
  for (const { kind, slo, load } of all) {
    expect(slo.length > 0).toBe(kind === 'slo');
    expect(load).toBeGreaterThan(0.5);
  }
});

test('the theory setting states what Pollaczek and Khinchine say', () => {
  const { load, at, waitingShare } = settings['single-server'];
  const waiting = (load * (1 + at.cv ** 2)) / (2 * (1 - load)); // E[W] ÷ E[X]
  expect(waitingShare).toBeCloseTo(waiting / (1 + waiting), 9);
});

test('a setting at another load and with other parameters is another one', () => {
  const usual = openSetting(settings['heavy-tail'], { requests: 100 }).source.sample(0);
  const busier = openSetting(settings['heavy-tail'], { requests: 100, load: 1.9 }).source.sample(0);
  expect(Math.abs((2 * busier.arrival[99]) / usual.arrival[99] - 1)).toBeLessThan(1e-3);
  const heavier = openSetting(settings['heavy-tail'], { requests: 100, parameters: { sigma: 1.8 } }).source.sample(0);
  expect([...heavier.promptTokens]).toEqual([...usual.promptTokens]);
  expect([...heavier.outputTokens]).not.toEqual([...usual.outputTokens]);
});
