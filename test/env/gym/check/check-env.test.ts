/** checkEnv finds what is wrong, names the rule, and is silent about what is right. */
import { describe, expect, it } from 'vitest';
import { rules } from '../../../../env/gym/check/catalogue.js';
import { checkEnv, formatReport, inspectEnv } from '../../../../env/gym/check/check-env.js';
import type { Env } from '../../../../env/gym/env.js';
import { collectWarnings } from '../../../../env/gym/warn.js';
import { goodEnv } from '../../../../experiments/golden/gymnasium/broken/good.js';
import { faults } from '../../../../experiments/golden/gymnasium/check-env.js';
import { ownFaults, sound } from './broken.js';
import { countingEnv } from './counting.js';

const every = { ...faults, ...ownFaults };
const QUICK = { steps: 2_000, skip: ['memory-flat'] };

describe('a broken environment is told its rule', () => {
  it.each(Object.entries(every).map(([words, [rule, make]]) => [words, rule, make] as const))(
    '%s: %s',
    (_words, rule, make) => {
      const how = rule === 'memory-flat' ? {} : QUICK;
      const { errors, warnings } = inspectEnv((asked) => make(asked) as Env, how);
      const level = rules.find(({ name }) => name === rule)?.level;
      const found = (level === 'error' ? errors : warnings).find((finding) => finding.rule === rule);
      expect(found?.sentence).toBe(rules.find(({ name }) => name === rule)?.sentence);
      expect(found?.detail).not.toBe('');
    },
  );

  it('and each rule is broken by one of them', () => {
    const broken = new Set(Object.values(every).map(([rule]) => rule));
    expect(rules.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

describe('nothing is said', () => {
  it.each(Object.entries(sound))('of %s', (_words, make) => {
    expect(inspectEnv(make)).toEqual({ errors: [], warnings: [] });
  });

  it('of one environment instead of a function that makes it', () => {
    expect(inspectEnv(countingEnv() as Env)).toEqual({ errors: [], warnings: [] });
  });
});

describe('rules', () => {
  it('have names of their own, and sentences that end', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { name, sentence } of rules) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(sentence).toMatch(/^(?!.*\bshould\b).{15,}\.$/);
    }
  });
});

describe('checkEnv', () => {
  const broken = (id: string) => (): Env => every[id][1]({}) as Env;

  it('throws with a line for each broken rule', () => {
    expect(() => checkEnv(broken('reward-nan'), QUICK)).toThrow(
      /^the environment breaks the contract:\nerror reward: A reward is a finite number\. Here: in step 0 the reward is NaN/,
    );
  });

  it('warns of what is probably not meant, and gives it back', () => {
    const { value, warnings } = collectWarnings(() => checkEnv(broken('never-ends'), QUICK));
    expect(value.warnings.map(({ rule }) => rule)).toEqual(['episodes-end']);
    expect(warnings).toEqual([expect.stringMatching(/^episodes-end: Episodes end: .* Here: 2000 steps/)]);
  });

  it('leaves out the rules that it is told to', () => {
    expect(inspectEnv(broken('never-ends'), { ...QUICK, skip: ['episodes-end', 'memory-flat'] }).warnings).toEqual([]);
  });

  it('asks nothing further of what is no environment', () => {
    for (const nothing of [undefined, null, 7, 'env', {}]) {
      const { errors } = inspectEnv(nothing as unknown as Env);
      expect(errors[0].rule).toBe('methods');
    }
  });

  it('says nothing where nothing is wrong', () => {
    expect(formatReport(inspectEnv(() => goodEnv(), QUICK))).toBe('');
  });
});
