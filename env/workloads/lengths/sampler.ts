/** What a source of lengths is. */

/** Tokens of one request. */
export interface Lengths {
  readonly prompt: number;
  readonly output: number;
}

/** A request's lengths, whole and at least 1, from three uniforms in [0, 1). What draws jointly chooses a cell by the first. */
export type LengthSampler = (cell: number, u: number, v: number) => Lengths;

/** The nearest whole number of tokens, at least 1. */
export const wholeTokens = (tokens: number): number => Math.max(1, Math.round(tokens));
