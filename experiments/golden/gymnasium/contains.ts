/** Gymnasium's truth tables of `contains`, held against ours. */
import { z } from 'zod';
import { collectWarnings } from '../../../env/gym/warn.js';
import type { Replayed } from '../replayed.js';
import { type Description, decode, shapeOfArray, spaceOf } from './values.js';

const schema = z.object({
  tables: z.array(
    z.object({
      space: z.looseObject({ type: z.string() }),
      cases: z.array(
        z.object({
          case: z.string(),
          value: z.unknown(),
          contains: z.boolean(),
          warns_casting: z.boolean().default(false),
        }),
      ),
    }),
  ),
});

type Case = z.infer<typeof schema>['tables'][number]['cases'][number];
type Tagged = Readonly<Record<string, unknown>>;

const isTagged = (x: unknown, tag: string): x is Tagged => typeof x === 'object' && x !== null && tag in x;
const hasDeep = (x: unknown, is: (x: unknown) => boolean): boolean =>
  is(x) || (typeof x === 'object' && x !== null && Object.values(x).some((part) => hasDeep(part, is)));

/** Numbers that Python tells from an int although they have its value. */
const isOddNumber = (x: unknown): boolean =>
  (isTagged(x, 'float') && Number.isInteger(x.float)) || (isTagged(x, 'scalar') && x.dtype !== 'int64');

const product = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

interface Exception {
  readonly reason: string;
  applies(space: Description, value: unknown, contains: boolean): boolean;
}

/** What exists only through the types of Python and numpy. */
export const SKIPPED: readonly Exception[] = [
  {
    reason: 'whole floats and numpy scalars are refused for their type; JavaScript has one type of number',
    applies: ({ type, dtype }, value, contains) =>
      type !== 'Box' &&
      !contains &&
      hasDeep(value, (x) => isOddNumber(x) || (dtype !== undefined && isTagged(x, 'scalar'))),
  },
  {
    reason: 'an array without axes is a number here',
    applies: ({ type }, value) => type !== 'Box' && isTagged(value, 'array') && shapeOfArray(value).length === 0,
  },
  {
    reason:
      'our arrays are flat, their shape is the space’s: one of another shape and the same size cannot be told apart',
    applies(space, value) {
      const shape = spaceOf(space).shape;
      if (!shape || !isTagged(value, 'array')) return false;
      const its = shapeOfArray(value);
      return its.join() !== shape.join() && product(its) === product(shape);
    },
  },
  {
    reason: 'lists and tuples are one in JavaScript',
    applies: ({ type }, value) => (type === 'Sequence' || type === 'OneOf') && Array.isArray(value),
  },
  {
    reason: 'a batch has one form here; numpy also takes a tuple of rows',
    applies: ({ type, stack }, value) => type === 'Sequence' && stack === true && isTagged(value, 'tuple'),
  },
  {
    reason: 'int64 and int32 are one here, as are bool and uint8',
    applies: ({ type, dtype }, value) =>
      type === 'Box' &&
      isTagged(value, 'array') &&
      ((dtype === 'int32' && value.dtype === 'int64') || (dtype === 'int8' && value.dtype === 'bool')),
  },
];

/** @throws Error if the file is no such recording */
export function replayContains(recording: unknown, file: string): Replayed[] {
  const parsed = schema.safeParse(recording);
  if (!parsed.success) throw new Error(`${file}: no recording of contains (${z.prettifyError(parsed.error)})`);
  return parsed.data.tables.flatMap(({ space, cases }) =>
    cases
      .filter(({ value, contains }) => !SKIPPED.some((exception) => exception.applies(space, value, contains)))
      .map((one) => replayCase(space, one)),
  );
}

function replayCase(description: Description, { case: words, value, contains, warns_casting }: Case): Replayed {
  const space = spaceOf(description);
  const { value: ours, warnings } = collectWarnings(() => space.contains(decode(value)));
  const warned = warnings.length > 0;
  const name = `contains: ${space}: ${words}`;
  if (ours !== contains) return { name, steps: 2, difference: `recorded ${contains}, ours ${ours}` };
  if (warned === warns_casting) return { name, steps: 2, difference: null };
  return {
    name,
    steps: 2,
    difference: `recorded ${warns_casting ? 'a' : 'no'} warning, ours ${warnings.join('; ') || 'none'}`,
  };
}
