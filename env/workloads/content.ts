/** What prompts say, of two workloads one behind the other. */
import type { Content, Workload } from './workload.js';

/** Every prompt and every answer is a sequence of its own: what holds of requests that say nothing of their prompts (`block-hash.ts`). */
function ownContent(count: number, promptTokens: Int32Array): Content {
  return {
    offsets: Int32Array.from({ length: count + 1 }, (_, row) => row),
    sequence: Int32Array.from({ length: count }, (_, row) => 2 * row),
    tokens: promptTokens.slice(0, count),
    answer: Int32Array.from({ length: count }, (_, row) => 2 * row + 1),
  };
}

const most = (numbers: Int32Array): number => numbers.reduce((a, b) => Math.max(a, b), -1);

/** Content of the first `cut` rows of one, then of all of the other, which quotes nothing of the first; undefined = neither has any. */
export function joinContents(first: Workload, cut: number, then: Workload): Content | undefined {
  if (!first.content && !then.content) return undefined;
  const a = first.content ?? ownContent(cut, first.promptTokens);
  const b = then.content ?? ownContent(then.count, then.promptTokens);
  const segments = a.offsets[cut];
  const shift = 1 + Math.max(most(a.sequence), most(a.answer));
  const follow = (head: Int32Array, tail: Int32Array, by: number): Int32Array => {
    const all = new Int32Array(head.length + tail.length);
    all.set(head);
    for (let k = 0; k < tail.length; k++) all[head.length + k] = tail[k] + by;
    return all;
  };
  return {
    offsets: follow(a.offsets.subarray(0, cut), b.offsets, segments),
    sequence: follow(a.sequence.subarray(0, segments), b.sequence, shift),
    tokens: follow(a.tokens.subarray(0, segments), b.tokens, 0),
    answer: follow(a.answer.subarray(0, cut), b.answer, shift),
  };
}
