/** Moments played again through the allocation-free path. */
import { type Columns, createColumns } from '../columns.js';
import type { Env } from '../env.js';
import type { Subject } from './rule.js';
import type { Moment } from './values.js';

/** Actions that the masks of an environment tell of; 0 without masks. */
export const maskWidth = (env: Env): number => env.actionMasks?.().length ?? 0;

/** The calls of a roll-out by `resetInto` and `stepInto`, a row each; null where the environment has no such path. */
export function playInto({ env, seed }: Subject, moments: readonly Moment[]): Columns | null {
  if (!env.resetInto || !env.stepInto) return null;
  const out = createColumns(env.observationSpace, moments.length, maskWidth(env));
  for (const [row, { action }] of moments.entries()) {
    if (action === undefined) env.resetInto(out, row, row === 0 ? { seed } : {});
    else env.stepInto(action, out, row);
  }
  return out;
}
