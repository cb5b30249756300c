/** Rules about where episodes begin and end, and about closing. */
import type { Env } from '../../env.js';
import type { Rule, Subject } from '../rule.js';
import { actionLuck, ended, legalAction, type Moment, play } from '../values.js';

/** Plays until an end of that kind; null if there is none in the steps there are. */
function playUntil(subject: Subject, over: (moment: Moment) => boolean): Moment | null {
  for (const moment of play(subject, subject.steps)) if (over(moment)) return moment;
  return null;
}

const episodesEnd: Rule = {
  name: 'episodes-end',
  sentence: 'Episodes end: step says terminated or truncated some time.',
  level: 'warning',
  *check(subject) {
    const limit = subject.env.spec?.maxEpisodeSteps ?? null;
    if (limit !== null && limit > subject.steps) return;
    if (playUntil(subject, ended) === null) yield `${subject.steps} steps of legal actions did not`;
  },
};

/** Whether a step is taken where none may be. */
function steps(env: Env, action: unknown): boolean {
  try {
    env.step(action as never);
    return true;
  } catch {
    return false;
  }
}

const afterEnd: Rule = {
  name: 'after-end',
  sentence: 'After terminated, step throws until the next reset.',
  level: 'warning',
  *check(subject) {
    const last = playUntil(subject, ({ terminated }) => terminated);
    if (last !== null && steps(subject.env, last.action)) yield 'it went on';
  },
};

const beforeReset: Rule = {
  name: 'before-reset',
  sentence: 'Before the first reset, step throws.',
  level: 'warning',
  *check(subject) {
    const env = subject.fresh();
    if (env === null) return;
    if (steps(env, legalAction(subject.env, subject.env.reset()[1], actionLuck(subject)))) yield 'it did not';
    env.close();
  },
};

const closeTwice: Rule = {
  name: 'close-twice',
  sentence: 'close may be called twice.',
  level: 'error',
  *check({ env }) {
    env.close();
    try {
      env.close();
    } catch (error) {
      yield `the second time it threw: ${(error as Error).message}`;
    }
  },
};

export const episodeRules: readonly Rule[] = [episodesEnd, afterEnd, beforeReset];
export const closeRules: readonly Rule[] = [closeTwice];
