/** SGLang's cache of single tokens, worked by hand, beside vLLM's of blocks. */
import { describe, expect, it } from 'vitest';
import { preset } from '../../../../env/serving/presets.js';
import { createWorkload } from '../../../../env/workloads/workload.js';
import { stepsOf } from '../steps.js';

describe('a cache of single tokens', () => {
  const rules = preset('sglang', { blocks: 200, maxModelLen: 64 });
  const shared = createWorkload({
    name: 'shared prefixes',
    arrival: [0, 0, 1, 10],
    promptTokens: [9, 10, 12, 14],
    outputTokens: [4, 4, 4, 1],
    content: [
      {
        segments: [
          ['system', 7],
          ['user a', 2],
        ],
        answer: 'a',
      },
      {
        segments: [
          ['system', 7],
          ['user b', 3],
        ],
        answer: 'b',
      },
      {
        segments: [
          ['system', 7],
          ['user c', 5],
        ],
        answer: 'c',
      },
      {
        segments: [
          ['system', 7],
          ['user a', 2],
          ['a', 4],
          ['next', 1],
        ],
        answer: 'd',
      },
    ],
  });

  it('is hit token by token: by the next batch, not by the same, and by the next round up to the last answer token', () => {
    // A and B come together and share 7 tokens that neither finds. C finds them. D's prompt is A's with its answer.
    const { steps, engine } = stepsOf(rules, shared);
    expect(steps[0].tokens).toBe('A 9, B 10');
    expect(steps[1].tokens).toBe('C 5');
    expect(steps.at(-1)?.tokens).toBe('D 2');
    expect(engine.replica.totals.hitTokens).toBe(7 + 12);
  });

  it('in vLLM the same batch finds what it is about to compute, in whole blocks', () => {
    const { steps } = stepsOf(preset('vllm-v1', { blockSize: 2, blocks: 100, maxModelLen: 64 }), shared);
    expect(steps[0].tokens).toBe('A 9, B 4');
  });
});
