/** Actions that every task knows: none at all, and any at all. */
import { isBox } from '../../env/gym/spaces/box.js';
import { isDict } from '../../env/gym/spaces/dict.js';
import { isDiscrete } from '../../env/gym/spaces/discrete.js';
import { rowsIn } from '../../env/gym/spaces/operations.js';
import type { SequenceSpace } from '../../env/gym/spaces/sequence.js';
import type { Space } from '../../env/gym/spaces/space.js';
import type { Stream } from '../../env/random.js';

/** What an action answers: the observation, its space, and the mask of legal choices. */
export interface Question {
  readonly space: Space;
  readonly observation: unknown;
  readonly mask: Uint8Array | null;
}

/** An action, and how likely it was. */
export interface Answer {
  readonly action: unknown;
  /** The natural logarithm of its probability, or of its density if it is no atom. */
  readonly logPropensity: number;
  /** It has a probability of its own: a choice, or the one point of a Box that a heuristic answers. */
  readonly atom: boolean;
}

const isSequence = (space: Space): space is SequenceSpace => space.type === 'Sequence';

/** Zeros, for actions that are added to a heuristic. A row for each row that was shown. @throws Error for choices */
export function zeroAction(space: Space, question: Question): unknown {
  if (isBox(space)) return space.createBatch(1).fill(0);
  if (isSequence(space)) return space.space.createBatch(0);
  if (isDict(space))
    return Object.fromEntries(
      space.keys.map((key) => {
        const part = space.spaces[key];
        return [key, isSequence(part) ? zeros(part, rowsOf(question, key)) : zeroAction(part, question)];
      }),
    );
  throw new Error(`${space}: a choice has no zero`);
}

const zeros = (space: SequenceSpace, rows: number): unknown => space.space.createBatch(rows);

/** Uniform over all legal actions. @throws Error for spaces that no task has */
export function anyAction(space: Space, question: Question, random: Stream): Answer {
  const { mask } = question;
  if (isDiscrete(space)) {
    const legal = mask === null ? space.n : mask.reduce((sum, bit) => sum + bit, 0);
    return { action: space.sample(mask ? { mask, random } : { random }), logPropensity: -Math.log(legal), atom: true };
  }
  if (isBox(space)) return { action: space.sample({ random }), logPropensity: logDensity(space), atom: false };
  if (isDict(space)) {
    const parts = space.keys.map((key) => {
      const part = space.spaces[key];
      if (!isSequence(part)) return [key, anyAction(part, question, random)] as const;
      const rows = rowsOf(question, key);
      const action = part.sample({ mask: [rows, null], random });
      return [key, { action, logPropensity: rows * logDensity(part.space) }] as const;
    });
    return {
      action: Object.fromEntries(parts.map(([key, { action }]) => [key, action])),
      logPropensity: parts.reduce((sum, [, { logPropensity }]) => sum + logPropensity, 0),
      atom: false,
    };
  }
  throw new Error(`${space}: no way is known to draw from it evenly`);
}

/** Of a draw that is even between the bounds. */
function logDensity(space: Space): number {
  if (!isBox(space)) throw new Error(`${space}: expected a Box`);
  let sum = 0;
  for (let k = 0; k < space.low.length; k++) sum -= Math.log(space.high[k] - space.low[k]);
  return sum;
}

/** Rows that were shown under a key of the observation. */
function rowsOf({ space, observation }: Question, key: string): number {
  const part = isDict(space) ? space.spaces[key] : undefined;
  const rows = part && isSequence(part) ? rowsIn(part.space, (observation as Record<string, unknown>)[key]) : null;
  if (rows === null) throw new Error(`${space}: expected rows of ${key}`);
  return rows;
}
