/**
 * Triage at the door: who waits for its first token and cannot make it any more is not let in until its promise is broken.
 *
 *     hold r   while it has no token, nothing is broken yet, and now > latest start − margin · (due − arrival)
 *
 * What would be late is no use to who asked for it, and takes memory and tokens from those who can still be in time. Orders such as
 * `late-last` put it behind all others, but engines let it in as soon as there is room. Once its promise is broken it is the
 * wrapped policy's again, which finds it a place at the end. Where everybody is held, engines serve all the same.
 *
 * Source: after Moore and Hodgson 1968 (fewest late jobs: leave out what cannot make it) and admission control in servers with
 * deadlines; the form is ours, read off policies that were trained on `Admit-v0`. Information: believed length, and what was
 * promised (`due.ts`). Who was promised nothing is never held.
 */
import { createDue, type Due, stepAlone } from '../../env/serving/due.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import type { Micros } from '../../env/time.js';
import type { LeastSlackOptions } from '../schedulers/least-slack.js';

export interface TriageOptions extends LeastSlackOptions {
  /** What it must have to spare, as a share of the time it was given, ≥ 0 [0.05]. */
  readonly margin?: number;
}

export const triage =
  (make: () => Scheduler, { step = 0, margin = 0.05 }: TriageOptions = {}): (() => Scheduler) =>
  () => {
    const inner = make();
    let due: Due;
    let pace: Micros;
    let held: Uint8Array; // by this policy
    return {
      name: `triage(${inner.name})`,
      ...(inner.scope && { scope: inner.scope }),
      ...(inner.wakeIn !== undefined && { wakeIn: inner.wakeIn }),
      reset(episode) {
        due = createDue(episode);
        pace = step > 0 ? step : stepAlone(episode);
        held = episode.column(Uint8Array);
        inner.reset?.(episode);
      },
      decide(view, out) {
        inner.decide(view, out);
        const { now } = view;
        const { state, generated } = view.requests;
        const { ids, n } = view.live;
        for (let k = 0; k < n; k++) {
          const r = ids[k];
          const waits = state[r] === State.waiting && generated[r] === 0 && !due.lost(r, now);
          const doomed = waits ? due.tightFrom(r, pace, margin) : Infinity;
          const holds = now > doomed;
          if (waits) out.wakeAt = Math.min(out.wakeAt, (holds ? due.next(r) : doomed) + 1);
          if (!holds && held[r] === 0) continue;
          out.hold[r] = holds ? 1 : 0;
          if (held[r] === out.hold[r]) continue;
          held[r] = out.hold[r];
          out.touch(r);
        }
      },
    };
  };
