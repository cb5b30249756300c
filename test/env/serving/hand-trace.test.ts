/**
 * A schedule of vLLM V1 worked out by hand: block size 4, 6 usable blocks, 8 tokens a step, 3 seats; A (prompt 6, output 6),
 * B (6, 4) and C (5, 2), all there at time 0. Chunking by the budget, preemption of the last, no admission in that step,
 * recompute of prompt and answer as one.
 */
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import type { Ids } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import type { Recorder } from '../../../env/serving/recorder.js';
import type { Replica } from '../../../env/serving/replica.js';
import type { Rules } from '../../../env/serving/rules.js';
import { createWorkload } from '../../../env/workloads/workload.js';

/** One row of the trace. Blocks and free ones are read after the batch is formed, the rest at the end of the step. */
interface Row {
  readonly tokens: string;
  readonly blocks: string;
  readonly free: number;
  readonly preempted: string;
  readonly generated: string;
  readonly done: string;
}

const names = 'ABC';
const workload = createWorkload({
  name: 'hand trace',
  arrival: [0, 0, 0],
  promptTokens: [6, 6, 5],
  outputTokens: [6, 4, 2],
  declared: [6, 4, 2],
  content: ['A', 'B', 'C'].map((name, k) => ({ segments: [[name, [6, 6, 5][k]]] as const, answer: `answer ${name}` })),
});

const listed = ({ ids, n }: Ids, value: (r: number, k: number) => number): string =>
  Array.from({ length: n }, (_, k) => `${names[ids[k]]} ${value(ids[k], k)}`).join(', ');

function trace(changes: Partial<Rules> = {}): { rows: Row[]; recomputed: number; hits: number } {
  const rows: Row[] = [];
  let planned: Pick<Row, 'tokens' | 'blocks' | 'free' | 'preempted'> | undefined;
  let done = '';
  const formed = (s: Replica, tokens: string, preempted: string): void => {
    const blocks = listed(s.running, (r) => s.requests.blocks[r]);
    planned = { tokens, blocks, free: s.free, preempted };
  };
  const ended = (s: Replica): void => {
    if (planned)
      rows.push({
        ...planned,
        generated: Array.from(s.requests.generated.subarray(0, s.workload.count)).join(' '),
        done,
      });
    done = '';
  };
  const recorder: Recorder = {
    planned(s) {
      const preempted = Array.from(s.evicted.ids.subarray(0, s.evicted.n), (r) => names[r]).join('');
      formed(
        s,
        listed(s.plan, (_r, k) => s.plan.tokens[k]),
        preempted,
      );
      if (s.rules.asyncDepth > 0 && !s.flight) ended(s); // the pipeline fills: nothing ends with this step
    },
    repeated: (s) =>
      formed(
        s,
        listed(s.running, () => 1),
        '',
      ),
    left(_s, r) {
      done += names[r];
    },
    committed: ended,
  };
  const engine = createEngine({
    workload,
    rules: preset('vllm-v1', {
      blockSize: 4,
      blocks: 6,
      tokenBudget: 8,
      maxDrafts: 0,
      maxBatch: 3,
      maxResident: 3,
      maxModelLen: 128,
      unfit: 'block',
      ...changes,
    }),
    cost: constantStep(1),
    scheduler: () => ({ name: 'fcfs, asked every step', decide() {} }),
    recorders: [recorder],
  });
  expect(run(engine)).toBe('drained');
  return { rows, recomputed: engine.replica.totals.recomputedTokens, hits: engine.replica.totals.hitTokens };
}

describe('the trace worked by hand', () => {
  const steps: Row[] = [
    { tokens: 'A 6, B 2', blocks: 'A 2, B 1', free: 3, preempted: '', generated: '1 0 0', done: '' },
    { tokens: 'A 1, B 4, C 3', blocks: 'A 2, B 2, C 1', free: 1, preempted: '', generated: '2 1 0', done: '' },
    { tokens: 'A 1, B 1, C 2', blocks: 'A 2, B 2, C 2', free: 0, preempted: '', generated: '3 2 1', done: '' },
    { tokens: 'A 1, B 1', blocks: 'A 3, B 2', free: 1, preempted: 'C', generated: '4 3 1', done: '' },
    { tokens: 'A 1, B 1', blocks: 'A 3, B 3', free: 0, preempted: '', generated: '5 4 1', done: 'B' },
    { tokens: 'A 1, C 6', blocks: 'A 3, C 2', free: 1, preempted: '', generated: '6 4 2', done: 'AC' },
  ];

  for (const prefixCaching of [false, true]) {
    const { rows, recomputed, hits } = trace({ prefixCaching });
    const title = prefixCaching ? 'with prefix cache' : 'without prefix cache';
    it.each(steps.map((row, k) => [k + 1, row] as const))(`${title}, step %i`, (step, row) => {
      expect(rows[step - 1]).toEqual(row);
    });
    it(`${title}: six steps, 5 of C's 6 tokens computed again, no hit`, () => {
      expect([rows.length, recomputed, hits]).toEqual([6, 5, 0]);
    });
  }

  it('two seats: C is admitted in step 6 only, nobody is preempted', () => {
    const { rows } = trace({ maxBatch: 2, maxResident: 2 });
    expect(rows.map((row) => row.tokens)).toEqual([
      'A 6, B 2',
      'A 1, B 4',
      'A 1, B 1',
      'A 1, B 1',
      'A 1, B 1',
      'A 1, C 5',
      'C 1',
    ]);
    expect(rows.every((row) => row.preempted === '')).toBe(true);
  });

  it("asynchronous: the same six steps, but B's blocks come free one step later and C returns in step 7", () => {
    const { rows } = trace({ asyncDepth: 1 });
    const tokens = rows.map((row) => row.tokens);
    expect(tokens.slice(0, 5)).toEqual(steps.slice(0, 5).map((row) => row.tokens));
    expect(tokens[5]).toBe('A 1');
    expect(tokens[6]).toBe('C 6');
    expect(rows[3].preempted).toBe('C');
  });
});
