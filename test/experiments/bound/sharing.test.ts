/** How much of a request could be somebody else's. */
import { expect, it } from 'vitest';
import { createWorkload, type RequestContent } from '../../../env/workloads/workload.js';
import { sharedPrefixes } from '../../../experiments/bound/sharing.js';

function shared(content: readonly RequestContent[], output = 10): number[] {
  const promptTokens = content.map(({ segments }) => segments.reduce((sum, [, tokens]) => sum + tokens, 0));
  const count = content.length;
  return [
    ...sharedPrefixes(
      createWorkload({
        name: 'texts',
        arrival: new Array(count).fill(0),
        promptTokens,
        outputTokens: new Array(count).fill(output),
        content,
      }),
    ),
  ];
}

it('is the longest common beginning with anybody, over segments', () => {
  const texts: RequestContent[] = [
    {
      segments: [
        ['system', 20],
        ['user 0', 7],
      ],
      answer: 'answer 0',
    },
    {
      segments: [
        ['system', 20],
        ['user 1', 7],
      ],
      answer: 'answer 1',
    },
    {
      segments: [
        ['system', 12],
        ['user 2', 30],
      ],
      answer: 'answer 2',
    },
    { segments: [['other', 50]], answer: 'answer 3' },
  ];
  expect(shared(texts)).toEqual([20, 20, 12, 0]);
});

it('counts an answer that a later prompt quotes, as far as it is quoted', () => {
  const asked = { segments: [['question', 8]], answer: 'said' } as const;
  const quoting = (tokens: number): RequestContent => ({
    segments: [
      ['question', 8],
      ['said', tokens],
      ['more', 5],
    ],
    answer: 'then',
  });
  expect(shared([asked, quoting(10)])).toEqual([18, 18]);
  expect(shared([asked, quoting(4)])).toEqual([12, 12]);
});

it('counts all of a text that two of them are', () => {
  const text: RequestContent = { segments: [['same', 9]], answer: 'same answer' };
  expect(shared([text, text, { segments: [['same', 5]], answer: 'short' }])).toEqual([19, 19, 5]);
});

it('is nothing where prompts are their own', () => {
  const workload = createWorkload({ name: 'own', arrival: [0, 0], promptTokens: [5, 5], outputTokens: [3, 3] });
  expect([...sharedPrefixes(workload)]).toEqual([0, 0]);
});
