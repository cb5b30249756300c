/** The same past, another future: what is hidden at a time t, drawn anew, with the beliefs of the first run replayed. */
import type { Predictor } from '../../env/serving/beliefs.js';
import { createEngine, run, type Setup } from '../../env/serving/engine.js';
import { State } from '../../env/serving/requests.js';
import type { Acceptance } from '../../env/workloads/acceptance/acceptance.js';
import { ownTimes } from '../../env/workloads/rounds.js';
import type { Workload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import type { Draw } from './generators.js';
import { hash, idsOf } from './policies.js';

export type Belief = readonly [length: number, acceptance: number];

/** The oracle, and what it wrote by key. */
export const recorded = (beliefs: Map<number, Belief>) => (): Predictor => {
  const inner = oracle();
  return {
    ...inner,
    reset(forecast) {
      inner.reset?.(forecast);
      this.arrive = (r) => {
        inner.arrive(r);
        beliefs.set(forecast.requests.key[r], [forecast.beliefs.length[r], forecast.beliefs.acceptance[r]]);
      };
    },
  };
};

/** The same beliefs again, whatever is true now. */
export const replayed = (beliefs: Map<number, Belief>) => (): Predictor => ({
  name: 'replayed',
  information: 'predicted',
  reset({ requests, beliefs: columns }) {
    this.arrive = (r) => {
      [columns.length[r], columns.acceptance[r]] = beliefs.get(requests.key[r]) ?? [1, 0];
    };
  },
  arrive() {},
});

/** What had happened to a row before t: tokens by the last border before t, and whether it was still here. */
interface Past {
  readonly generated: Map<number, number>;
  readonly ended: Set<number>;
}

/** The same past up to t, and another future: lengths, luck, arrivals, departures, think times. */
export function otherFuture(
  d: Draw,
  { workload, rules }: Pick<Setup, 'workload' | 'rules'>,
  t: number,
  past: Past,
): Workload {
  const { count, rounds } = workload;
  const own = ownTimes(workload);
  const outputTokens = workload.outputTokens.slice();
  const abortAt = workload.abortAt.slice();
  const promptTokens = workload.promptTokens.slice();
  const arrival = workload.arrival.slice();
  let first = own;
  for (let row = own - 1; row >= 0 && arrival[row] >= t; row--) first = row;
  for (let row = 0; row < count; row++) {
    if (past.ended.has(row)) continue;
    outputTokens[row] = (past.generated.get(row) ?? 0) + d.int(1, 60);
    if (row < own && (row >= first || abortAt[row] >= t)) abortAt[row] = d.chance(0.7) ? Infinity : t + d.int(0, 800);
  }
  const shift = d.int(0, 300);
  if (!workload.content)
    for (let row = first; row < own; row++) promptTokens[row] = d.int(1, Math.min(60, rules.maxModelLen - 1));
  for (let row = first; row < own; row++) arrival[row] += shift;
  const think = rounds?.think.map((time, row) => (past.ended.has(rounds.follows[row]) ? time : d.int(0, 300)));
  return {
    ...workload,
    outputTokens,
    abortAt,
    promptTokens,
    arrival,
    acceptance: otherLuck(workload.acceptance, past, d.int(0, 1000)),
    ...(rounds && think && { rounds: { ...rounds, think } }),
  };
}

/** The same luck where it has been seen: verifications committed before t, and drafts proposed behind them. */
function otherLuck(luck: Acceptance, { generated }: Past, seed: number): Acceptance {
  return {
    name: 'other',
    stepwise: luck.stepwise ?? false,
    proposed(row, position, step, asked) {
      if (position <= (generated.get(row) ?? 0)) return luck.proposed(row, position, step, asked);
      return Math.floor((asked + 1) * hash(seed, row, position, 1));
    },
    accepted(row, position, step, drafts) {
      if (position < (generated.get(row) ?? 0)) return luck.accepted(row, position, step, drafts);
      return Math.floor((drafts + 1) * hash(seed, row, position, 2));
    },
  };
}

/** Runs an episode to its end, as planners may know its horizon, and tells what had happened by t. */
export function pastOf(setup: Setup, t: number): Past {
  const generated = new Map<number, number>();
  const ended = new Set<number>();
  const engine = createEngine({
    ...setup,
    recorders: [
      {
        committed(s) {
          if (s.now >= t) return;
          for (const r of idsOf(s.live)) generated.set(s.hidden.row[r], s.requests.generated[r]);
        },
        repeated(s, m, from) {
          if (from >= t) return;
          // Of a leap across t, the iterations that ended before it.
          let now = from;
          let done = 0;
          while (done < m && now + s.times[done] < t) now += s.times[done++];
          for (const r of idsOf(s.running)) generated.set(s.hidden.row[r], s.requests.generated[r] - m + done);
        },
        left(s, r, time) {
          if (s.now < t || (s.requests.state[r] !== State.finished && time < t)) ended.add(s.hidden.row[r]);
          if (s.now < t) generated.set(s.hidden.row[r], Infinity);
        },
      },
    ],
  });
  run(engine);
  return { generated, ended };
}
