/** What PassiveEnvChecker looks at while others use an environment: spaces once, then what reset and step return. */
import type { Env } from '../env.js';
import { wrongFive, wrongFlag, wrongInfo, wrongObservation, wrongPair, wrongReward } from './results.js';
import type { Rule } from './rule.js';
import { formRules } from './rules/contract.js';
import { dictKeys, roomInside } from './rules/spaces.js';
import { shares } from './values.js';

/** What an environment returned last: nobody may change what it has handed out. */
interface Last {
  readonly call: 'reset' | 'step';
  readonly observation: unknown;
  readonly info: unknown;
}

const lastOf = new WeakMap<Env, Last>();

/** What is wrong with the spaces of an environment: errors if nothing can be asked of it, warnings of what is probably not meant. */
export function checkSpaces(env: Env): { errors: string[]; warnings: string[] } {
  const subject = { env, fresh: () => null, seed: 0, steps: 0 };
  const broken = (rules: readonly Rule[]): string[] =>
    rules.flatMap((rule) => Array.from(rule.check(subject), (detail) => `${rule.sentence} Here ${detail}.`));
  const missing = broken(formRules);
  if (missing.length > 0) return { errors: missing, warnings: [] };
  return { errors: broken([dictKeys]), warnings: broken([roomInside]) };
}

/** What is wrong with the result of a `reset`, one sentence each; empty = nothing. */
export function checkResetResult(env: Env, result: unknown): string[] {
  const form = wrongPair(result);
  if (form !== null) return [form];
  const [observation, info] = result as readonly unknown[];
  return told([wrongObservation(env, observation), wrongInfo(info), reused(env, { call: 'reset', observation, info })]);
}

/** What is wrong with the result of a `step`, one sentence each; empty = nothing. */
export function checkStepResult(env: Env, result: unknown): string[] {
  const form = wrongFive(result);
  if (form !== null) return [form];
  const [observation, reward, terminated, truncated, info] = result as readonly unknown[];
  return told([
    wrongObservation(env, observation),
    wrongReward(reward),
    wrongFlag('terminated', terminated),
    wrongFlag('truncated', truncated),
    wrongInfo(info),
    reused(env, { call: 'step', observation, info }),
  ]);
}

const told = (reasons: readonly (string | null)[]): string[] => reasons.filter((reason) => reason !== null);

function reused(env: Env, now: Last): string | null {
  const before = lastOf.get(env);
  lastOf.set(env, now);
  if (before === undefined) return null;
  const both = `those of the ${before.call} before and of this ${now.call}`;
  if (shares(before.observation, now.observation)) return `observations share memory: ${both}`;
  if (before.info === now.info) return `infos are the same object: ${both}`;
  return null;
}
