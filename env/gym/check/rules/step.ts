/** Rules about what `step` returns. */
import type { Env } from '../../env.js';
import { wrongFive, wrongFlag, wrongInfo, wrongObservation, wrongReward } from '../results.js';
import type { Rule, Subject } from '../rule.js';
import { actionLuck, legalAction, type Moment, play } from '../values.js';

/** Steps in which values are looked at. */
const LOOKS = 200;

export const stepFive: Rule = {
  name: 'step-five',
  sentence: 'step returns [observation, reward, terminated, truncated, info].',
  level: 'error',
  *check(subject) {
    const { env, seed } = subject;
    const [, info] = env.reset({ seed });
    const told = wrongFive(resultOf(env, legalAction(env, info, actionLuck(subject))));
    if (told !== null) yield told;
  },
};

/** What `step` returns; five of anything if it throws, which another rule is about. */
function resultOf(env: Env, action: unknown): unknown {
  try {
    return env.step(action as never);
  } catch {
    return new Array(5);
  }
}

/** A rule about the moments of a roll-out. */
const momentRule = (
  name: string,
  sentence: string,
  wrong: (subject: Subject, moment: Moment) => string | null,
): Rule => ({
  name,
  sentence,
  level: 'error',
  *check(subject) {
    let step = 0;
    for (const moment of play(subject, Math.min(LOOKS, subject.steps))) {
      const told = moment.action === undefined ? null : wrong(subject, moment);
      if (told !== null) yield `in step ${step} ${told}`;
      step += moment.action === undefined ? 0 : 1;
    }
  },
});

const truncatedAtOnce: Rule = {
  name: 'truncated-at-once',
  sentence: 'An episode is not truncated by its first step.',
  level: 'error',
  *check(subject) {
    const [, first] = play(subject, 1);
    if (first.truncated) yield 'it is';
  },
};

export const stepRules: readonly Rule[] = [
  momentRule('step-observation', 'Observations that step returns are in the observation space.', ({ env }, m) =>
    wrongObservation(env, m.observation),
  ),
  momentRule('reward', 'A reward is a finite number.', (_subject, m) => wrongReward(m.reward)),
  momentRule(
    'flags',
    'terminated and truncated are booleans.',
    (_subject, m) => wrongFlag('terminated', m.terminated) ?? wrongFlag('truncated', m.truncated),
  ),
  momentRule('step-info', 'The info that step returns is an object.', (_subject, m) => wrongInfo(m.info)),
  truncatedAtOnce,
];
