/** Whether two environments are the same one: the same seed and actions give the same in both. */
import { isDeepStrictEqual } from 'node:util';
import { type Seed, stream } from '../../random.js';
import type { Env } from '../env.js';
import { difference, ended, legalAction, type Moment, ofReset, ofStep, snapshot } from './values.js';

export interface MatchOptions {
  /** Where the episodes begin [123]. */
  readonly seed?: Seed;
  /** Steps to compare; after an end the next episodes begin [1,000]. */
  readonly steps?: number;
  /** What may differ [nothing]. */
  readonly skip?: readonly ('observation' | 'reward' | 'terminated' | 'truncated' | 'info')[];
}

/**
 * Plays actions that are legal in the first one in both.
 * @throws Error that says in which call what differs first
 */
export function checkMatch(a: Env, b: Env, { seed = 123, steps = 1000, skip = [] }: MatchOptions = {}): void {
  for (const name of ['observationSpace', 'actionSpace'] as const)
    if (!a[name].equals(b[name])) throw new Error(`${name} differs: ${a[name]}, and ${b[name]}`);
  const random = stream(seed, 'actions');
  let [one, other]: Moment[] = [ofReset(a.reset({ seed })), ofReset(b.reset({ seed }))];
  compare(one, other, 'reset', skip);
  for (let k = 0; k < steps; k++) {
    if (ended(one)) {
      [one, other] = [ofReset(a.reset()), ofReset(b.reset())];
      compare(one, other, `the reset before step ${k}`, skip);
    }
    const action = legalAction(a, one.info, random);
    const copy = snapshot(action);
    [one, other] = [ofStep(action, a.step(action)), ofStep(copy, b.step(copy))];
    compare(one, other, `step ${k}`, skip);
  }
}

function compare(a: Moment, b: Moment, where: string, skip: NonNullable<MatchOptions['skip']>): void {
  for (const name of ['observation', 'reward', 'terminated', 'truncated', 'info'] as const) {
    if (skip.includes(name) || isDeepStrictEqual(a[name], b[name])) continue;
    const [first, second] = difference(a[name], b[name]);
    throw new Error(`${name} differs in ${where}: ${first}, and ${second}`);
  }
}
