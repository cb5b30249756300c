/** Small random episodes for contract suites: few requests, few blocks, drafts in every other one, everything from a seed. */
import { exponential } from '../../env/distributions.js';
import { stream } from '../../env/random.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { affineCost } from '../../env/serving/cost/affine.js';
import { createEngine, type Engine, run, type Setup } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { type PresetName, preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Rules } from '../../env/serving/rules.js';
import type { Slo } from '../../env/serving/slo.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { createWorkload, type Workload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';

export const engines = ['serial', 'vllm-v1', 'vllm-v1+rank', 'vllm-v1-async'] as const satisfies readonly PresetName[];

/** Requests with distinct arrivals, in the given order of rows. */
export function smallWorkload(seed: number, count = 24, order = (row: number) => row): Workload {
  const { next } = stream(seed, 'small world');
  let clock = 0;
  const requests = Array.from({ length: count }, (_, row) => {
    clock += 1 + Math.floor(exponential(next()) * 9000);
    return {
      key: 1000 + 7 * row,
      arrival: clock,
      prompt: 1 + Math.floor(next() * 40),
      output: 1 + Math.floor(exponential(next()) * 18),
      slackInDeclared: Math.floor(next() * 20),
      priority: Math.floor(next() * 3),
    };
  });
  const rows = requests.map((_, row) => requests[order(row)]);
  const keys = rows.map(({ key }) => key);
  return createWorkload({
    name: `small ${seed}`,
    arrival: rows.map(({ arrival }) => arrival),
    promptTokens: rows.map(({ prompt }) => prompt),
    outputTokens: rows.map(({ output }) => output),
    declared: rows.map(({ output, slackInDeclared }) => output + slackInDeclared),
    priority: rows.map(({ priority }) => priority),
    slo: keys.map((key) => key % 3),
    key: keys,
    acceptance: (sorted) =>
      constantAcceptance(
        0.6,
        Array.from(sorted, (row) => keys[row]),
        seed,
      ),
  });
}

/** Rules under which small requests already crowd: 4 seats, 160 tokens of KV, chunked prompts. */
function smallRules(engine: PresetName, seed: number): Rules {
  const drafts = seed % 2 === 0 ? 0 : 2;
  if (engine === 'serial') return preset(engine, { drafts });
  const misfit = seed % 3 === 0 ? 'skip' : 'stop';
  return preset(engine, { blockSize: 4, blocks: 40, maxModelLen: 128, tokenBudget: 24, maxBatch: 4, drafts, misfit });
}

const cost = affineCost({
  base: 900,
  perPrefillToken: 20,
  perDecodeToken: 9,
  perContextToken: 1,
  cpu: { a0: 100, a1: 10 },
});

/** By class; the third is promised nothing. Some are kept, some broken. */
const PROMISES: readonly Slo[] = [{ ttft: 20_000, tpot: 2_000 }, { jct: 120_000 }];

export interface SmallWorld {
  readonly engine: PresetName;
  readonly seed: number;
  readonly scheduler?: () => Scheduler;
  readonly predictor?: () => Predictor;
  readonly workload?: Workload;
  readonly recorders?: readonly Recorder[];
}

/** What an engine is made of. Beliefs are the oracle's unless given. */
export const setupSmall = ({ engine, seed, workload, ...rest }: SmallWorld): Setup => ({
  workload: workload ?? smallWorkload(seed),
  rules: smallRules(engine, seed),
  cost,
  seed,
  predictor: oracle,
  promises: PROMISES,
  ...rest,
});

/** An episode before its first turn. */
export const startSmall = (world: SmallWorld): Engine => createEngine(setupSmall(world));

/** The same, run to its end. */
export function runSmall(world: SmallWorld): Engine {
  const engine = startSmall(world);
  run(engine);
  return engine;
}

/** When each request left, by key. */
export function leftAt({ replica, delivered }: Engine): Map<number, number> {
  const { requests, hidden } = replica;
  return new Map(Array.from({ length: delivered }, (_, r) => [requests.key[r], hidden.left[r]]));
}
