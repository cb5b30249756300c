/** Who is too long for an engine: by name, with its length and the limit. */
import type { Rules } from '../env/serving/rules.js';
import { longestFit, type Unfit, unfitFor } from '../env/serving/unfit.js';
import type { Workload } from '../env/workloads/workload.js';

export interface TooLong {
  readonly name: string;
  readonly reason: Unfit;
  /** Of its prompt, or of prompt and declared output; and how many there may be. */
  readonly tokens: number;
  readonly most: number;
}

/** Null: it is not. */
export function tooLong(rules: Rules, name: string, prompt: number, declared: number): TooLong | null {
  const reason = unfitFor(rules, prompt, declared);
  if (reason === null) return null;
  const tokens = reason === 'model-length' ? prompt : Math.min(prompt + declared, rules.maxModelLen);
  return { name, reason, tokens, most: longestFit(rules, reason) };
}

/** The first of a workload; null: nobody is. */
export function firstTooLong({ count, ids, key, promptTokens, declared }: Workload, rules: Rules): TooLong | null {
  for (let row = 0; row < count; row++) {
    const name = ids[row] || `request ${key[row]}`;
    const found = tooLong(rules, name, promptTokens[row], declared[row]);
    if (found) return found;
  }
  return null;
}

const LENGTHS = {
  'model-length': ['prompt', 'the model takes'],
  pool: ['prompt and declared output', 'the KV pool holds'],
} as const satisfies Record<Unfit, unknown>;

/** `b: prompt 9,000 tokens, the model takes 8,191`. */
export function tooLongText({ name, reason, tokens, most }: TooLong): string {
  const [what, limit] = LENGTHS[reason];
  return `${name}: ${what} ${count(tokens)} tokens, ${limit} ${count(most)}`;
}

const count = (tokens: number): string => tokens.toLocaleString('en-US');
