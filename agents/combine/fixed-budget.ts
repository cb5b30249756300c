/**
 * Fixed token budget: an iteration computes at most so many tokens, decodes and pieces of prompts together, whatever the load.
 *
 * Small budgets keep the time between tokens even and first tokens late, large ones do the opposite. Servers are run so, with one budget
 * chosen before (Sarathi-Serve, Agrawal et al. 2024, tunes it to the time between tokens that was promised). Information: none.
 */
import type { Scheduler } from '../../env/serving/policy.js';

export interface FixedBudgetOptions {
  /** Tokens, at least 1; the engine's own budget is the most it grants [512]. */
  readonly tokens?: number;
}

export const fixedBudget =
  (make: () => Scheduler, { tokens = 512 }: FixedBudgetOptions = {}): (() => Scheduler) =>
  () => {
    const inner = make();
    return {
      name: `fixed-budget(${inner.name})`,
      ...(inner.scope && { scope: inner.scope }),
      ...(inner.wakeIn !== undefined && { wakeIn: inner.wakeIn }),
      reset: (episode) => inner.reset?.(episode),
      decide(view, out) {
        inner.decide(view, out);
        out.tokenBudget = Math.min(out.tokenBudget, tokens);
      },
    };
  };
