/** What is wrong with the things that `reset` and `step` return, one function each; null = nothing. */
import type { Env } from '../env.js';
import { isObject } from '../json.js';
import { kindOf } from '../spaces/kind-of.js';
import { explain } from './explain.js';

/** Whether `reset` returned [observation, info]. */
export function wrongPair(result: unknown): string | null {
  if (!Array.isArray(result)) return `reset returned ${kindOf(result)}, expected [observation, info]`;
  return result.length === 2 ? null : `reset returned ${result.length} values, expected [observation, info]`;
}

/** Whether `step` returned five values. */
export function wrongFive(result: unknown): string | null {
  const expected = 'expected [observation, reward, terminated, truncated, info]';
  if (!Array.isArray(result)) return `step returned ${kindOf(result)}, ${expected}`;
  if (result.length === 5) return null;
  const old = result.length === 4 ? ' (the old form with one flag done)' : '';
  return `step returned ${result.length} values${old}, ${expected}`;
}

export const wrongObservation = (env: Env, observation: unknown): string | null =>
  explain(env.observationSpace, observation, 'the observation');

export function wrongReward(reward: unknown): string | null {
  return Number.isFinite(reward) ? null : `the reward is ${kindOf(reward)}, expected a finite number`;
}

export const wrongFlag = (name: 'terminated' | 'truncated', flag: unknown): string | null =>
  typeof flag === 'boolean' ? null : `${name} is ${kindOf(flag)}, expected true or false`;

export const wrongInfo = (info: unknown): string | null =>
  isObject(info) && !ArrayBuffer.isView(info) ? null : `info is ${kindOf(info)}, expected an object`;
