/** Rules about actions: the legal ones are carried out, all others refused. */
import { isDeepStrictEqual } from 'node:util';
import type { Env, Info } from '../../env.js';
import { isBox } from '../../spaces/box.js';
import { isDiscrete } from '../../spaces/discrete.js';
import { kindOf } from '../../spaces/kind-of.js';
import type { Space } from '../../spaces/space.js';
import type { Rule, Subject } from '../rule.js';
import { actionLuck, ended, legalAction, maskNow, ofReset, ofStep, snapshot } from '../values.js';

/** States in which every legal action is tried: after so many steps. */
const DEPTHS = [0, 2, 7];
/** Actions tried in a state at most. */
const MOST = 2048;

/** Brings the environment to the same state each time. @returns the info there; null if the episode ends before */
function advance(subject: Subject, steps: number): Info | null {
  const { env, seed } = subject;
  const random = actionLuck(subject);
  let last = ofReset(env.reset({ seed }));
  for (let k = 0; k < steps; k++) {
    const action = legalAction(env, last.info, random);
    last = ofStep(action, env.step(action as never));
    if (ended(last)) return null;
  }
  return last.info;
}

/** All actions that are legal now if they can be counted, else some, the corners of a Box among them. */
function legalActions(subject: Subject, info: Info): unknown[] {
  const { env } = subject;
  const space: Space = env.actionSpace;
  if (isDiscrete(space)) {
    const { n, start } = space;
    const mask = maskNow(env, info) as Uint8Array | undefined;
    const all = Array.from({ length: Math.min(n, MOST) }, (_, k) => k);
    return all.filter((k) => mask === undefined || mask[k] === 1).map((k) => start + k);
  }
  const random = actionLuck(subject);
  const some = Array.from({ length: 20 }, () => legalAction(env, info, random));
  const corners = isBox(space) ? [space.low.slice(), space.high.slice()] : [];
  return [...corners.filter((corner) => space.contains(corner)), ...some];
}

export const legalAccepted: Rule = {
  name: 'legal-accepted',
  sentence: 'Every legal action is carried out.',
  level: 'error',
  *check(subject) {
    for (const depth of DEPTHS) {
      const info = advance(subject, depth);
      if (info === null) return;
      for (const action of legalActions(subject, info)) {
        advance(subject, depth);
        try {
          subject.env.step(action as never);
        } catch (error) {
          yield `after ${depth} steps it threw for ${kindOf(action)}: ${(error as Error).message}`;
        }
      }
    }
  },
};

/** Things that are no action, though some look like one. */
function outsiders(space: Space): unknown[] {
  const tries: unknown[] = [undefined, null, 'go', Number.NaN, -1, 0.5, 999, [], {}];
  if (isDiscrete(space)) tries.push(space.start - 1, space.start + space.n, space.start + 0.5, String(space.start));
  if (isBox(space)) {
    const { low, high } = space;
    tries.push(
      high.map((x) => x + 1),
      low.map(() => Number.NaN),
      low.slice(1),
    );
  }
  return tries.filter((action) => !space.contains(action));
}

const outsidersRefused: Rule = {
  name: 'outsiders-refused',
  sentence: 'step throws for what is not in the action space.',
  level: 'warning',
  *check(subject) {
    const { env } = subject;
    const accepted = outsiders(env.actionSpace).filter((action) => {
      advance(subject, 1);
      return carriesOut(env, action);
    });
    if (accepted.length > 0) yield `it accepts ${accepted.map(kindOf).join(', ')}`;
  },
};

function carriesOut(env: Env, action: unknown): boolean {
  try {
    env.step(action as never);
    return true;
  } catch {
    return false;
  }
}

const refusalHarmless: Rule = {
  name: 'refusal-harmless',
  sentence: 'After a refused action everything is as it was before it.',
  level: 'error',
  *check(subject) {
    const { env } = subject;
    if (env.spec?.nondeterministic) return;
    /** What a legal step gives, after a refused one if there is one. */
    const stepAfter = (refused?: readonly [unknown]): unknown => {
      const info = advance(subject, 1);
      if (info === null || (refused && carriesOut(env, refused[0]))) return null;
      return snapshot(env.step(legalAction(env, info, actionLuck(subject)) as never));
    };
    const expected = stepAfter();
    for (const action of outsiders(env.actionSpace)) {
      const given = stepAfter([action]);
      if (given !== null && !isDeepStrictEqual(given, expected)) yield `it is not after ${kindOf(action)}`;
    }
  },
};

export const actionRules: readonly Rule[] = [outsidersRefused, refusalHarmless];
