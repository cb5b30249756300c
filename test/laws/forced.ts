/** Small episodes under audit, in which a policy demands what it likes. */
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import type { BatchDecision, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Rules } from '../../env/serving/rules.js';
import { createWorkload, type WorkloadColumns } from '../../env/workloads/workload.js';
import { createAuditor } from './auditor.js';
import { idsOf } from './policies.js';

export const SYNCHRONOUS: readonly PresetName[] = ['vllm-v1', 'vllm-v1@0.19', 'vllm-v1+rank', 'serial'];
export const small: Partial<Rules> = { blockSize: 4, blocks: 32, maxModelLen: 64, prefixCaching: false };
export const ranked = (changes: Partial<Rules> = {}): Rules => preset('vllm-v1+rank', { ...small, ...changes });
export const same = (count: number, prompt: number, output: number): WorkloadColumns => ({
  name: 'alike',
  arrival: Array(count).fill(0),
  promptTokens: Array(count).fill(prompt),
  outputTokens: Array(count).fill(output),
  declared: Array(count).fill(output),
});

/** Runs an episode whose steps last 10 µs, under audit. */
export function episode(
  rules: Rules,
  columns: WorkloadColumns,
  decide: (view: ReplicaView, out: BatchDecision) => void,
  { recorders = [], ...policy }: Partial<Scheduler> & { recorders?: Recorder[] } = {},
): Engine {
  const auditor = createAuditor({ iterations: 2000 });
  const engine = createEngine({
    workload: createWorkload(columns),
    rules,
    cost: constantStep(10),
    scheduler: () => ({ name: 'test', ...policy, decide }),
    recorders: [auditor, ...recorders],
  });
  run(engine);
  auditor.close(engine);
  return engine;
}

export const holdAll = (view: ReplicaView, out: BatchDecision): void => {
  for (const r of idsOf(view.live)) out.hold[r] = 1;
};

export const finished = ({ replica }: Engine): number[] =>
  Array.from(replica.hidden.left.subarray(0, replica.totals.finished));
