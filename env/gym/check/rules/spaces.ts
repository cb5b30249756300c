/** Rules about spaces: what is legal in them but probably not meant, and that they survive JSON. */
import { isDeepStrictEqual } from 'node:util';
import { stream } from '../../../random.js';
import { isBox } from '../../spaces/box.js';
import { isDict } from '../../spaces/dict.js';
import { spaceFromJson } from '../../spaces/from-json.js';
import type { Space } from '../../spaces/space.js';
import { isTuple } from '../../spaces/tuple.js';
import type { Rule, Subject } from '../rule.js';

/** Both spaces and all spaces inside them, with names. */
function* allSpaces({ env }: Subject): Generator<[name: string, space: Space]> {
  yield* inside('the observation space', env.observationSpace);
  yield* inside('the action space', env.actionSpace);
}

function* inside(name: string, space: Space): Generator<[string, Space]> {
  yield [name, space];
  const parts = isDict(space) || isTuple(space) ? Object.entries<Space>(space.spaces) : [];
  for (const [key, part] of parts) yield* inside(`${name}.${key}`, part);
}

function* boxes(subject: Subject): Generator<[name: string, low: number[], high: number[]]> {
  for (const [name, space] of allSpaces(subject)) {
    if (!isBox(space)) continue;
    const { boundedBelow, boundedAbove } = space;
    const low = Array.from(space.low, (bound, k) => (boundedBelow[k] ? bound : -Infinity));
    yield [name, low, Array.from(space.high, (bound, k) => (boundedAbove[k] ? bound : Infinity))];
  }
}

export const dictKeys: Rule = {
  name: 'dict-keys',
  sentence: 'A Dict space has keys.',
  level: 'error',
  *check(subject) {
    for (const [name, space] of allSpaces(subject))
      if (isDict(space) && space.keys.length === 0) yield `${name} has none`;
  },
};

const finiteBounds: Rule = {
  name: 'finite-bounds',
  sentence: 'Bounds of a Box are finite: learners scale by them.',
  level: 'warning',
  *check(subject) {
    for (const [name, low, high] of boxes(subject)) {
      const ends = [low.includes(-Infinity) && 'below', high.includes(Infinity) && 'above'].filter(Boolean);
      if (ends.length > 0) yield `${name} is unbounded ${ends.join(' and ')}`;
    }
  },
};

export const roomInside: Rule = {
  name: 'room-inside',
  sentence: 'Each coordinate of a Box may take more than one value.',
  level: 'warning',
  *check(subject) {
    for (const [name, low, high] of boxes(subject)) {
      const k = low.findIndex((bound, at) => bound === high[at]);
      if (k >= 0) yield `${name} has ${low[k]} as lowest and highest value of coordinate ${k}`;
    }
  },
};

const actionRange: Rule = {
  name: 'action-range',
  sentence: 'Actions of a Box are in [-1, 1] or [0, 1]: policies begin with numbers of that size.',
  level: 'warning',
  *check(subject) {
    for (const [name, low, high] of boxes(subject)) {
      if (!name.startsWith('the action space')) continue;
      const k = low.findIndex((bound, at) => high[at] !== 1 || (bound !== -1 && bound !== 0));
      if (k >= 0) yield `${name} has [${low[k]}, ${high[k]}] at coordinate ${k}`;
    }
  },
};

const spaceSample: Rule = {
  name: 'space-sample',
  sentence: 'What a space samples is in the space.',
  level: 'error',
  *check(subject) {
    const random = stream(subject.seed, 'samples');
    for (const [name, space] of allSpaces(subject)) {
      for (let k = 0; k < 10; k++) if (!space.contains(space.sample({ random }))) yield `that of ${name} is not`;
    }
  },
};

const spaceJson: Rule = {
  name: 'space-json',
  sentence: 'A space and its values survive the way through JSON.',
  level: 'error',
  *check(subject) {
    const random = stream(subject.seed, 'samples');
    for (const [name, space] of allSpaces(subject)) {
      const back = spaceFromJson(JSON.parse(JSON.stringify(space)));
      if (!back.equals(space)) yield `${name} comes back as ${back}, was ${space}`;
      const value = space.sample({ random });
      const copy = back.valueFromJson(JSON.parse(JSON.stringify(space.valueToJson(value))));
      if (!isDeepStrictEqual(copy, value)) yield `a value of ${name} comes back as another`;
    }
  },
};

/** Rules that look at the declared spaces alone. */
export const spaceRules: readonly Rule[] = [dictKeys, finiteBounds, roomInside, actionRange];

/** Rules that draw from them. */
export const sampleRules: readonly Rule[] = [spaceSample, spaceJson];
