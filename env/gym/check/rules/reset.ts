/** Rules about what `reset` returns and takes. */
import { wrongInfo, wrongObservation, wrongPair } from '../results.js';
import type { Rule, Subject } from '../rule.js';

/** A rule about the result of a first and a second reset. */
const resultRule = (
  name: string,
  sentence: string,
  wrong: (subject: Subject, result: unknown) => string | null,
): Rule => ({
  name,
  sentence,
  level: 'error',
  *check(subject) {
    for (const how of [{ seed: subject.seed }, undefined]) {
      const told = wrong(subject, subject.env.reset(how));
      if (told !== null) yield told;
    }
  },
});

export const resetPair = resultRule('reset-pair', 'reset returns [observation, info].', (_subject, result) =>
  wrongPair(result),
);

const resetObservation = resultRule(
  'reset-observation',
  'The observation that reset returns is in the observation space.',
  ({ env }, result) => wrongObservation(env, (result as unknown[])[0]),
);

const resetInfo = resultRule('reset-info', 'The info that reset returns is an object.', (_subject, result) =>
  wrongInfo((result as unknown[])[1]),
);

const resetOptions: Rule = {
  name: 'reset-options',
  sentence: 'reset takes options, which may be empty or null.',
  level: 'error',
  *check({ env }) {
    for (const options of [{}, null]) {
      try {
        env.reset({ options });
      } catch (error) {
        yield `reset({ options: ${options === null ? 'null' : '{}'} }) threw: ${(error as Error).message}`;
      }
    }
  },
};

export const resetRules: readonly Rule[] = [resetObservation, resetInfo, resetOptions];
