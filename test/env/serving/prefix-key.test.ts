/** Who shares with whom: equal keys are equal tokens, as far as they are known. */
import { expect, it } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, toTurn } from '../../../env/serving/engine.js';
import { preset } from '../../../env/serving/presets.js';
import { createWorkload } from '../../../env/workloads/workload.js';

it.each([true, false])('prefixKey, prefix cache %s', (prefixCaching) => {
  const segments: [string, number][][] = [
    [
      ['system', 8],
      ['a', 8],
    ],
    [
      ['system', 8],
      ['b', 8],
    ],
    [
      ['system', 6],
      ['c', 10],
    ],
  ];
  const engine = createEngine({
    workload: createWorkload({
      name: 'shared',
      arrival: [0, 0, 0],
      promptTokens: [16, 16, 16],
      outputTokens: [1, 1, 1],
      content: segments.map((each, k) => ({ segments: each, answer: `answer ${k}` })),
    }),
    rules: preset('vllm-v1', { blockSize: 4, prefixCaching }),
    cost: constantStep(10),
  });
  expect(toTurn(engine)).toBe(true);
  const key = (r: number, tokens: number): number => engine.view.prefixKey(r, tokens);
  expect(key(0, 8)).toBe(key(1, 8));
  expect(key(0, 11)).toBe(key(1, 8)); // whole blocks
  expect(key(0, 12)).not.toBe(key(1, 12));
  expect(key(2, 4)).toBe(key(0, 4));
  expect(key(2, 8)).not.toBe(key(0, 8));
  expect(key(0, 99)).toBe(key(0, 16)); // no further than what is known
  expect(key(3, 8)).toBe(0);
});
