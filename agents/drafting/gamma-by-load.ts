/**
 * Draft length by load: many drafts while few run, few while many do.
 *
 *     γ = few up to `fewTo` running, some up to `someTo`, many beyond
 *
 * A verification is nearly free while the GPU waits for memory, and costs its full price once the batch fills it
 * (`experiments/speculation-by-load.ts`). Load is the number of requests that run when it is asked; who is admitted in that
 * iteration counts from the next one on. State: the γ that holds. Information: none.
 *
 * Source: the state-dependent optimum of speculative decoding (SmartSpec, arXiv 2406.14066, has it from a cost model); the
 * three steps and their borders are ours.
 */
import type { ReplicaView, Scheduler } from '../../env/serving/policy.js';
import type { Rules } from '../../env/serving/rules.js';
import { drafting } from './drafting.js';

export interface GammaByLoadOptions {
  /** γ while at most `fewTo` run [4]. */
  readonly few?: number;
  /** [9] */
  readonly fewTo?: number;
  /** γ while at most `someTo` run [2]. */
  readonly some?: number;
  /** [40] */
  readonly someTo?: number;
  /** γ while more run [1]. */
  readonly many?: number;
}

export const gammaByLoad =
  (make: () => Scheduler, options: GammaByLoadOptions = {}): (() => Scheduler) =>
  () =>
    drafting(make(), 'gamma-by-load', ({ rules, cells }) => {
      const { few = 4, fewTo = 9, some = 2, someTo = 40, many = 1 } = options;
      const holds = cells(Int32Array, 1);
      return {
        turn({ running }) {
          const before = holds[0];
          holds[0] = running.n <= fewTo ? few : running.n <= someTo ? some : many;
          return holds[0] !== before;
        },
        of: () => holds[0],
        settled: (view) => keepsSize(view, rules),
      };
    });

/** Everybody runs, or all seats are taken, for as long as nobody comes, leaves or loses its blocks. */
const keepsSize = ({ live, running }: ReplicaView, { candidates, maxBatch }: Rules): boolean =>
  live.n === running.n || (candidates === 'running-first' && running.n >= maxBatch);
