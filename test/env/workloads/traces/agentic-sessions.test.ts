import { expect, test } from 'vitest';
import { poissonArrivals } from '../../../../env/workloads/arrivals.js';
import { readTrace } from '../../../../env/workloads/traces/read.js';
import type { Workload } from '../../../../env/workloads/workload.js';
import { traceFiles } from './trace-files.js';

const { made, failure } = traceFiles();

const HEADER = 'session,agent,t,in,out,n_blocks,shared_prefix_blocks,new_block_runs,think_time';
const sessions = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

/** Tokens that the prompts of two rows have in common at their beginnings. */
function shared({ content }: Workload, a: number, b: number): number {
  if (!content) throw new Error('no content');
  const { offsets, sequence, tokens } = content;
  let common = 0;
  for (let k = 0; offsets[a] + k < offsets[a + 1] && offsets[b] + k < offsets[b + 1]; k++) {
    const [x, y] = [offsets[a] + k, offsets[b] + k];
    if (sequence[x] !== sequence[y]) return common;
    common += Math.min(tokens[x], tokens[y]);
    if (tokens[x] !== tokens[y]) return common;
  }
  return common;
}

const TWO = sessions(
  's1,main,0,200,5,3,0,1-3,0',
  's1,main,9,330,7,5,3,4-5,2.5',
  's1,helper,0,140,4,2,0,1;6,0',
  's1,helper,4,210,4,3,2,7,1',
  's1,main,30,300,6,4,2,8-9,',
  's2,main,0,130,2,2,0,1-2,0',
);

test('an agent follows itself, a sub-agent the call of main; sessions begin at once', async () => {
  const { workload, report } = await readTrace(made(TWO));
  expect(report).toMatchObject({ format: 'agentic-sessions', requests: 6, unusedColumns: ['t'], span: 0 });
  const { rounds, key } = workload;
  expect([...key]).toEqual([2, 7, 3, 4, 5, 6]); // own times first
  expect([...workload.arrival]).toEqual([0, 0, Infinity, Infinity, Infinity, Infinity]);
  expect(Array.from(rounds?.follows ?? [], (row) => key[row] ?? 0)).toEqual([0, 0, 2, 3, 4, 3]);
  expect([...(rounds?.think ?? [])].slice(2)).toEqual([2_500_000, 0, 1_000_000, 0]);
});

test('blocks are shared within a session, also between agents and after a prompt was cut', async () => {
  const { workload } = await readTrace(made(TWO));
  const row = (line: number): number => workload.key.indexOf(line);
  expect(shared(workload, row(2), row(3))).toBe(192);
  expect(shared(workload, row(2), row(4))).toBe(64);
  expect(shared(workload, row(4), row(5))).toBe(128);
  expect(shared(workload, row(3), row(6))).toBe(128);
  expect(shared(workload, row(2), row(7))).toBe(0);
});

test('a branch that is taken again is the same branch', async () => {
  const rows = ['s,main,0,320,1,5,0,1-5,0', 's,main,0,256,1,4,2,6-7,0', 's,main,0,320,1,5,2,3-5,0'];
  const { workload } = await readTrace(made(sessions(...rows)));
  expect([shared(workload, 0, 1), shared(workload, 0, 2)]).toEqual([128, 320]);
});

test('failed requests are left out, what follows goes to the one before; their blocks count', async () => {
  const rows = ['s,main,0,64,0,1,0,1,0', 's,main,0,128,3,2,1,2,4', 's,main,0,128,0,2,2,,1', 's,main,0,192,3,3,2,3,7'];
  const { workload, report } = await readTrace(made(sessions(...rows)));
  expect(report).toMatchObject({ requests: 2, failed: 2 });
  expect([...(workload.rounds?.follows ?? [])]).toEqual([-1, 0]);
  expect(workload.rounds?.think[1]).toBe(7_000_000);
});

test('sessions come as arrivals say', async () => {
  const { workload } = await readTrace(made(TWO), { arrivals: poissonArrivals(1), seed: 3 });
  expect(workload.arrival[0]).toBeGreaterThan(0);
  expect(workload.arrival[1]).toBeGreaterThan(workload.arrival[0]);
  expect(workload.arrival[2]).toBe(Infinity);
});

test('a limit keeps the first lines', async () => {
  const { workload } = await readTrace(made(TWO), { limit: 3 });
  expect([...workload.key]).toEqual([2, 3, 4]);
});

test.each([
  [
    'more than was there',
    ['s,m,0,64,1,1,1,,0'],
    "2, column shared_prefix_blocks: expected at most 0, the blocks of the agent's last request, found 1",
  ],
  [
    'too few blocks',
    ['s,m,0,200,1,3,0,1-2,0'],
    '2, column new_block_runs: expected 3 blocks with the shared ones, found 2',
  ],
  [
    'another number of blocks',
    ['s,m,0,200,1,4,0,1-4,0'],
    '2, column n_blocks: expected 3, the blocks of 200 tokens, found 4',
  ],
  [
    'a run backwards',
    ['s,m,0,200,1,3,0,3-1,0'],
    '2, column new_block_runs: expected runs of blocks like 248-250;300, found "3-1"',
  ],
  [
    'blocks in disorder',
    ['s,m,0,128,1,2,0,4;3,0'],
    '2, column new_block_runs: expected a block above 4, which stands before it, found 3',
  ],
  [
    'a block behind another',
    ['s,m,0,128,1,2,0,1-2,0', 's,m,0,64,1,1,0,2,0'],
    '3, column new_block_runs: expected block 2 behind block 1, as in a request above, found no other',
  ],
  [
    'a session in two places',
    ['s,m,0,9,1,0,0,,0', 'u,m,0,9,1,0,0,,0', 's,m,0,9,1,0,0,,0'],
    '4, column session: expected the lines of a session together, found "s" again',
  ],
  ['a time before the answer', ['s,m,0,9,1,0,0,,-1'], '2, column think_time: expected a number ≥ 0 (s), found "-1"'],
])('%s is refused', async (_, rows, message) => {
  expect(await failure(sessions(...rows))).toBe(`trace, line ${message}`);
});
