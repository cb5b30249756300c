/** One choice for everyone at a time: which of a few courses is taken from now on. */
import { box } from '../gym/spaces/box.js';
import { discrete } from '../gym/spaces/discrete.js';
import type { BatchDecision, Episode, ReplicaView } from '../serving/policy.js';
import { type Asking, type AskingOptions, createAsking } from './asking.js';
import type { Codec } from './codec.js';
import { SEEN } from './observation.js';
import { createQueueFeatures, QUEUE_FEATURES, type QueueFeatures } from './queue-features.js';

/** What choices do, in one episode. */
export interface Courses {
  /** Writes the decision of a turn under a choice. @param changed it is another one than in the last turn */
  decide(view: ReplicaView, choice: number, changed: boolean, out: BatchDecision): void;
}

export interface ChoiceOptions extends AskingOptions {
  /** How many choices there are. */
  readonly count: number;
  /** The one that holds until the first answer: the heuristic's own. */
  readonly first: number;
  readonly scope: 'changed' | 'all';
  start(episode: Episode): Courses;
}

/** Observation: 20 numbers (`queue-features.ts`). Action: a choice, which holds until the next question. */
export function choiceCodec(options: ChoiceOptions): () => Codec<Float32Array, number, Float32Array> {
  const { count, first, scope, start } = options;
  const observationSpace = box(-SEEN, SEEN, { shape: [QUEUE_FEATURES], dtype: 'float32' });
  const actionSpace = discrete(count);
  return () => {
    let asking: Asking;
    let features: QueueFeatures;
    let courses: Courses;
    let held: Int32Array; // the choice, and the one of the last turn
    return {
      observationSpace,
      actionSpace,
      maskWidth: count,
      neutral: first,
      scope,
      reset(episode) {
        asking = createAsking(episode, options);
        features = createQueueFeatures(episode);
        courses = start(episode);
        held = episode.cells(Int32Array, 2);
        held.fill(first);
      },
      asks(view) {
        features.follow(view);
        return asking.due(view);
      },
      observe(view, into, row) {
        features.write(view, into, row * QUEUE_FEATURES);
      },
      mask(_view, into, from) {
        into.fill(1, from, from + count);
      },
      take(_view, action) {
        held[0] = action;
        return false;
      },
      decide(view, out) {
        courses.decide(view, held[0], held[0] !== held[1], out);
        held[1] = held[0];
        asking.wake(out);
      },
    };
  };
}
