/** Rules about time: how long a step took in the environment's own time is what learners discount by. */
import { isObject } from '../../json.js';
import { kindOf } from '../../spaces/kind-of.js';
import { playInto } from '../columns.js';
import type { Rule, Subject } from '../rule.js';
import { type Moment, play } from '../values.js';

/** Calls that are looked at. */
const LOOKS = 500;

/** What the calls said of time: columns where there are any, and infos. */
interface Timed {
  readonly moment: Moment;
  readonly elapsed: number | undefined;
  readonly told: unknown;
  readonly clock: unknown;
}

function timed(subject: Subject): Timed[] {
  const moments = [...play(subject, Math.min(LOOKS, subject.steps))];
  const out = playInto(subject, moments);
  return moments.map((moment, row) => ({
    moment,
    elapsed: out?.elapsed[row],
    told: isObject(moment.info) ? moment.info.elapsed : undefined,
    clock: isObject(moment.info) ? moment.info.time : undefined,
  }));
}

const isTime = (time: unknown): time is number => Number.isFinite(time) && (time as number) >= 0;

const elapsedNumber: Rule = {
  name: 'elapsed',
  sentence: 'elapsed is a finite number, 0 or above.',
  level: 'error',
  *check(subject) {
    for (const [call, { elapsed, told }] of timed(subject).entries()) {
      if (elapsed !== undefined && !isTime(elapsed)) yield `it is ${elapsed} in call ${call}`;
      if (told !== undefined && !isTime(told)) yield `info.elapsed is ${kindOf(told)} in call ${call}`;
    }
  },
};

const elapsedReset: Rule = {
  name: 'elapsed-reset',
  sentence: 'A reset takes no time.',
  level: 'error',
  *check(subject) {
    for (const [call, { moment, elapsed, told }] of timed(subject).entries())
      if (moment.action === undefined && ((elapsed ?? 0) !== 0 || (told ?? 0) !== 0))
        yield `elapsed is ${kindOf(elapsed ?? told)} in call ${call}, which is one`;
  },
};

const elapsedAgrees: Rule = {
  name: 'elapsed-agrees',
  sentence: 'info.elapsed says what the column says.',
  level: 'error',
  *check(subject) {
    for (const [call, { elapsed, told }] of timed(subject).entries())
      if (elapsed !== undefined && told !== undefined && elapsed !== told)
        yield `it says ${kindOf(told)} in call ${call}, the column ${elapsed}`;
  },
};

const timePasses: Rule = {
  name: 'time-passes',
  sentence: 'elapsed is 0 only where nothing passed: not in every step of an episode, and not where info.time moved.',
  level: 'error',
  *check(subject) {
    const calls = timed(subject);
    const spans = calls.map(({ elapsed, told }) => elapsed ?? (told as number | undefined));
    const steps = calls.filter(({ moment }) => moment.action !== undefined);
    if (steps.length > 0 && spans.every((span) => span === 0)) yield `it is 0 in ${steps.length} steps`;
    for (let call = 1; call < calls.length; call++) {
      const [before, now] = [calls[call - 1].clock, calls[call].clock];
      if (calls[call].moment.action === undefined || !isTime(before) || !isTime(now)) continue;
      const span = spans[call] ?? 0;
      if (Math.abs(now - before - span) > 1e-6 * Math.max(1, now))
        yield `elapsed is ${span} in call ${call}, info.time moved by ${now - before}`;
    }
  },
};

export const timeRules: readonly Rule[] = [elapsedNumber, elapsedReset, elapsedAgrees, timePasses];
