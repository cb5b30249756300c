/** What one record of a trace says, and what is said when it cannot be read. */
import type { Micros } from '../../time.js';
import type { RequestContent } from '../workload.js';

/**
 * One request of a trace; fields that are missing take the defaults of `createWorkload`, the key is then the number of its line.
 */
export interface TraceRow {
  readonly arrival?: Micros;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly declared?: number;
  readonly key?: number;
  readonly priority?: number;
  readonly tenant?: number;
  readonly slo?: number;
  readonly deadline?: Micros;
  readonly abortAt?: Micros;
  /** Key of the request that this one follows: it then has no arrival of its own, and its deadline and abort count from its arrival. */
  readonly follows?: number;
  /** From the moment that one left to this one's arrival. */
  readonly think?: Micros;
  readonly tie?: number;
  readonly id?: string;
  /** Probability that a draft token is accepted. */
  readonly alpha?: number;
  /** Accepted, and offered, drafts by sampling step. */
  readonly accepted?: readonly number[];
  readonly drafts?: readonly number[];
  /** Tokens that a verification from each output position can commit. */
  readonly commits?: Uint8Array;
  readonly segments?: RequestContent['segments'];
  readonly answer?: string;
  /** The prompt in words, and the name of the model that is asked. */
  readonly prompt?: string;
  readonly model?: string;
}

/** A record that is not what it should be, in words; whoever reads the file adds its name and the line. */
export class BadRow extends Error {
  readonly column: string | undefined;

  constructor(column: string | undefined, expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.column = column;
  }

  /** The whole sentence. */
  at(file: string, line: number): string {
    return `${file}, line ${line}${this.column === undefined ? '' : `, column ${this.column}`}: ${this.message}`;
  }
}

/** A value as it stands in the file, shortened. */
export function shown(value: unknown): string {
  if (value === undefined || value === '') return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
