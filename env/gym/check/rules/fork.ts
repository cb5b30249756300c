/** Rules about `fork`. */
import { isDeepStrictEqual } from 'node:util';
import type { Env } from '../../env.js';
import type { Rule, Subject } from '../rule.js';
import { actionLuck, ended, legalAction, type Moment, ofReset, ofStep, play, snapshot } from '../values.js';

/** Steps before the fork, and after it. */
const BEFORE = 5;
const AFTER = 30;

/** Plays on from where the environment stands until the episode ends. */
function future(subject: Subject, env: Env, last: Moment): Moment[] {
  const random = actionLuck(subject);
  const moments: Moment[] = [];
  for (let now = last; moments.length < AFTER && !ended(now); ) {
    const action = legalAction(env, now.info, random);
    now = ofStep(action, env.step(action as never));
    moments.push(snapshot(now));
  }
  return moments;
}

/** Brings the environment to the middle of an episode. */
function middle(subject: Subject): Moment {
  let last: Moment | undefined;
  for (const moment of play(subject, BEFORE)) last = moment;
  if (last === undefined || ended(last)) last = ofReset(subject.env.reset());
  return last;
}

const forkFuture: Rule = {
  name: 'fork-future',
  sentence: 'A fork has the same future: the same actions give the same results.',
  level: 'error',
  *check(subject) {
    const { env } = subject;
    if (!env.fork) return;
    const now = middle(subject);
    const twin = env.fork();
    if (!isDeepStrictEqual(future(subject, twin, now), future(subject, env, now))) yield 'its future differs';
  },
};

const forkApart: Rule = {
  name: 'fork-apart',
  sentence: 'What happens to a fork does not happen to the original.',
  level: 'error',
  *check(subject) {
    const { env } = subject;
    if (!env.fork) return;
    const alone = future(subject, env, middle(subject));
    const now = middle(subject);
    const twin = env.fork();
    future(subject, twin, now);
    twin.reset();
    if (!isDeepStrictEqual(future(subject, env, now), alone)) yield 'the original goes on otherwise';
  },
};

export const forkRules: readonly Rule[] = [forkFuture, forkApart];
