/** Contents of two workloads one behind the other: the first keeps its blocks' names, the second has names of its own. */
import { describe, expect, it } from 'vitest';
import { prefixKey } from '../../../env/serving/block-hash.js';
import { joinContents } from '../../../env/workloads/content.js';
import { createWorkload, type RequestContent, type Workload } from '../../../env/workloads/workload.js';

const quoting: RequestContent[] = [
  {
    segments: [
      ['system', 8],
      ['question', 4],
    ],
    answer: 'reply',
  },
  {
    segments: [
      ['system', 8],
      ['question', 4],
      ['reply', 4],
    ],
    answer: 'end',
  },
  {
    segments: [
      ['system', 8],
      ['other', 4],
    ],
    answer: 'third',
  },
];

function jobs(promptTokens: number[], content?: RequestContent[]): Workload {
  const outputTokens = promptTokens.map(() => 4);
  const arrival = promptTokens.map((_, k) => k);
  return createWorkload({
    name: 'by hand',
    arrival,
    promptTokens,
    outputTokens,
    declared: outputTokens,
    ...(content && { content }),
  });
}

/** Names of the blocks of 4 tokens that a row has, answer included. */
const keysOf = ({ content, promptTokens }: Pick<Workload, 'content' | 'promptTokens'>, row: number): number[] =>
  Array.from({ length: promptTokens[row] / 4 + 1 }, (_, k) =>
    prefixKey({ blockSize: 4, content: content ?? null }, row, promptTokens[row], k + 1),
  );

const first = { told: jobs([12, 16, 12], quoting), silent: jobs([12, 16, 12]) };
const then = { told: jobs([12, 16, 12], quoting), silent: jobs([8, 4]) };

describe.each([
  ['told', 'told'],
  ['told', 'silent'],
  ['silent', 'told'],
] as const)('%s, then %s', (a, b) => {
  it.each([2, 3])('after %i rows', (cut) => {
    const [head, tail] = [first[a], then[b]];
    const content = joinContents(head, cut, tail);
    const promptTokens = Int32Array.from([...head.promptTokens.subarray(0, cut), ...tail.promptTokens]);
    const all = { promptTokens, ...(content && { content }) };
    for (let row = 0; row < cut; row++) expect(keysOf(all, row)).toEqual(keysOf(head, row));
    const old = new Set(Array.from({ length: cut }, (_, row) => keysOf(all, row)).flat());
    const rows = Array.from({ length: tail.count }, (_, row) => keysOf(all, cut + row));
    expect(rows.flat().filter((key) => old.has(key))).toEqual([]);
    // Who shares a beginning in the second workload still does.
    const alone = Array.from({ length: tail.count }, (_, row) => keysOf(tail, row));
    const same = (keys: number[][]): boolean[] => keys.flatMap((one) => keys.map((other) => one[0] === other[0]));
    expect(same(rows)).toEqual(same(alone));
  });
});

it('is nothing where nobody says anything', () => {
  expect(joinContents(first.silent, 2, then.silent)).toBeUndefined();
});
