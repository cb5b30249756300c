/** Rules about staleness: what was handed out is the caller's to keep. */
import { isDeepStrictEqual } from 'node:util';
import type { Rule, Subject } from '../rule.js';
import { type Moment, play, shares, snapshot } from '../values.js';

/** Steps whose results are kept and looked at again. */
const KEPT = 50;

/** What is handed out, by name. */
interface Handed {
  readonly call: string;
  readonly observation: unknown;
  readonly info: unknown;
  readonly mask: unknown;
}

function handed(subject: Subject, steps: number): Handed[] {
  const { env } = subject;
  const all: Handed[] = [];
  const name = ({ action }: Moment, k: number): string => `${action === undefined ? 'reset' : 'step'} (call ${k})`;
  const add = (moment: Moment): void => {
    const { observation, info } = moment;
    all.push({ call: name(moment, all.length), observation, info, mask: env.actionMasks?.() });
  };
  for (const moment of play(subject, steps)) add(moment);
  const [observation, info] = env.reset();
  all.push({ call: `reset (call ${all.length})`, observation, info, mask: env.actionMasks?.() });
  return all;
}

/** A rule about two calls near each other. */
const pairRule = (name: string, sentence: string, shared: (a: Handed, b: Handed) => boolean): Rule => ({
  name,
  sentence,
  level: 'error',
  *check(subject) {
    const calls = handed(subject, 2);
    for (const [k, a] of calls.entries()) {
      const b = calls.slice(k + 1).find((later) => shared(a, later));
      if (b) yield `those of ${a.call} and ${b.call} are the same memory`;
    }
  },
});

const handedStays: Rule = {
  name: 'handed-stays',
  sentence: 'Observations, infos and masks that were handed out do not change later.',
  level: 'error',
  *check(subject) {
    const kept: { step: number; was: Moment; is: Moment }[] = [];
    let calls = 0;
    for (const moment of play(subject, Math.min(KEPT, subject.steps)))
      kept.push({ step: calls++, was: snapshot(moment), is: moment });
    for (const { step, was, is } of kept) {
      const field = (['observation', 'info'] as const).find((name) => !isDeepStrictEqual(was[name], is[name]));
      if (field) yield `the ${field} of call ${step} did`;
    }
  },
};

export const reuseRules: readonly Rule[] = [
  pairRule('observations-fresh', 'No two calls hand out the same memory as observation.', (a, b) =>
    shares(a.observation, b.observation),
  ),
  pairRule('infos-fresh', 'Every call hands out an info of its own.', (a, b) => a.info === b.info),
  pairRule('masks-fresh', 'No two calls hand out the same memory as mask.', (a, b) =>
    shares([a.mask, maskIn(a)], [b.mask, maskIn(b)]),
  ),
  handedStays,
];

const maskIn = ({ info }: Handed): unknown => (info as { action_mask?: unknown }).action_mask;
