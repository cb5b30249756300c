/** The hash of a block: of its tokens and all before them. Two blocks have one hash if their requests agree up to their ends. */
import type { Content } from '../workloads/workload.js';

/** What the prompts say, and how many tokens make a block. */
export interface Texts {
  readonly blockSize: number;
  readonly content: Content | null;
}

/** Position in a request's token stream, and the hash of everything before it. */
export interface Walk {
  segment: number;
  offset: number;
  a: number;
  b: number;
}

export const startWalk = (walk: Walk): void => {
  walk.segment = 0;
  walk.offset = 0;
  walk.a = 0x243f6a88;
  walk.b = 0x85a308d3 | 0;
};
export const newWalk = (): Walk => {
  const walk = { segment: 0, offset: 0, a: 0, b: 0 };
  startWalk(walk);
  return walk;
};

/** Mixes a 32-bit value into the two halves of a running hash. */
function stir(walk: Walk, value: number): void {
  let a = Math.imul(walk.a ^ value, 0x9e3779b1);
  a ^= a >>> 15;
  let b = Math.imul(walk.b + value, 0x85ebca6b) ^ a;
  b ^= b >>> 13;
  walk.a = Math.imul(a ^ (b >>> 7), 0xc2b2ae35) | 0;
  walk.b = (Math.imul(b, 0x27d4eb2f) ^ (walk.a >>> 16)) | 0;
}

/** Moves the walk over the next full block of the request's tokens: two blocks get one hash if all tokens up to their end are equal. */
export function stepBlock({ content, blockSize }: Texts, walk: Walk, row: number, promptTokens: number): void {
  let left = blockSize;
  while (left > 0) {
    let sequence: number;
    let length: number;
    if (content) {
      const at = content.offsets[row] + walk.segment;
      const inPrompt = at < content.offsets[row + 1];
      sequence = inPrompt ? content.sequence[at] : content.answer[row];
      length = inPrompt ? content.tokens[at] : 0x7fffffff;
    } else {
      // Without content every prompt and every answer is a sequence of its own.
      sequence = 2 * row + (walk.segment === 0 ? 0 : 1);
      length = walk.segment === 0 ? promptTokens : 0x7fffffff;
    }
    const taken = Math.min(left, length - walk.offset);
    stir(walk, sequence);
    stir(walk, walk.offset);
    stir(walk, taken);
    left -= taken;
    walk.offset += taken;
    if (walk.offset === length) {
      walk.segment++;
      walk.offset = 0;
    }
  }
}

const prober = newWalk();

/** A number for the first `blocks` blocks of a request's tokens: two requests have the same one if these tokens are equal. */
export function prefixKey(texts: Texts, row: number, promptTokens: number, blocks: number): number {
  startWalk(prober);
  for (let k = 0; k < blocks; k++) stepBlock(texts, prober, row, promptTokens);
  return (prober.a >>> 0) * 2 ** 21 + (prober.b >>> 11);
}
