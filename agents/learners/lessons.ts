/**
 * Lessons in order: what an agent would be shown of everyone who is here, and how an expert ranks them at that moment.
 *
 * Whoever acts decides which moments are met; the expert only looks on. A clairvoyant expert reads true lengths where others read beliefs:
 * what it teaches cannot be seen in the observation.
 */
import { createEngine, type Engine, run, type Setup } from '../../env/serving/engine.js';
import type { Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { type AskingOptions, createAsking } from '../../env/tasks/asking.js';
import { createFeatures, ENGINE_FEATURES, REQUEST_FEATURES } from '../../env/tasks/features.js';
import { createOpinions } from '../../env/tasks/opinions.js';
import { privileged } from '../../env/tasks/privileged.js';

export interface Lesson {
  /** Features of each request [n × 16], oldest first, and of the engine [10] (`env/tasks/features.ts`). */
  readonly requests: Float32Array;
  readonly engine: Float32Array;
  /** The expert's rank of each, lowest first [n]. */
  readonly rank: Float64Array;
}

export interface LessonOptions extends AskingOptions {
  readonly expert: () => Scheduler;
  /** It knows how long each answer will be [false]. */
  readonly clairvoyant?: boolean;
  /** One question in so many becomes a lesson [4]. */
  readonly thin?: number;
}

/** Plays an episode to its end under the setup's own scheduler. Moments with fewer than two requests teach nothing. */
export function lessonsOf(setup: Setup, options: LessonOptions): Lesson[] {
  const lessons: Lesson[] = [];
  const acting = setup.scheduler;
  if (!acting) throw new Error('lessons: nobody acts, expected a setup with a scheduler');
  let engine: Engine | null = null;
  const truth = (): ReturnType<typeof privileged> => privileged(engine as Engine);
  engine = createEngine({
    ...setup,
    scheduler: () => overlooked(acting(), options, truth, (lesson) => lessons.push(lesson)),
  });
  run(engine);
  return lessons;
}

/** `inner` as it is, while the expert is heard. */
function overlooked(
  inner: Scheduler,
  { expert, clairvoyant = false, thin = 4, ...asks }: LessonOptions,
  truth: () => ReturnType<typeof privileged>,
  tell: (lesson: Lesson) => void,
): Scheduler {
  let asking: ReturnType<typeof createAsking>;
  let features: ReturnType<typeof createFeatures>;
  let opinions: ReturnType<typeof createOpinions>;
  let beliefs: Episode['beliefs'];
  let length: Float64Array;
  let budget = 0;
  let questions = 0;

  function teach(view: ReplicaView): void {
    const ids = Array.from({ length: view.live.n }, (_, k) => view.live.ids[k]).sort((a, b) => a - b);
    const requests = new Float32Array(ids.length * REQUEST_FEATURES);
    const engine = new Float32Array(ENGINE_FEATURES);
    features.requests(view, ids, ids.length, requests, 0);
    features.engine(view, engine, 0);
    tell({ requests, engine, rank: Float64Array.from(ids, (r) => opinions.rank[r]) });
  }

  return {
    ...inner,
    reset(episode) {
      inner.reset?.(episode);
      asking = createAsking(episode, asks);
      features = createFeatures(episode);
      budget = episode.rules.tokenBudget;
      length = episode.column(Float64Array);
      const certain = episode.column(Float64Array);
      beliefs = clairvoyant ? { ...episode.beliefs, length, lengthSpread: certain, quantiles: [] } : episode.beliefs;
      opinions = createOpinions({ ...episode, beliefs }, expert);
    },
    decide(view, out) {
      inner.decide(view, out);
      features.follow(view);
      if (clairvoyant) {
        const { ids, outputTokens } = truth();
        for (let k = 0; k < ids.length; k++) length[ids[k]] = outputTokens[k];
      }
      opinions.tokenBudget = budget;
      opinions.ask({ ...view, beliefs }, opinions);
      if (asking.due(view)) {
        if (view.live.n > 1 && questions++ % thin === 0) teach(view);
        features.asked(view);
      }
      asking.wake(out);
    },
  };
}
