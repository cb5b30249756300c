/**
 * An environment under a policy as RxJS streams. They are cold, and nothing is made while nobody listens; steps are made
 * synchronously, `chunk` in a row, and between chunks timers and input have their turn. Errors of the environment and of
 * the policy are errors of the stream; the environment is closed with it, whatever its end.
 */
import type { Observable } from 'rxjs';
import { type ChunkOptions, chunked } from '../chunked.js';
import type { Env, Info, ResetOptions } from './env.js';
import type { Policy } from './policy.js';

/** A transition. */
export interface Step<O = unknown, A = unknown> {
  /** From 0. */
  readonly episode: number;
  /** From 0 in its episode. */
  readonly step: number;
  /** What the policy saw, and what it did. */
  readonly observation: O;
  readonly action: A;
  /** What came of it. */
  readonly reward: number;
  readonly next: O;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

/** An episode that ended. */
export interface Episode {
  /** From 0. */
  readonly episode: number;
  /** Sum of its rewards, undiscounted. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** Of its last step. */
  readonly info: Info;
}

/** Seed and options are those of the first reset; later episodes go on with the environment's random stream. */
export type StreamOptions<T, R = T> = ResetOptions & ChunkOptions<T, R>;

/** One environment, for one subscription; or a function that makes one for each. */
export type EnvSource<O, A, B> = Env<O, A, B> | (() => Env<O, A, B>);

/** Every step of one episode after another, without end. */
export const steps$ = <O, A, B, R = Step<O, A>>(
  env: EnvSource<O, A, B>,
  policy: Policy<O, A>,
  options: StreamOptions<Step<O, A>, R> = {},
): Observable<R> =>
  chunked(() => {
    const { play, close } = open(env, policy, options);
    return {
      advance(tell) {
        tell(play());
        return true;
      },
      close,
    };
  }, options);

/** The steps of one episode. */
export const rollout$ = <O, A, B, R = Step<O, A>>(
  env: EnvSource<O, A, B>,
  policy: Policy<O, A>,
  options: StreamOptions<Step<O, A>, R> = {},
): Observable<R> =>
  chunked(() => {
    const { play, close } = open(env, policy, options);
    return {
      advance(tell) {
        const step = play();
        tell(step);
        return !(step.terminated || step.truncated);
      },
      close,
    };
  }, options);

/** Every episode when it ends, without end. A piece of a chunk is a step here, too. */
export const episodes$ = <O, A, B, R = Episode>(
  env: EnvSource<O, A, B>,
  policy: Policy<O, A>,
  options: StreamOptions<Episode, R> = {},
): Observable<R> =>
  chunked(() => {
    const { play, close } = open(env, policy, options);
    let sum = 0;
    return {
      advance(tell) {
        const { episode, step, reward, terminated, truncated, info } = play();
        sum += reward;
        if (terminated || truncated) {
          tell({ episode, return: sum, length: step + 1, terminated, truncated, info });
          sum = 0;
        }
        return true;
      },
      close,
    };
  }, options);

/** Environments that a stream has had: it has closed them, or will. */
const taken = new WeakSet<object>();

function open<O, A, B>(source: EnvSource<O, A, B>, policy: Policy<O, A>, { seed, options }: ResetOptions) {
  const env = typeof source === 'function' ? source() : source;
  if (taken.has(env))
    throw new Error('this environment belongs to an earlier subscription, expected a function that makes one for each');
  taken.add(env);
  let observation: O;
  let info: Info;
  let episode = -1;
  let step = -1;
  return {
    close: () => env.close(),
    play(): Step<O, A> {
      if (step < 0) {
        [observation, info] = env.reset(++episode === 0 ? { seed: seed ?? null, options: options ?? null } : {});
      }
      const seen = observation;
      const action = policy(seen, info, env as Env<O, A>);
      const [next, reward, terminated, truncated, after] = env.step(action);
      observation = next;
      info = after;
      step++;
      const made = { episode, step, observation: seen, action, reward, next, terminated, truncated, info };
      if (terminated || truncated) step = -1;
      return made;
    },
  };
}
