/** What happens in an engine, for listeners outside: an RxJS stream that does nothing while nobody listens. */
import { type Observable, Subject } from 'rxjs';
import type { Micros } from '../time.js';
import type { RequestId } from './policy.js';
import type { Recorder } from './recorder.js';
import { State } from './requests.js';

/** `at` is when it happened; an event is told at the border of an iteration, so `at` may lie before the one told last. */
export type EngineEvent =
  | {
      readonly kind: 'arrived' | 'evicted' | 'finished' | 'aborted' | 'rejected';
      readonly id: RequestId;
      readonly at: Micros;
    }
  /** Nothing ran from `at` until `until`. */
  | { readonly kind: 'idle'; readonly at: Micros; readonly until: Micros };

export interface EngineEvents extends Recorder {
  readonly events: Observable<EngineEvent>;
  /** Completes the stream: the episode is over. */
  complete(): void;
}

/** A recorder for `Setup.recorders` whose `events` can be subscribed to at any time. */
export function createEvents(): EngineEvents {
  const subject = new Subject<EngineEvent>();
  return {
    events: subject.asObservable(),
    complete: () => subject.complete(),
    arrived(s, id) {
      if (subject.observed) subject.next({ kind: 'arrived', id, at: s.requests.arrival[id] });
    },
    planned(s) {
      if (!subject.observed) return;
      for (let k = 0; k < s.evicted.n; k++) subject.next({ kind: 'evicted', id: s.evicted.ids[k], at: s.now });
    },
    left(s, id, at) {
      if (!subject.observed) return;
      const state = s.requests.state[id];
      subject.next({
        kind: state === State.finished ? 'finished' : state === State.aborted ? 'aborted' : 'rejected',
        id,
        at,
      });
    },
    idle(s, from) {
      if (subject.observed) subject.next({ kind: 'idle', at: from, until: s.now });
    },
  };
}
