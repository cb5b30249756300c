/** What an episode came to so far, as running totals: a reward is the difference of a total over an interval. */
import { createAlone } from '../../serving/alone.js';
import type { Recorder } from '../../serving/recorder.js';
import type { Replica } from '../../serving/replica.js';
import { State } from '../../serving/requests.js';
import { broken, type Slo } from '../../serving/slo.js';
import type { Micros } from '../../time.js';

/** Totals that rewards are made of; times are seconds. `Rewards` formulas use these names. */
export const totalNames = [
  { name: 'inSystem', doc: '∫N dt: requests in the system × seconds, who left unserved counted on' },
  { name: 'waitingFirst', doc: '∫ (requests without a first token) dt, seconds' },
  { name: 'finished', doc: 'requests that finished' },
  { name: 'kept', doc: 'requests that finished with all promises kept' },
  { name: 'missed', doc: 'requests that broke a promise, or left unserved, as soon as that is so' },
  { name: 'slowdown', doc: 'Σ JCT / time alone of the finished, time here / time alone of the others' },
  { name: 'generated', doc: 'generated tokens' },
  { name: 'evictions', doc: 'evictions' },
  { name: 'recomputed', doc: 'tokens computed a second time' },
  { name: 'unserved', doc: 'requests that left unserved' },
  { name: 'elapsed', doc: 'seconds' },
] as const;

export type TotalName = (typeof totalNames)[number]['name'];

export interface TallyOptions {
  /** Totals that will be asked for [all]: time alone costs a walk through each request. */
  readonly totals?: readonly TotalName[];
  readonly promises: readonly Slo[];
  /** Who leaves unserved counts as here until the horizon, or without one for so long, µs. */
  readonly horizon: Micros;
  readonly unservedFor: Micros;
}

/** Sums over those who left. */
interface Sums {
  ttft: number;
  kept: number;
  missed: number;
  slowdown: number;
  /** µs that those who left unserved are counted on. */
  price: number;
}

/** A recorder of one engine; give a fork its own, begun by `copy`. */
export interface Tally extends Recorder {
  total(s: Replica, name: TotalName): number;
  /** One that stands where this one does. */
  copy(): Tally;
}

/** Arrival to first token, or to `time` if there was none. */
const timeToFirst = ({ requests: { arrival, firstToken, generated } }: Replica, r: number, time: Micros): Micros =>
  (generated[r] > 0 ? firstToken[r] : time) - arrival[r];

export function createTally(options: TallyOptions, from?: Sums): Tally {
  const { promises, horizon, unservedFor, totals: wanted } = options;
  const slows = wanted === undefined || wanted.includes('slowdown');
  const sums: Sums = from ?? { ttft: 0, kept: 0, missed: 0, slowdown: 0, price: 0 };
  let alone: ReturnType<typeof createAlone> | undefined;
  const known = new Map<number, Micros>(); // time alone by row of the workload

  const promiseOf = (s: Replica, r: number): Slo => promises[s.requests.slo[r]] ?? {};
  const timeAlone = (s: Replica, r: number): Micros => {
    alone ??= createAlone(s.rules, s.cost, s.workload.acceptance);
    const { requests, hidden } = s;
    const row = hidden.row[r];
    let time = known.get(row);
    if (time === undefined) {
      time = alone({ row, prompt: requests.promptTokens[r], declared: requests.declared[r], end: hidden.end[r] });
      known.set(row, time);
    }
    return time;
  };

  function overLive(s: Replica, of: (r: number) => number): number {
    let sum = 0;
    for (let k = 0; k < s.live.n; k++) sum += of(s.live.ids[k]);
    return sum;
  }

  const totals: Readonly<Record<TotalName, (s: Replica) => number>> = {
    inSystem: (s) => (s.totals.areaInSystem + sums.price) * 1e-6,
    waitingFirst: (s) => (sums.ttft + overLive(s, (r) => timeToFirst(s, r, s.now))) * 1e-6,
    finished: ({ totals: { finished } }) => finished,
    kept: () => sums.kept,
    missed: (s) => sums.missed + overLive(s, (r) => (broken(s, r, s.now, promiseOf(s, r)) ? 1 : 0)),
    slowdown: (s) => sums.slowdown + overLive(s, (r) => (s.now - s.requests.arrival[r]) / timeAlone(s, r)),
    generated: ({ totals: { generatedTokens } }) => generatedTokens,
    evictions: ({ totals: { evictions } }) => evictions,
    recomputed: ({ totals: { recomputedTokens } }) => recomputedTokens,
    unserved: ({ totals: { aborted, rejected } }) => aborted + rejected,
    elapsed: ({ now }) => now * 1e-6,
  };

  return {
    left(s, r, time) {
      const { arrival, state } = s.requests;
      const missed = broken(s, r, time, promiseOf(s, r));
      if (missed) sums.missed++;
      sums.ttft += timeToFirst(s, r, time);
      if (state[r] === State.finished) {
        if (!missed) sums.kept++;
        if (slows) sums.slowdown += (time - arrival[r]) / timeAlone(s, r);
      } else sums.price += horizon < Infinity ? Math.max(0, horizon - time) : unservedFor;
    },
    save: () => ({ ...sums }),
    load: (saved) => Object.assign(sums, saved),
    total: (s, name) => totals[name](s),
    copy: () => createTally(options, { ...sums }),
  };
}
