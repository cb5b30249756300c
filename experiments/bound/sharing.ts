/** Prompts that begin alike: how much of a request's KV could ever be somebody else's too. */
import type { Content, Workload } from '../../env/workloads/workload.js';

/** By row: tokens of its prompt and answer that it has in common with the request most like it; 0 where prompts are their own. */
export function sharedPrefixes({ count, content, outputTokens }: Workload): Float64Array {
  const longest = new Float64Array(count);
  if (!content) return longest;
  const stream = streamOf(content, outputTokens);
  const rows = Array.from({ length: count }, (_, row) => row);
  // In the order of their texts the one most like a request stands beside it.
  rows.sort((a, b) => compare(stream(a), stream(b)));
  for (let k = 1; k < count; k++) {
    const common = commonTokens(stream(rows[k - 1]), stream(rows[k]));
    for (const row of [rows[k - 1], rows[k]]) longest[row] = Math.max(longest[row], common);
  }
  return longest;
}

/** Sequences and how many tokens of each, prompt and answer. */
type Text = readonly (readonly [sequence: number, tokens: number])[];

function streamOf(content: Content, outputTokens: Int32Array): (row: number) => Text {
  const made: Text[] = [];
  return (row) => {
    made[row] ??= Array.from({ length: content.offsets[row + 1] - content.offsets[row] + 1 }, (_, k) => {
      const at = content.offsets[row] + k;
      return at < content.offsets[row + 1]
        ? ([content.sequence[at], content.tokens[at]] as const)
        : ([content.answer[row], outputTokens[row]] as const);
    });
    return made[row];
  };
}

function compare(a: Text, b: Text): number {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    const order = a[k][0] - b[k][0] || a[k][1] - b[k][1];
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function commonTokens(a: Text, b: Text): number {
  let common = 0;
  for (let k = 0; k < Math.min(a.length, b.length) && a[k][0] === b[k][0]; k++) {
    common += Math.min(a[k][1], b[k][1]);
    if (a[k][1] !== b[k][1]) break;
  }
  return common;
}
