/** Which environments of a vector a reset begins anew, and with which seeds. */
import type { Seed } from '../../random.js';
import type { ResetOptions } from '../env.js';
import type { VectorResetOptions } from './vector-env.js';

/** What a call of `reset` asks of each environment; null = it is left alone. */
export type Resets = readonly (ResetOptions | null)[];

/** @throws Error if the seeds or the mask are not one an environment, or the mask is no Uint8Array of 0 and 1 with at least one 1 */
export function resetsOf({ seed = null, options = null }: VectorResetOptions, count: number): Resets {
  const seeds = seedsOf(seed, count);
  const { reset_mask, ...rest } = options ?? {};
  const mask = reset_mask === undefined ? null : checkMask(reset_mask, count);
  const own = options === null ? {} : { options: rest };
  return seeds.map((s, i) => (mask?.[i] === 0 ? null : s === null ? own : { seed: s, ...own }));
}

function seedsOf(seed: VectorResetOptions['seed'], count: number): readonly (Seed | null)[] {
  const each = Array.from({ length: count }, (_, i) => i);
  if (typeof seed === 'number') return each.map((i) => seed + i);
  if (typeof seed === 'string') return each.map((i) => `${seed}/${i}`);
  if (seed === null || seed === undefined) return each.map(() => null);
  if (seed.length !== count) throw new Error(`${seed.length} seeds for ${count} environments: expected one each`);
  return seed;
}

function checkMask(mask: unknown, count: number): Uint8Array {
  if (!(mask instanceof Uint8Array))
    throw new Error(
      `options.reset_mask is ${Array.isArray(mask) ? 'a list' : `a ${mask?.constructor?.name ?? mask}`}, expected a Uint8Array of 0 and 1`,
    );
  if (mask.length !== count)
    throw new Error(`options.reset_mask has ${mask.length} entries for ${count} environments: expected one each`);
  if (mask.some((flag) => flag > 1)) throw new Error('options.reset_mask: expected 0 and 1 only');
  if (!mask.includes(1)) throw new Error('options.reset_mask is all zero: expected at least one environment to reset');
  return mask;
}
