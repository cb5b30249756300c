/** Schedules recorded from the real vLLM V1 scheduler, held step by step against the preset that copies it. */
import { z } from 'zod';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, type Outcome, run } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import { scriptedAcceptance } from '../../env/workloads/acceptance/scripted.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { type Entry, StepRecorder } from './steps.js';

const engineSchema = z.strictObject({
  block_size: z.int().default(16),
  num_blocks: z.int(),
  max_num_batched_tokens: z.int().default(2048),
  max_num_seqs: z.int().default(128),
  max_model_len: z.int().default(4096),
  enable_prefix_caching: z.boolean().default(true),
  enable_chunked_prefill: z.boolean().default(true),
  long_prefill_token_threshold: z.int().default(0),
  policy: z.enum(['fcfs', 'priority']).default('fcfs'),
  scheduler_reserve_full_isl: z.boolean().default(true),
  watermark: z.number().default(0),
  num_speculative_tokens: z.int().default(0),
  speculative_method: z.enum(['ngram', 'draft_model']).default('ngram'),
  async_scheduling: z.boolean().default(false),
});

const requestSchema = z.object({
  id: z.string(),
  arrival_step: z.int().min(1),
  max_tokens: z.int().min(1),
  priority: z.int().default(0),
  arrival_time: z.number().optional(),
  prompt: z.object({ segments: z.array(z.tuple([z.string(), z.int()])) }),
  accepted: z.array(z.int()).default([]),
  drafts: z.array(z.int()).default([]),
});

const scenarioSchema = z.object({
  name: z.string(),
  engine: engineSchema,
  requests: z.array(requestSchema).min(1),
  abort: z.array(z.object({ step: z.int(), id: z.string() })).default([]),
  max_steps: z.int().default(5000),
  record_blocks: z.boolean().default(false),
  vllm_version: z.string(),
  outcome: z.string(),
  steps: z.array(z.record(z.string(), z.unknown())),
});

/** A recording in the format of the golden folder. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** What a replay gave: the steps of our engine, and how it ended. */
export interface Replay {
  readonly steps: Entry[];
  readonly outcome: string;
}

/** @throws Error that names the file and the first thing that is not as the format says */
export function parseScenario(content: unknown, file: string): Scenario {
  const parsed = scenarioSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Error(`${file}: not a recorded schedule: ${first.path.join('.') || 'it'}: ${first.message}`);
}

/** The preset that copies a version: the newest one not above it. */
export function presetOfVersion(version: string): PresetName {
  const [major, minor] = version.split('.').map(Number);
  if (major > 0 || minor >= 33) return 'vllm-v1';
  return minor >= 19 ? 'vllm-v1@0.19' : 'vllm-v1@0.14';
}

/** Settings in vLLM's words as rules of the engine. */
export function rulesOf(engine: Scenario['engine'], name: PresetName): Rules {
  const version: Partial<Rules> =
    name === 'vllm-v1@0.14'
      ? { admissionReserve: 'chunk' }
      : { admissionReserve: engine.scheduler_reserve_full_isl ? 'prompt' : 'chunk' };
  return preset(name, {
    ...version,
    blockSize: engine.block_size,
    blocks: engine.num_blocks - 1,
    tokenBudget: engine.max_num_batched_tokens,
    maxBatch: engine.max_num_seqs,
    maxResident: engine.max_num_seqs,
    maxModelLen: engine.max_model_len,
    prefixCaching: engine.enable_prefix_caching,
    chunkedPrefill: engine.enable_chunked_prefill,
    longPrefillThreshold: engine.long_prefill_token_threshold,
    watermarkBlocks: name === 'vllm-v1' ? Math.floor(engine.watermark * engine.num_blocks) : 0,
    drafts: engine.num_speculative_tokens,
    maxDrafts: engine.num_speculative_tokens,
    proposer: engine.speculative_method === 'draft_model' ? 'draft-model' : 'ngram',
    asyncDepth: engine.async_scheduling ? 1 : 0,
    unfit: 'block',
    tie: 'source',
  });
}

