/**
 * Planning by fork: now and then every candidate is played to the end in futures drawn from beliefs, and the best has the say until the next time.
 *
 *     choice = argmin_k  Σ_futures cost(k from here on),   cost = ∫N dt, or broken promises
 *
 * All candidates meet the same futures (common random numbers): lengths and acceptance of those who are here as believed, and for so long
 * arrivals as there were lately. A candidate is played until everybody has left; from a horizon on the first one has the say, if one is given.
 * Plans are made when somebody comes, leaves or is short of memory, at most so often. Whoever has the say keeps it unless another one is
 * better by a margin. Candidates keep their own memory, which stands still while others have the say.
 *
 * Source: policy switching, and the rollout algorithm (Bertsekas and Castañon 1999; Chang, Givan and Chong 2004, "Parallel rollout").
 * Information: beliefs. It never sees the true rest (`Episode.imagine`).
 *
 * An expensive reference: a plan is candidates × samples episodes, 0.5 ms of CPU a decision without arrivals, 5 to 7 ms with them. It has not
 * paid so far: chat-long, `plan(volume | srpt | volume:exponent=0.5)` with arrivals −0.3 % ± 0.7 mean JCT to volume (4 seeds); two-classes,
 * tuned edf-size, srpt and late-last 0.4 points ± 0.6 fewer broken promises than edf-size (3 seeds), and 0.7 ± 1.0 more if nobody comes.
 */
import {
  Cause,
  type Episode,
  type ImaginedRequest,
  type Prospect,
  type ReplicaView,
  type Scheduler,
} from '../../env/serving/policy.js';
import { createSwitch, widestScope } from '../../env/tasks/switching.js';
import type { Micros } from '../../env/time.js';
import { type ArrivalsLately, createArrivalsLately } from './arrivals-lately.js';

export interface PlanOptions {
  /** Futures on which each candidate is tried [4]. */
  readonly samples?: number;
  /** Least time between two plans, µs [1 s]. */
  readonly every?: Micros;
  /** From so long after a plan on the first candidate has the say in it, µs [Infinity]. */
  readonly horizon?: Micros;
  /** For so long others come in a future, as they did lately, µs; 0 = nobody comes [0]. */
  readonly arrivals?: Micros;
  /** What is to be small ['jct']: ∫N dt; or promises broken. */
  readonly objective?: 'jct' | 'slo';
  /** By which share of its cost whoever has the say must be beaten [0]. */
  readonly margin?: number;
  /** Time that a plan takes on the engine's CPU, µs [0]. */
  readonly took?: Micros;
}

const EVENTS = Cause.arrival | Cause.finish | Cause.shortage;

/** @param makers the candidates; the first begins */
export const plan = (makers: readonly (() => Scheduler)[], options: PlanOptions = {}): (() => Scheduler) => {
  const { samples = 4, every = 1e6, horizon = Infinity, arrivals = 0 } = options;
  const { objective = 'jct', margin = 0, took = 0 } = options;
  const [SAYS, SAID, PLANS, IMAGINED] = [0, 1, 2, 3];
  const [DUE, SWITCH] = [0, 1];
  return () => {
    let episode: Episode;
    let courses: ReturnType<typeof createSwitch>;
    let lately: ArrivalsLately | null;
    /** Who has the say, and had it in the last turn; plans so far; 1 = this is a future in which a candidate is tried. */
    let at: Int32Array;
    /** When the next plan may be made; when the first candidate takes over, in such a future. */
    let times: Float64Array;

    function costOf(candidate: number, prospects: readonly Prospect[]): number {
      if (!episode.imagine)
        throw new Error(
          `plan: nothing can be imagined here, expected an engine that its requests come to by themselves`,
        );
      at[SAYS] = candidate;
      let cost = 0;
      for (const prospect of prospects) {
        const { inSystem, missed } = episode.imagine(prospect);
        cost += objective === 'jct' ? inSystem : missed;
      }
      return cost;
    }

    function choose({ now }: ReplicaView): void {
      const incumbent = at[SAYS];
      const number = at[PLANS]++;
      const prospects = Array.from({ length: samples }, (_, k): Prospect => {
        const seed = `${episode.seed}/plan/${number}/${k}`;
        const others: readonly ImaginedRequest[] = lately ? lately.draw(seed, now, arrivals) : [];
        return { seed, arrivals: others };
      });
      times[DUE] = now + every;
      times[SWITCH] = now + horizon;
      at[IMAGINED] = 1;
      const costs = makers.map((_, k) => costOf(k, prospects));
      at[IMAGINED] = 0;
      const best = costs.indexOf(Math.min(...costs));
      at[SAYS] = costs[best] < (1 - margin) * costs[incumbent] ? best : incumbent;
    }

    return {
      name: `plan(${makers.map((make) => make().name).join(' | ')})`,
      scope: widestScope(makers),
      reset(given) {
        episode = given;
        courses = createSwitch(given, makers);
        lately = arrivals > 0 ? createArrivalsLately(given) : null;
        at = given.cells(Int32Array, 4);
        times = given.cells(Float64Array, 2);
      },
      decide(view, out) {
        const imagined = at[IMAGINED] === 1;
        lately?.follow(view);
        const due = !imagined && makers.length > 1 && (view.cause & EVENTS) !== 0 && view.now >= times[DUE];
        if (due && view.live.n > 1) choose(view);
        if (imagined && view.now >= times[SWITCH]) at[SAYS] = 0;
        courses.decide(view, at[SAYS], at[SAYS] !== at[SAID], out);
        at[SAID] = at[SAYS];
        if (imagined && at[SAYS] !== 0 && times[SWITCH] < out.wakeAt) out.wakeAt = times[SWITCH];
        if (due && view.live.n > 1) out.took += took;
      },
    };
  };
};
