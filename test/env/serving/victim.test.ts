/** Who loses its blocks when they run out: each rule, with everything else equal. */
import { describe, expect, it } from 'vitest';
import type { Scheduler } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import type { Rules } from '../../../env/serving/rules.js';
import type { WorkloadColumns } from '../../../env/workloads/workload.js';
import { type Job, jobs, stepsOf } from './steps.js';

const rules: Partial<Rules> = {
  prefixCaching: false,
  blockSize: 1,
  blocks: 30,
  tokenBudget: 64,
  maxDrafts: 0,
  maxModelLen: 64,
  maxBatch: 3,
};

/** C is admitted first, then A, then B; from the second turn on A is worst. */
const shuffling = (keep: readonly number[]) => (): Scheduler => ({
  name: 'shuffling',
  decide({ now, live }, out) {
    for (let k = 0; k < live.n; k++) {
      const r = live.ids[k];
      out.rank[r] = now === 0 ? [1, 2, 0][r] : [9, 2, 0][r];
      out.keep[r] = keep[r];
      out.touch(r);
    }
  },
});

const equal: Job[] = [
  [6, 20],
  [6, 20],
  [6, 20],
];

/** Who is evicted first. */
function firstVictim(
  changes: Partial<Rules>,
  list: Job[],
  more: Partial<WorkloadColumns> = {},
  keep = [0, 0, 0],
): string {
  const { steps } = stepsOf(preset('vllm-v1', { ...rules, ...changes }), jobs(list, more), {
    scheduler: shuffling(keep),
  });
  return steps.find(({ evicted }) => evicted !== '')?.evicted[0] ?? '';
}

describe('the victim', () => {
  const longest: Job[] = [
    [6, 20],
    [5, 20],
    [5, 20],
  ];
  const later: Job[] = [
    [6, 20],
    [6, 20, 20, 1],
    [6, 20],
  ];
  const longer: Job[] = [
    [6, 14],
    [6, 14],
    [6, 20],
  ];

  it.each<[string, Partial<Rules>, Job[], string]>([
    ['last-running: admitted last', { victim: 'last-running' }, equal, 'B'],
    ['worst-rank: the worst now', { victim: 'worst-rank' }, equal, 'A'],
    ['latest-arrival', { victim: 'latest-arrival' }, equal, 'C'],
    ['shortest-output', { victim: 'shortest-output' }, later, 'C'],
    ['shortest-output, of equal ones the longest prompt', { victim: 'shortest-output' }, longest, 'A'],
    ['shortest-output, all equal: first in the list', { victim: 'shortest-output', victimTie: 'first' }, equal, 'C'],
    ['shortest-output, all equal: last in the list', { victim: 'shortest-output', victimTie: 'last' }, equal, 'B'],
    ['most-slack, no deadlines: the longest believed rest', { victim: 'most-slack' }, longer, 'C'],
    ['most-slack, equal rests: fewest blocks (C has its next one)', { victim: 'most-slack' }, longest, 'B'],
  ])('%s', (_title, changes, list, victim) => {
    expect(firstVictim(changes, list)).toBe(victim);
  });

  it('most-slack: the latest deadline comes first', () => {
    expect(firstVictim({ victim: 'most-slack' }, longer, { deadline: [900, 1000, 800] })).toBe('B');
  });

  it.each(['last-running', 'worst-rank', 'latest-arrival', 'shortest-output', 'most-slack'] as const)(
    '%s: an external ranking comes first',
    (victim) => {
      expect(firstVictim({ victim }, equal, {}, [1, 1, 0])).toBe('C');
      expect(firstVictim({ victim }, equal, {}, [0, 1, 1])).toBe('A');
    },
  );
});
