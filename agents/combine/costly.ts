/**
 * Costly: decisions take time on the engine's CPU. Each turn in which somebody came, left or was short of memory makes the next
 * iteration so much longer; turns for other causes are free, so that it does not matter how often the policy asks to be asked.
 *
 * Information: none of its own.
 */
import { Cause, type Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';

export interface CostlyOptions {
  /** Whole µs of a decision, ≥ 0 [200]. */
  readonly micros?: Micros;
}

const EVENTS = Cause.arrival | Cause.finish | Cause.shortage;

export const costly =
  (make: () => Scheduler, { micros = 200 }: CostlyOptions = {}): (() => Scheduler) =>
  () => {
    const inner = make();
    return {
      ...inner,
      name: `costly(${inner.name})`,
      decide(view, out) {
        inner.decide(view, out);
        if ((view.cause & EVENTS) !== 0) out.took += micros;
      },
    };
  };
