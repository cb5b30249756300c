/** Leave-one-out baselines at equal clock time, worked out by hand. */
import { expect, it } from 'vitest';
import { leaveOneOut } from '../../../agents/learners/math/leave-one-out.js';

it('compares with what the others still earned from the same moment', () => {
  const [a, b] = leaveOneOut([
    { reward: [4, 2], elapsed: [2, 1] }, // 6 to go at 0, 2 at 2
    { reward: [8, 1, 5], elapsed: [4, 1, 1] }, // 14 at 0, 10 at 2 (half of the 8 is left), 6 at 4, 5 at 5
  ]);
  expect([...a]).toEqual([6 - 14, 2 - 10]);
  expect([...b]).toEqual([14 - 6, 6 - 0, 5 - 0]);
});

it('takes the mean of the others, and finds nothing between equals', () => {
  const one = { reward: [1, 1], elapsed: [1, 1] };
  expect(leaveOneOut([one, one, one]).map((each) => [...each])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  const [first] = leaveOneOut([one, { reward: [6], elapsed: [3] }, { reward: [0], elapsed: [1] }]);
  expect([...first]).toEqual([2 - 3, 1 - 2]);
});

it('needs company', () => {
  expect(() => leaveOneOut([{ reward: [1], elapsed: [1] }])).toThrow('1 roll-out of a workload, expected at least 2');
});
