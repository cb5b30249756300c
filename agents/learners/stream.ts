/** A training as an RxJS stream. */
import { Observable } from 'rxjs';
import type { Agent } from './agent.js';
import type { Learner, LearnOptions, LearnProgress, MakeEnv } from './learner.js';

/** How far a training is after an iteration, and what it has learned so far. */
export interface TrainStep extends LearnProgress {
  readonly agent: Agent;
}

/**
 * Each iteration of any learner on any environment; the last one has the trained agent. Cold: each subscriber trains anew, with
 * environments of its own. Unsubscribing breaks the training off. Errors of learner and environment are errors of the stream.
 */
export const train$ = <Options extends LearnOptions>(
  learn: Learner<Options>,
  makeEnv: MakeEnv,
  options: Options,
): Observable<TrainStep> =>
  new Observable((subscriber) => {
    const controller = new AbortController();
    const { signal } = controller;
    let progress: LearnProgress;
    learn(makeEnv, {
      ...options,
      signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal,
      onProgress(at) {
        progress = at;
        options.onProgress?.(at);
      },
      async between(agent, state) {
        subscriber.next({ ...progress, spent: { ...progress.spent }, agent });
        return options.between?.(agent, state) ?? true;
      },
    }).then(
      () => subscriber.complete(),
      (error) => subscriber.error(error),
    );
    return () => controller.abort();
  });