/** The scenario's requests; step s begins at µs s − 1, and requests of one step come in the order of the file. */
export function workloadOf(scenario: Scenario): Workload {
  const { requests, abort } = scenario;
  const textOrder = requests.map((_, k) => k).sort((a, b) => compareText(requests[a].id, requests[b].id));
  const aborts = new Map(abort.map((a) => [a.id, a.step - 1]));
  return createWorkload({
    name: scenario.name,
    arrival: requests.map((r) => r.arrival_step - 1),
    promptTokens: requests.map((r) => r.prompt.segments.reduce((sum, [, n]) => sum + n, 0)),
    outputTokens: requests.map((r) => r.max_tokens),
    declared: requests.map((r) => r.max_tokens),
    priority: requests.map((r) => r.priority),
    abortAt: requests.map((r) => aborts.get(r.id) ?? Infinity),
    tie: requests.map((_, k) => textOrder.indexOf(k)),
    content: requests.map((r) => ({ segments: r.prompt.segments, answer: `out:${r.id}` })),
    ids: requests.map((r) => r.id),
    acceptance: (order) => scriptedAcceptance((row) => requests[order[row]]),
  });
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Service order of a scenario: by arrival, or by (priority, arrival time), equals tied as the source says. */
function schedulerOf({ engine, requests }: Scenario): Scheduler {
  if (engine.policy === 'fcfs') return { name: 'fcfs', decide() {} };
  const keys = requests.map((r) => [r.priority, r.arrival_time ?? r.arrival_step]);
  const rankOf = keys.map(([p, t]) => keys.filter(([q, u]) => q < p || (q === p && u < t)).length);
  return {
    name: 'priority',
    decide({ changed, requests: columns }, { rank }) {
      for (let k = 0; k < changed.n; k++) rank[changed.ids[k]] = rankOf[columns.key[changed.ids[k]]];
    },
  };
}

/** Runs a scenario on the preset (that of the recording's version unless given). */
export function replay(scenario: Scenario, name: PresetName = presetOfVersion(scenario.vllm_version)): Replay {
  const lastEvent = Math.max(...scenario.requests.map((r) => r.arrival_step), ...scenario.abort.map((a) => a.step));
  const recorder = new StepRecorder(scenario.record_blocks, lastEvent);
  const rules = rulesOf(scenario.engine, name);
  const engine = createEngine({
    workload: workloadOf(scenario),
    rules,
    cost: constantStep(1),
    scheduler: () => schedulerOf(scenario),
    recorders: [recorder],
    horizon: scenario.max_steps,
  });
  const outcome = run(engine);
  return { steps: recorder.close(engine.replica, outcome === 'stuck'), outcome: spell(outcome) };
}

const spell = (outcome: Outcome): string =>
  outcome === 'drained' ? 'finished' : outcome === 'horizon' ? 'step limit' : outcome;

/** The first difference between a recording and our replay of it, in one sentence; null = every field of every step is equal. */
export function firstDifference(scenario: Scenario, ours: Replay): string | null {
  const theirs = scenario.steps;
  const most = Math.max(theirs.length, ours.steps.length);
  for (let k = 0; k < most; k++) {
    const a = theirs[k];
    const b: Record<string, unknown> | undefined = ours.steps[k] && { ...ours.steps[k] };
    if (!a || !b) return `${theirs.length} steps were recorded, ${ours.steps.length} replayed`;
    for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (field in (a ?? {}) === field in b && JSON.stringify(a[field]) === JSON.stringify(b[field])) continue;
      return `step ${a.step ?? b.step}: ${field} is ${JSON.stringify(b[field])}, recorded ${JSON.stringify(a[field])}`;
    }
  }
  if (scenario.outcome !== ours.outcome) return `the end is ${ours.outcome}, recorded ${scenario.outcome}`;
  return null;
}
