/** Values that environments hand out: copies that stay, what two of them share, and which action to take next. */
import { type Stream, stream } from '../../random.js';
import type { Env, Info, ResetResult, StepResult } from '../env.js';
import { kindOf } from '../spaces/kind-of.js';
import type { Numbers } from '../spaces/space.js';
import { sampleMask } from './masks.js';
import type { Subject } from './rule.js';

type View = ArrayBufferView<ArrayBufferLike> & { slice(): unknown };

/** A copy of a value through typed arrays, lists and plain objects. Anything else is kept as it is. */
export function snapshot<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return (value as unknown as View).slice() as T;
  if (Array.isArray(value)) return value.map(snapshot) as T;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, snapshot(part)])) as T;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Every typed array, list and plain object in a value, itself included. */
function* partsOf(value: unknown): Generator<object> {
  const inside = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [];
  if (ArrayBuffer.isView(value) || Array.isArray(value) || isPlain(value)) yield value as object;
  for (const part of inside) yield* partsOf(part);
}

/** Whether changing one value could change the other: the same object, or typed arrays over the same bytes. Parts of one buffer that do not overlap are not shared. */
export function shares(a: unknown, b: unknown): boolean {
  const mine = [...partsOf(a)];
  return [...partsOf(b)].some((part) => mine.some((other) => other === part || overlap(other, part)));
}

function overlap(a: object, b: object): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.buffer !== b.buffer) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Two values that differ, in words: of arrays the first number that does. */
export function difference(a: unknown, b: unknown): readonly [string, string] {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return [kindOf(a), kindOf(b)];
  const [mine, other] = [a as Numbers, b as Numbers];
  const k = mine.findIndex((x, at) => !Object.is(x, other[at]));
  return k < 0 ? [kindOf(a), kindOf(b)] : [`${mine[k]} at ${k}`, `${other[k]} at ${k}`];
}

/** What `reset` or `step` gave. For a reset, reward is 0 and both flags are false. */
export interface Moment {
  /** Undefined for a reset. */
  readonly action: unknown;
  readonly observation: unknown;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

export const ofReset = ([observation, info]: ResetResult<unknown>): Moment => ({
  action: undefined,
  observation,
  reward: 0,
  terminated: false,
  truncated: false,
  info,
});

export const ofStep = (action: unknown, result: StepResult<unknown>): Moment => {
  const [observation, reward, terminated, truncated, info] = result;
  return { action, observation, reward, terminated, truncated, info };
};

export const ended = ({ terminated, truncated }: Moment): boolean => terminated || truncated;

/** The mask that holds now: of `actionMasks`, or of the last info; undefined if there is none. */
export const maskNow = (env: Env, info: Info): unknown => env.actionMasks?.() ?? info?.action_mask;

/** Draws a legal action. */
export function legalAction(env: Env, info: Info, random: Stream): unknown {
  const mask = maskNow(env, info);
  return env.actionSpace.sample(mask === undefined ? { random } : { random, mask: sampleMask(env.actionSpace, mask) });
}

/** A stream of actions that the environment's own luck knows nothing of. */
export const actionLuck = ({ seed }: Subject): Stream => stream(seed, 'actions');

/**
 * Plays legal actions from the subject's seed on, as many steps as asked; after an end the next episode begins.
 * The same environment gives the same moments each time.
 */
export function* play(subject: Subject, steps: number, env: Env = subject.env): Generator<Moment> {
  const random = actionLuck(subject);
  let last = ofReset(env.reset({ seed: subject.seed }));
  yield last;
  for (let k = 0; k < steps; k++) {
    if (ended(last)) {
      last = ofReset(env.reset());
      yield last;
    }
    const action = legalAction(env, last.info, random);
    last = ofStep(action, env.step(action as never));
    yield last;
  }
}
