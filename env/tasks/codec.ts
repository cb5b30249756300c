/** How an agent stands in for a scheduler: a view becomes an observation, an action becomes a decision. */
import type { Space } from '../gym/spaces/space.js';
import type { BatchDecision, Episode, ReplicaView, Scheduler } from '../serving/policy.js';

/**
 * One codec serves one episode at a time. What it remembers lies in columns and cells of the episode, so that it is forked
 * with the engine. `frame` says which observation is meant: an agent may be shown one that is some questions old, and its
 * answer is then about the requests that were shown there.
 */
export interface Codec<O = unknown, A = unknown, B = unknown> {
  readonly observationSpace: Space<O, B>;
  readonly actionSpace: Space<A>;
  /** Actions that a mask tells of; 0: no masks. */
  readonly maskWidth: number;
  /** Of a Discrete of courses: the one that leaves the heuristic as it is. */
  readonly neutral?: number;
  /** Of a Discrete of requests: the one that takes none of them. */
  readonly idle?: number;
  /** As a scheduler's. */
  readonly scope?: Scheduler['scope'];
  /** Once an episode. @param frames observations to remember, at least 1 */
  reset(episode: Episode, frames: number): void;
  /** Called in every turn, first: whether the agent is asked in it. */
  asks(view: ReplicaView): boolean;
  /** Writes what the agent sees to a row of a batch of observations, and remembers it as `frame`. */
  observe(view: ReplicaView, into: B, row: number, frame: number): void;
  /** Ids of who stands in which slot of `frame`, −1 in an empty one; of codecs with slots. */
  shown?(frame: number): Int32Array;
  /** Writes 1 for each legal answer to `frame`, 0 for others. */
  mask?(view: ReplicaView, into: Uint8Array, from: number, frame: number): void;
  /** Takes the answer to `frame`. @returns true if there is another question before the engine goes on */
  take(view: ReplicaView, action: A, frame: number): boolean;
  /** Writes the decision of a turn, by the answers so far. */
  decide(view: ReplicaView, out: BatchDecision): void;
  /** As a scheduler's. */
  readonly writeLate?: Scheduler['writeLate'];
}

/** Who answers: writes an action for the observation in row 0 of `observation`. Allocates nothing if it can be helped. */
export interface Agent<A = unknown, B = unknown> {
  readonly name: string;
  /** Forgets the last episode. */
  reset?(): void;
  /** @param mask of the legal actions; null: all are */
  act(observation: B, mask: Uint8Array | null): A;
}

/** An agent behind a codec, as a scheduler like any other. */
export function asPolicy<O, A, B>(make: () => Agent<A, B>, codec: () => Codec<O, A, B>): () => Scheduler {
  return () => {
    const agent = make();
    const own = codec();
    const seen = own.observationSpace.createBatch(1);
    const mask = own.maskWidth > 0 ? new Uint8Array(own.maskWidth) : null;
    return {
      name: agent.name,
      ...(own.scope && { scope: own.scope }),
      reset(episode) {
        own.reset(episode, 1);
        agent.reset?.();
      },
      decide(view, out) {
        if (own.asks(view)) {
          let more = true;
          while (more) {
            own.observe(view, seen, 0, 0);
            if (mask) own.mask?.(view, mask, 0, 0);
            more = own.take(view, agent.act(seen, mask), 0);
          }
        }
        own.decide(view, out);
      },
    };
  };
}
