/** What makes Orca, FasterTransformer and vLLM before V1 different, worked by hand. */
import { describe, expect, it } from 'vitest';
import { preset } from '../../../../env/serving/presets.js';
import { jobs, stepsOf, tokensOf } from '../steps.js';

describe('orca', () => {
  const small = { blockSize: 4, blocks: 25, maxModelLen: 40 } as const;

  it('computes whole prompts beside decodes', () => {
    const two = jobs([
      [6, 4],
      [9, 2, 2, 1],
    ]);
    expect(tokensOf(preset('orca', small), two)).toEqual(['A 6', 'A 1, B 9', 'A 1, B 1', 'A 1']);
  });

  it('sets aside the model length for everybody, so two fit where vLLM runs five, and nobody is evicted', () => {
    const five = jobs(Array.from({ length: 5 }, () => [4, 9, 36] as const));
    const reserved: number[] = [];
    const { steps, engine } = stepsOf(preset('orca', small), five, {
      look: (s) => {
        for (let k = 0; k < s.running.n; k++) {
          const r = s.running.ids[k];
          reserved.push(s.requests.blocks[r] + s.hidden.reserved[r]);
        }
      },
    });
    expect(new Set(reserved)).toEqual(new Set([10]));
    expect(steps.map(({ tokens }) => tokens).filter((tokens) => tokens.includes('4'))).toEqual([
      'A 4, B 4',
      'C 4, D 4',
      'E 4',
    ]);
    expect(engine.replica.totals.evictions).toBe(0);
    expect(tokensOf(preset('vllm-v1', { ...small, tokenBudget: 64 }), five)[0]).toBe('A 4, B 4, C 4, D 4, E 4');
  });
});

describe('faster-transformer', () => {
  const three = jobs([
    [4, 6],
    [4, 2],
    [4, 2],
  ]);
  const pair = { blockSize: 4, maxModelLen: 40, blocks: 60, maxBatch: 2 } as const;

  it('is a convoy: a free seat stays empty until the longest of the batch is done', () => {
    expect(tokensOf(preset('faster-transformer', pair), three)).toEqual([
      'A 4, B 4',
      'A 1, B 1',
      'A 1',
      'A 1',
      'A 1',
      'A 1',
      'C 4',
      'C 1',
    ]);
    expect(tokensOf(preset('orca', pair), three)).toEqual([
      'A 4, B 4',
      'A 1, B 1',
      'A 1, C 4',
      'A 1, C 1',
      'A 1',
      'A 1',
    ]);
  });
});

describe('vllm-v0', () => {
  const small = { blockSize: 4, maxModelLen: 16, tokenBudget: 16, blocks: 40 } as const;

  it('computes waiting prompts alone, whole, as many as the budget holds; decodes wait', () => {
    const four = jobs([
      [6, 3],
      [5, 2, 2, 1],
      [10, 2, 2, 1],
      [2, 1, 1, 1],
    ]);
    expect(tokensOf(preset('vllm-v0', small), four)).toEqual(['A 6', 'B 5, C 10', 'D 2', 'A 1, B 1, C 1', 'A 1']);
  });

  it('evicts the last to arrive when blocks run out, and admits it again before any decode', () => {
    const two = jobs([
      [7, 4],
      [8, 3],
    ]);
    const { steps } = stepsOf(preset('vllm-v0', { ...small, blocks: 4 }), two);
    expect(steps.map(({ tokens, evicted }) => [tokens, evicted])).toEqual([
      ['A 7, B 8', ''],
      ['A 1', 'B'],
      ['A 1', ''],
      ['A 1', ''],
      ['B 9', ''],
      ['B 1', ''],
    ]);
  });
});
