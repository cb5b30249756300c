/** Rules about masks: which actions are legal, said in up to three places. */
import { isDeepStrictEqual } from 'node:util';
import { createColumns } from '../../columns.js';
import type { Env } from '../../env.js';
import { isObject } from '../../json.js';
import { kindOf } from '../../spaces/kind-of.js';
import { choicesOf, maskSize } from '../masks.js';
import type { Rule, Subject } from '../rule.js';
import { ended, type Moment, play } from '../values.js';

/** Steps in which masks are looked at. */
const LOOKS = 200;

interface Masked {
  readonly call: number;
  readonly moment: Moment;
  /** The masks that hold now, by the place that says them. */
  readonly masks: Readonly<Record<string, unknown>>;
}

function masksNow(env: Env, { info, observation }: Moment): Record<string, unknown> {
  const masks: Record<string, unknown> = {};
  if (env.actionMasks) masks['actionMasks()'] = env.actionMasks();
  if (isObject(info) && info.action_mask !== undefined) masks['info.action_mask'] = info.action_mask;
  if (env.observationSpace.type === 'Dict' && isObject(observation) && observation.action_mask !== undefined)
    masks['observation.action_mask'] = observation.action_mask;
  return masks;
}

function* masked(subject: Subject): Generator<Masked> {
  let call = 0;
  for (const moment of playUnmasked(subject)) yield { call: call++, moment, masks: masksNow(subject.env, moment) };
}

/** Wrong masks cannot be sampled with: then any actions will do, as long as they are carried out. */
function* playUnmasked(subject: Subject): Generator<Moment> {
  try {
    yield* play(subject, Math.min(LOOKS, subject.steps));
  } catch {
    // The moments so far are enough; other rules say what was thrown.
  }
}

const maskForm: Rule = {
  name: 'mask-form',
  sentence: 'A mask is an array of bytes with a 0 or 1 for each action.',
  level: 'error',
  *check(subject) {
    const size = maskSize(subject.env.actionSpace);
    for (const { call, masks } of masked(subject)) {
      for (const [place, mask] of Object.entries(masks)) {
        if (!(mask instanceof Uint8Array || mask instanceof Int8Array))
          yield `${place} is ${kindOf(mask)} in call ${call}`;
        else if (size !== null && mask.length !== size)
          yield `${place} tells of ${mask.length} actions in call ${call}, there are ${size}`;
        else if (mask.some((bit) => bit !== 0 && bit !== 1))
          yield `${place} holds ${mask.find((bit) => bit !== 0 && bit !== 1)} in call ${call}`;
      }
    }
  },
};

const maskLegal: Rule = {
  name: 'mask-legal',
  sentence: 'A mask allows at least one action until the episode ends.',
  level: 'error',
  *check(subject) {
    for (const { call, moment, masks } of masked(subject)) {
      if (ended(moment)) continue;
      for (const [place, mask] of Object.entries(masks))
        if (choicesOf(subject.env.actionSpace, mask as Uint8Array).some((choice) => !choice.includes(1)))
          yield `${place} allows none in call ${call}`;
    }
  },
};

const maskAgrees: Rule = {
  name: 'mask-agrees',
  sentence: 'Masks say the same in all their places, and in every call.',
  level: 'error',
  *check(subject) {
    let told: readonly string[] | null = null;
    for (const { call, masks } of masked(subject)) {
      const places = Object.keys(masks);
      told ??= places;
      if (!isDeepStrictEqual(places, told))
        yield `${told.join(', ') || 'nothing'} told of them first, ${places.join(', ') || 'nothing'} in call ${call}`;
      const [first, ...others] = places;
      const other = others.find((place) => !isDeepStrictEqual(bytes(masks[place]), bytes(masks[first])));
      if (other !== undefined) yield `${first} and ${other} differ in call ${call}`;
    }
  },
};

const bytes = (mask: unknown): readonly number[] => Array.from(mask as Uint8Array);

const maskColumn: Rule = {
  name: 'mask-column',
  sentence: 'resetInto writes the mask that actionMasks gives.',
  level: 'error',
  *check({ env, seed }) {
    if (!env.resetInto || !env.actionMasks) return;
    const out = createColumns(env.observationSpace, 1, env.actionMasks().length);
    env.resetInto(out, 0, { seed });
    if (!isDeepStrictEqual(bytes(out.mask), bytes(env.actionMasks()))) yield 'they differ after a reset';
  },
};

/** First the form; the others read what it guards. */
export const maskFormRules: readonly Rule[] = [maskForm];
export const maskRules: readonly Rule[] = [maskLegal, maskAgrees, maskColumn];
