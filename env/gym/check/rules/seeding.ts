/** Rules about luck: the same seed gives the same episode, another seed another one. */
import { isDeepStrictEqual } from 'node:util';
import type { Seed } from '../../../random.js';
import type { Env } from '../../env.js';
import { kindOf } from '../../spaces/kind-of.js';
import type { Rule, Subject } from '../rule.js';
import { difference, type Moment, play, snapshot } from '../values.js';

/** Steps that are compared. */
const COMPARED = 200;

/** The first observation, and the state of the random stream behind it. */
function begin(env: Env, seed?: Seed): { observation: unknown; state: number[] } {
  const [observation] = env.reset(seed === undefined ? undefined : { seed });
  return { observation: snapshot(observation), state: Array.from(env.random.state) };
}

const other = ({ seed }: Subject): Seed => `${seed} and another`;

const seedRepeats: Rule = {
  name: 'seed-repeats',
  sentence: 'reset with the same seed begins the same episodes.',
  level: 'error',
  *check({ env, seed }) {
    const [first, second] = [begin(env, seed), begin(env)];
    const [third, fourth] = [begin(env, seed), begin(env)];
    const pairs = [
      [first, third, 'the first'],
      [second, fourth, 'the second'],
    ] as const;
    for (const [a, b, which] of pairs) {
      if (!isDeepStrictEqual(a.observation, b.observation)) yield `${which} observation after it differs`;
      if (!isDeepStrictEqual(a.state, b.state)) yield `the random stream stands elsewhere at ${which} observation`;
    }
  },
};

const seedMatters: Rule = {
  name: 'seed-matters',
  sentence: 'reset with another seed begins another random stream.',
  level: 'error',
  *check(subject) {
    const { env, seed } = subject;
    if (isDeepStrictEqual(begin(env, seed).state, begin(env, other(subject)).state))
      yield `seeds ${kindOf(seed)} and ${kindOf(other(subject))} give the same`;
  },
};

const seedContinues: Rule = {
  name: 'seed-continues',
  sentence: 'reset without a seed goes on with the random stream, so that episodes differ.',
  level: 'warning',
  *check(subject) {
    const { env, seed } = subject;
    const one = [begin(env, seed), begin(env)];
    const two = [begin(env, other(subject)), begin(env)];
    if (!isDeepStrictEqual(one[0].state, two[0].state) && isDeepStrictEqual(one[1].state, two[1].state))
      yield 'it begins the same stream after two different seeds';
  },
};

const stepRepeats: Rule = {
  name: 'step-repeats',
  sentence: 'The same seed and the same actions give the same observations, rewards, flags, infos and random numbers.',
  level: 'error',
  *check(subject) {
    if (subject.env.spec?.nondeterministic) return;
    const [one, two] = [recorded(subject), recorded(subject)];
    for (const [k, moment] of one.entries()) {
      const again = two[k] ?? {};
      const field = Object.keys(moment).find((name) => !isDeepStrictEqual(at(moment, name), at(again, name)));
      if (field === undefined) continue;
      const [first, second] = difference(at(moment, field), at(again, field));
      yield `the ${field} differs in call ${k}: ${first}, then ${second}`;
      return;
    }
  },
};

const at = (moment: object, name: string): unknown => (moment as Record<string, unknown>)[name];

const recorded = (subject: Subject): (Moment & { 'random stream': number[] })[] =>
  Array.from(play(subject, Math.min(COMPARED, subject.steps)), (moment) => ({
    ...snapshot(moment),
    'random stream': Array.from(subject.env.random.state),
  }));

export const seedingRules: readonly Rule[] = [seedRepeats, seedMatters, seedContinues, stepRepeats];
