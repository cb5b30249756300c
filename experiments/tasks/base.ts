/** A heuristic as a task's base: what was tuned or trained brings its engine knobs along. */
import type { Rules } from '../../env/serving/rules.js';
import { findPolicy } from '../policies.js';
import { findTuned } from '../tune/contestants.js';

export interface Base {
  /** The spec of the scheduler itself. */
  readonly scheduler: string;
  /** Rules and draft length that belong to it; null: the setting's. */
  readonly rules: Partial<Rules>;
  readonly gamma: number | null;
  /** The engine that they are for; null: any. */
  readonly engine: string | null;
}

/** @param setting where `tuned:NAME` looks. @throws Error that says what there is */
export function baseOf(spec: string, setting: string): Base {
  const tuned = findTuned(spec, setting);
  if (tuned) return { ...tuned.contender, engine: tuned.engine };
  const { rules = {}, gamma = null, engine = null } = findPolicy(spec)?.about ?? {};
  return { scheduler: spec, rules, gamma, engine };
}
