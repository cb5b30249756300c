/** A recorder that trusts nothing: at every border it recomputes the engine's state from scratch and compares. */
import type { Engine } from '../../env/serving/engine.js';
import type { Plan } from '../../env/serving/plan.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Replica } from '../../env/serving/replica.js';
import {
  type Book,
  checkCommit,
  checkEnd,
  checkHistory,
  noteBefore,
  noteEvictions,
  noteLeaving,
  notePlan,
  noteRepeat,
  noteTime,
  openBook,
} from './audit-history.js';
import { checkPlan } from './audit-plan.js';
import { noteIdle, notePlanned, noteRepeated } from './audit-reserve.js';
import { checkFlight, checkState } from './audit-state.js';
import { must } from './must.js';

export interface Auditor extends Recorder {
  /** States checked so far. */
  readonly audits: number;
  /** What must hold of an episode that is over. */
  close(engine: Engine): void;
}

export interface AuditorOptions {
  /** More iterations than this count as a hang [100,000]. */
  readonly iterations?: number;
}

export function createAuditor({ iterations: cap = 100_000 }: AuditorOptions = {}): Auditor {
  let book: Book | null = null;
  let audits = 0;
  const at = (s: Replica): Book => (book ??= openBook(s.ledger.capacity));
  const audit = (s: Replica, plans: readonly (Plan | null)[]): void => {
    audits++;
    checkState(s);
    if (s.rules.asyncDepth > 0) checkFlight(s, plans);
    checkHistory(s, at(s));
  };
  return {
    get audits() {
      return audits;
    },
    arrived(s, r) {
      const b = at(s);
      must(s, r === b.delivered++, () => `request ${r} is delivered out of turn`);
      must(
        s,
        s.requests.arrival[r] <= s.now && s.requests.arrival[r] >= b.lastArrival,
        () => `${r} is delivered before its arrival`,
      );
      b.lastArrival = s.requests.arrival[r];
    },
    planned(s) {
      const b = at(s);
      checkPlan(s, s.plan);
      noteEvictions(s, b);
      notePlan(s, b, s.plan);
      notePlanned(s, b.claims, s.plan);
      audit(s, [s.flight, s.plan]);
      if (++b.plans > cap) must(s, false, () => `no end after ${cap} iterations`);
    },
    ending(s, plan, from) {
      noteTime(s, at(s), from);
      noteBefore(s, at(s), plan);
    },
    repeated(s, m, from) {
      noteTime(s, at(s), from);
      noteRepeat(s, at(s), m, from);
      noteRepeated(s, at(s).claims, m);
    },
    committed(s, plan) {
      const b = at(s);
      if (b.repeats > 0) b.repeats = 0;
      else checkCommit(s, b, plan);
      audit(s, [s.flight]);
    },
    left(s, r, time) {
      noteLeaving(s, at(s), r, time);
    },
    idle(s, from) {
      const b = at(s);
      noteTime(s, b, from);
      noteEvictions(s, b);
      noteIdle(s, b.claims);
      must(
        s,
        s.rules.unfit === 'block' ||
          s.live.n === s.held.n ||
          (s.swap?.out.until ?? 0) >= from ||
          (s.swap?.back.until ?? 0) >= from,
        () => 'idle, although a request that nobody holds is here',
      );
      audit(s, [s.flight]);
    },
    save: () => structuredClone(book),
    load(saved) {
      book = structuredClone(saved) as Book | null;
    },
    close(engine) {
      checkEnd(engine, at(engine.replica));
    },
  };
}

/** Checks states and plans alone: for engines whose past it has not seen. */
export const createStateAuditor = (): Recorder => ({
  planned(s) {
    checkPlan(s, s.plan);
    checkState(s);
  },
  committed: checkState,
});
