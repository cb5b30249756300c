/** The schedule of an engine, step by step, in letters: what hand-worked traces are compared with. */
import { expect } from 'vitest';
import type { Predictor } from '../../../env/serving/beliefs.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../../env/serving/engine.js';
import type { Ids, Scheduler } from '../../../env/serving/policy.js';
import type { Recorder } from '../../../env/serving/recorder.js';
import type { Replica } from '../../../env/serving/replica.js';
import type { Rules } from '../../../env/serving/rules.js';
import { createWorkload, type Workload, type WorkloadColumns } from '../../../env/workloads/workload.js';
import { oracle } from '../../../predictors/oracle.js';

/** Prompt, output and declared tokens of a request, and the step before which it arrives [0]. */
export type Job = readonly [prompt: number, output: number, declared?: number, step?: number];

export interface Step {
  /** Who takes part with how many tokens. */
  readonly tokens: string;
  /** Blocks of those who run, and free ones, once the batch is formed. */
  readonly blocks: string;
  readonly free: number;
  /** Who lost its blocks for it. */
  readonly evicted: string;
  /** Who was done with it. */
  done: string;
}

/** Requests A, B, C, … whose prompts share nothing; a step lasts 1 µs. */
export const jobs = (list: readonly Job[], more: Partial<WorkloadColumns> = {}): Workload =>
  createWorkload({
    name: 'by hand',
    arrival: list.map(([, , , step = 0]) => step),
    promptTokens: list.map(([prompt]) => prompt),
    outputTokens: list.map(([, output]) => output),
    declared: list.map(([, output, declared = output]) => declared),
    content: list.map(([prompt], k) => ({ segments: [[`prompt ${k}`, prompt]], answer: `answer ${k}` })),
    ...more,
  });

const letter = (r: number): string => String.fromCharCode(65 + r);

const listed = ({ ids, n }: Ids, value: (r: number, k: number) => number): string =>
  Array.from({ length: n }, (_, k) => `${letter(ids[k])} ${value(ids[k], k)}`).join(', ');

interface Watch {
  /** [true lengths] */
  readonly predictor?: () => Predictor;
  /** [first come, first served, asked every step] */
  readonly scheduler?: () => Scheduler;
  /** Called when a batch is formed. */
  readonly look?: (s: Replica) => void;
}

const everyStep = (): Scheduler => ({ name: 'fcfs, asked every step', decide() {} });

/** Runs to the end. */
export function stepsOf(
  rules: Rules,
  workload: Workload,
  { predictor = oracle, scheduler = everyStep, look }: Watch = {},
): { steps: Step[]; engine: Engine } {
  const steps: Step[] = [];
  const formed = (s: Replica, tokens: string, evicted: string): void => {
    look?.(s);
    steps.push({ tokens, blocks: listed(s.running, (r) => s.requests.blocks[r]), free: s.free, evicted, done: '' });
  };
  const recorder: Recorder = {
    planned(s) {
      const evicted = Array.from(s.evicted.ids.subarray(0, s.evicted.n), letter).join('');
      formed(
        s,
        listed(s.plan, (_r, k) => s.plan.tokens[k]),
        evicted,
      );
    },
    repeated: (s) =>
      formed(
        s,
        listed(s.running, () => 1),
        '',
      ),
    left(_s, r) {
      const last = steps.at(-1);
      if (last) last.done += letter(r);
    },
  };
  const engine = createEngine({
    workload,
    rules,
    cost: constantStep(1),
    scheduler,
    predictor,
    recorders: [recorder],
  });
  expect(run(engine)).toBe('drained');
  return { steps, engine };
}

/** The batches alone. */
export const tokensOf = (rules: Rules, workload: Workload): string[] =>
  stepsOf(rules, workload).steps.map(({ tokens }) => tokens);
