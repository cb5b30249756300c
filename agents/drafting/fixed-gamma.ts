/**
 * Fixed draft length: γ drafts a verification for everyone, whatever the load.
 *
 * With 3 drafts it is how LAPS-SD is evaluated, which fixes its draft length n and orders requests only
 * (Li, Chen and Li 2025; its n was not found, 3 is ours). Information: none.
 */
import type { Scheduler } from '../../env/serving/policy.js';
import { drafting } from './drafting.js';

export interface FixedGammaOptions {
  /** Drafts, 0 or more; the engine's `maxDrafts` is the most it grants [3]. */
  readonly gamma?: number;
}

export const fixedGamma =
  (make: () => Scheduler, { gamma = 3 }: FixedGammaOptions = {}): (() => Scheduler) =>
  () =>
    drafting(make(), 'fixed-gamma', () => ({ of: () => gamma, settled: () => true }));
