/** A task in which a scheduler looks on: it has opinions in every turn, as if it had the say, and an agent can ask what they amount to. */

import { type DiscreteSpace, isDiscrete } from '../../env/gym/spaces/discrete.js';
import type { ReplicaView, Scheduler } from '../../env/serving/policy.js';
import type { Codec } from '../../env/tasks/codec.js';
import { createOpinions, type Opinions } from '../../env/tasks/opinions.js';
import type { Task } from '../../env/tasks/task.js';
import { type Adviser, advisers } from './advisers.js';

export interface Advised {
  /** The task, to be opened for one environment. */
  readonly task: Task;
  /** What the scheduler would answer to the open question. */
  advise(mask: Uint8Array | null): number;
}

/** @throws Error if its actions are no choices that a scheduler's opinions amount to */
export function advised(task: Task, make: () => Scheduler): Advised {
  const makeAdviser = advisers[task.id];
  if (!makeAdviser) throw new Error(`${task.id}: a scheduler's opinions do not amount to one of its actions`);
  /** Of the episode that was begun last. */
  let adviser: Adviser | null = null;
  let view: ReplicaView | null = null;

  /** The codec with an onlooker, which may wish to be asked sooner than the codec. */
  function onlooking(own: Codec): Codec {
    if (!isDiscrete(own.actionSpace)) throw new Error(`${task.id}: its actions are no choices here`);
    const { n } = own.actionSpace as DiscreteSpace;
    let opinions: Opinions;
    let its: Adviser;
    let tokenBudget = 0;
    return {
      ...own,
      reset(episode, frames) {
        own.reset(episode, frames);
        opinions = createOpinions(episode, make);
        tokenBudget = episode.rules.tokenBudget;
        its = adviser = makeAdviser(episode, opinions, n);
      },
      asks(now) {
        view = now;
        opinions.tokenBudget = tokenBudget;
        opinions.headroom = 0;
        opinions.ask(now, opinions);
        its.follow?.(now);
        return own.asks(now);
      },
      observe(now, into, row, frame) {
        own.observe(now, into, row, frame);
        its.shown?.(now);
      },
      take(now, action, frame) {
        its.taken?.(action as number);
        return own.take(now, action, frame);
      },
      decide(now, out) {
        own.decide(now, out);
        out.wakeIn = Math.min(out.wakeIn, opinions.wakeIn);
        out.wakeAt = Math.min(out.wakeAt, opinions.wakeAt);
      },
    };
  }

  return {
    task: {
      ...task,
      codec(parts, values) {
        const own = task.codec(parts, values);
        return () => onlooking(own());
      },
    },
    advise(mask) {
      if (adviser === null || view === null) throw new Error('nothing is under way: call reset() first');
      return adviser.advise(view, mask);
    },
  };
}
