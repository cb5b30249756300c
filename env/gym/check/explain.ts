/** Why a value is not a member of a space, in words. */

import { isObject } from '../json.js';
import { isBox } from '../spaces/box.js';
import { isDict } from '../spaces/dict.js';
import { kindOf } from '../spaces/kind-of.js';
import type { Numbers, Space } from '../spaces/space.js';
import { isTuple } from '../spaces/tuple.js';

/**
 * The reason, beginning with `what`; null if the value is a member in the form that the space itself gives: what `contains`
 * would cast (a list, another element type) is not.
 */
export function explain(space: Space, value: unknown, what: string): string | null {
  const reason = wrongForm(space, value, what) ?? wrongPart(space, value, what);
  if (reason !== null || space.contains(value)) return reason;
  return (
    (ArrayBuffer.isView(value) && outside(space, value as Numbers, what)) ||
    `${what} is ${kindOf(value)}, not in ${space}`
  );
}

/** Numbers have one array type and one length. */
function wrongForm(space: Space, value: unknown, what: string): string | null {
  if (!['Box', 'MultiDiscrete', 'MultiBinary'].includes(space.type)) return null;
  const { name } = (space.createBatch(0) as Numbers).constructor;
  const size = (space.shape ?? []).reduce((product, axis) => product * axis, 1);
  const fits = ArrayBuffer.isView(value) && value.constructor.name === name && (value as Numbers).length === size;
  return fits ? null : `${what} is ${kindOf(value)}, expected a ${name} of ${size}`;
}

/** The first part of a Dict or Tuple that is wrong. */
function wrongPart(space: Space, value: unknown, what: string): string | null {
  if (isTuple(space) && Array.isArray(value)) {
    if (value.length !== space.spaces.length)
      return `${what} has ${value.length} parts, its space has ${space.spaces.length}`;
    return first(space.spaces, (part, k) => explain(part, value[k], `${what}[${k}]`));
  }
  if (!isDict(space) || !isObject(value)) return null;
  const missing = space.keys.filter((key) => !(key in value));
  if (missing.length > 0) return `${what} lacks the key ${missing.join(', ')} of its space`;
  const extra = Object.keys(value).filter((key) => !(key in space.spaces));
  if (extra.length > 0) return `${what} has the key ${extra.join(', ')}, which its space has not`;
  return first(space.keys, (key) => explain(space.spaces[key], value[key], `${what}.${key}`));
}

function first<T>(parts: readonly T[], reason: (part: T, k: number) => string | null): string | null {
  for (const [k, part] of parts.entries()) {
    const told = reason(part, k);
    if (told !== null) return told;
  }
  return null;
}

function outside(space: Space, value: Numbers, what: string): string | null {
  const nan = value.findIndex(Number.isNaN);
  if (nan >= 0) return `${what} holds NaN at ${nan}`;
  if (!isBox(space)) return null;
  const { low, high } = space;
  const k = Array.from(value).findIndex((x, at) => !(x >= low[at] && x <= high[at]));
  return `${what} holds ${value[k]} at ${k}, outside of ${low[k]} to ${high[k]}`;
}
