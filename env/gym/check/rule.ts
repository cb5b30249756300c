/** What a rule is, and what checking it finds. */
import type { Seed } from '../../random.js';
import type { Env } from '../env.js';

/** An environment under examination. */
export interface Subject {
  readonly env: Env;
  /** A new one of the same, in a render mode if one is named; null where only one environment was given. */
  fresh(renderMode?: string): Env | null;
  readonly seed: Seed;
  /** Steps of the longest roll-out. */
  readonly steps: number;
}

/** A rule that environments keep. */
export interface Rule {
  readonly name: string;
  /** The rule in one sentence. */
  readonly sentence: string;
  /** `warning`: legal, but probably not meant. */
  readonly level: 'error' | 'warning';
  /** What breaks it, one text each; none if it is kept. Whatever the environment throws breaks it too. */
  check(subject: Subject): Iterable<string>;
}

/** A broken rule. */
export interface Finding {
  readonly rule: string;
  readonly sentence: string;
  /** What was seen in this environment. */
  readonly detail: string;
}

export interface Report {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}
