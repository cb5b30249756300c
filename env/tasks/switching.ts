/** Several schedulers, of which one at a time has the say. */
import type { Episode, ReplicaView, Scheduler } from '../serving/policy.js';
import type { Courses } from './choice-codec.js';
import { createOpinions } from './opinions.js';
import { relay } from './relay.js';

/**
 * The k-th course is to do what the k-th scheduler says. Each has columns of its own and finds there what it said last. Whoever takes
 * over is shown everyone, as on a first turn; while others have the say it is not asked, and its memory stands still.
 */
export function createSwitch(episode: Episode, makers: readonly (() => Scheduler)[]): Courses {
  const all = makers.map((make) => createOpinions(episode, make));
  return {
    decide(view, choice, changed, out) {
      const opinions = all[choice];
      opinions.ask(changed ? everyoneIn(view) : view, out);
      relay(opinions, view, out, changed);
    },
  };
}

const everyoneIn = (view: ReplicaView): ReplicaView => ({ ...view, changed: view.live });

/** The scope of whoever may become any of them. */
export const widestScope = (makers: readonly (() => Scheduler)[]): 'changed' | 'all' =>
  makers.some((make) => make().scope === 'all') ? 'all' : 'changed';

export interface Switching {
  readonly make: () => Scheduler;
  /** From the next turn on the k-th has the say. */
  choose(k: number): void;
}

/** A scheduler that can become another one while it serves: what a planner decides. The first begins. */
export function switching(makers: readonly (() => Scheduler)[]): Switching {
  let chosen = 0;
  let fresh = true;
  return {
    choose(k) {
      fresh ||= k !== chosen;
      chosen = k;
    },
    make() {
      let courses: Courses;
      return {
        name: `switching(${makers.map((make) => make().name).join(' | ')})`,
        scope: widestScope(makers),
        reset(episode) {
          courses = createSwitch(episode, makers);
        },
        decide(view, out) {
          courses.decide(view, chosen, fresh, out);
          fresh = false;
        },
      };
    },
  };
}
