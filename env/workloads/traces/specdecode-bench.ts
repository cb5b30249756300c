/**
 * SpecDecode-Bench (github.com/SpecDecode-Bench/simulator, arXiv 2601.11580): for every output position, how many tokens one verification
 * commits if it starts there, with an EAGLE and with an n-gram draft. The list's length is the output length.
 */

import { parseObject } from './jsonl.js';
import { text, valueAs } from './kinds.js';
import type { TraceReader } from './reader.js';
import { BadRow, shown, type TraceRow } from './row.js';

export const specdecodeBench: TraceReader = {
  name: 'specdecode-bench',
  summary: 'SpecDecode-Bench (JSONL): recorded acceptance, no arrival times',
  header: false,
  detect: ([first]) =>
    first.trimStart().startsWith('{') && first.includes('"acc_eagle"') && first.includes('"prompt_token_ids"'),
  start(_first, { draft = 'eagle' }) {
    const column = `acc_${draft}`;
    return {
      calendar: false,
      timeless: true,
      unused: [],
      columnOf: (field) => field,
      read(record): TraceRow {
        const { id, prompt_token_ids: prompt, [column]: recorded } = parseObject(record);
        if (!Array.isArray(prompt) || prompt.length === 0)
          throw new BadRow('prompt_token_ids', 'a list of tokens', shown(prompt));
        const list = (recorded as { acc_len?: unknown } | undefined)?.acc_len;
        if (!isCommits(list)) throw new BadRow(`${column}.acc_len`, 'a list of whole numbers in 1 … 255', shown(list));
        return {
          promptTokens: prompt.length,
          outputTokens: list.length,
          commits: Uint8Array.from(list),
          ...(id != null && { id: valueAs(text, 'id', id) }),
        };
      },
    };
  },
};

const isCommits = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((n) => Number.isInteger(n) && n >= 1 && n <= 255);
