/** What happens in an engine, as an RxJS stream: it runs while someone listens, and makes nothing while nobody does. */
import type { Observable } from 'rxjs';
import { type ChunkOptions, chunked } from '../chunked.js';
import type { Micros } from '../time.js';
import { exitAt } from './commit.js';
import { act, createEngine, type Engine, type Setup, toTurn } from './engine.js';
import { fork } from './fork.js';
import type { RequestId } from './policy.js';
import type { Recorder } from './recorder.js';
import type { Replica } from './replica.js';
import { State } from './requests.js';

/** `at` is when it happened; an event is told at the border of an iteration, so `at` may lie before the one told last. */
export type EngineEvent =
  | {
      /** `evicted` is a preemption: it lost its blocks. */
      readonly kind: 'arrived' | 'first-token' | 'evicted' | 'finished' | 'aborted' | 'rejected';
      readonly id: RequestId;
      readonly at: Micros;
      /** Of the request: `at − arrival` is the TTFT of a first token, the JCT of a finish. */
      readonly arrival: Micros;
    }
  /** Nothing ran from `at` until `until`. */
  | { readonly kind: 'idle'; readonly at: Micros; readonly until: Micros };

/** A recorder for `Setup.recorders` of an engine that runs anyway: it tells every event. */
export function eventRecorder(tell: (event: EngineEvent) => void): Recorder {
  const of = (s: Replica, kind: Exclude<EngineEvent['kind'], 'idle'>, id: RequestId, at: Micros): void =>
    tell({ kind, id, at, arrival: s.requests.arrival[id] });
  return {
    arrived: (s, id) => of(s, 'arrived', id, s.requests.arrival[id]),
    planned(s) {
      for (let k = 0; k < s.evicted.n; k++) of(s, 'evicted', s.evicted.ids[k], s.now);
    },
    ending(s, plan) {
      const { generated, state } = s.requests;
      for (let k = 0; k < plan.n; k++) {
        const id = plan.ids[k];
        if (generated[id] > 0 || !plan.emits[k] || state[id] >= State.finished) continue;
        if (!s.exits || exitAt(s, id) >= s.now) of(s, 'first-token', id, s.now);
      }
    },
    left(s, id, at) {
      const state = s.requests.state[id];
      of(s, state === State.finished ? 'finished' : state === State.aborted ? 'aborted' : 'rejected', id, at);
    },
    idle: (s, from) => tell({ kind: 'idle', at: from, until: s.now }),
  };
}

/**
 * The events of an episode under the engine's own scheduler, until it is over. Cold: every subscriber has an engine of its own,
 * made from the setup, or forked from an engine, which stays where it is. A piece of a chunk is a turn. The setup's
 * recorders look on; those that keep what they see (metrics) are for one subscription.
 */
export const events$ = <R = EngineEvent>(
  of: Setup | Engine,
  options: ChunkOptions<EngineEvent, R> = {},
): Observable<R> =>
  chunked(() => {
    let out: (event: EngineEvent) => void = () => {};
    const recorder = eventRecorder((event) => out(event));
    const engine =
      'replica' in of
        ? fork(of, { recorders: [recorder] })
        : createEngine({ ...of, recorders: [...(of.recorders ?? []), recorder] });
    return {
      advance(tell) {
        out = tell;
        if (!toTurn(engine)) return false;
        act(engine);
        return true;
      },
      close() {},
    };
  }, options);
