/**
 * Mooncake traces (github.com/kvcache-ai/Mooncake, Apache-2.0; Qin et al., FAST 2025), one request a line:
 *
 *     {"timestamp": 40, "input_length": 700, "output_length": 9, "hash_ids": [0, 7]}
 *
 * The time is in ms. An id names a block of 512 tokens of the prompt together with all before it; the last block may be shorter. Blocks
 * become segments, so that a prefix cache finds what prompts share. What answers say is not published: no prompt quotes one.
 */

import { parseObject } from './jsonl.js';
import { time, tokens, valueAs } from './kinds.js';
import type { TraceReader } from './reader.js';
import { BadRow, shown } from './row.js';

const BLOCK = 512;
const ARRIVAL = time('ms');
const NAMES: Readonly<Record<string, string>> = {
  arrival: 'timestamp',
  promptTokens: 'input_length',
  outputTokens: 'output_length',
  segments: 'hash_ids',
};

export const mooncake: TraceReader = {
  name: 'mooncake',
  summary: 'Mooncake trace (JSONL, ms): prompts share blocks of 512 tokens',
  header: false,
  detect: ([first]) =>
    first.trimStart().startsWith('{') && first.includes('"hash_ids"') && first.includes('"input_length"'),
  start: () => ({
    calendar: false,
    blockTokens: BLOCK,
    unused: [],
    columnOf: (field) => NAMES[field] ?? field,
    read(record) {
      const { timestamp, input_length, output_length, hash_ids } = parseObject(record);
      const promptTokens = valueAs(tokens, 'input_length', input_length);
      return {
        arrival: valueAs(ARRIVAL, 'timestamp', timestamp),
        promptTokens,
        outputTokens: valueAs(tokens, 'output_length', output_length),
        segments: blocks(hash_ids, promptTokens),
      };
    },
  }),
};

function blocks(ids: unknown, promptTokens: number): [string, number][] {
  const needed = Math.ceil(promptTokens / BLOCK);
  const expected = `${needed} whole numbers, one for each ${BLOCK} tokens of the prompt`;
  if (!Array.isArray(ids)) throw new BadRow('hash_ids', expected, shown(ids));
  if (ids.length !== needed) throw new BadRow('hash_ids', expected, `${ids.length}`);
  return ids.map((id, k) => {
    if (!Number.isSafeInteger(id)) throw new BadRow('hash_ids', expected, shown(id));
    return [String(id), Math.min(BLOCK, promptTokens - k * BLOCK)];
  });
}
