/** What an experiment runs on: requests, engine, hardware. Settings as names and numbers in, objects out. */
import { z } from 'zod';
import { type CostModel, noCpu, noDraftCost } from '../env/serving/cost/cost.js';
import { rooflineCost } from '../env/serving/cost/roofline.js';
import { type GpuCard, loadGpu, loadModel, type ModelCard, poolBlocks } from '../env/serving/hardware.js';
import type { Rules } from '../env/serving/rules.js';
import { arrivalKinds } from '../env/workloads/chat.js';
import { list, mapping } from './cli/options.js';
import { check } from './cost-file.js';
import { engineRules } from './engine-file.js';

/** Best fixed draft lengths are sought in 0 … 8. */
export const LONGEST_DRAFT = 8;

const ARRIVALS = ['trace', ...Object.keys(arrivalKinds)] as const;

/** Settings that say what world the schedulers meet; keys left out depend on others, see `completeSetting`. */
export const settingShape = {
  trace: z
    .string()
    .min(1)
    .optional()
    .describe(
      '<file> requests: Azure LLM CSV, SpecDecode-Bench, JSONL, CSV; plain or .gz [the embedded chat workload]',
    ),
  format: z.string().min(1).optional().describe('<name> format of the trace [detected]'),
  columns: mapping()
    .optional()
    .describe('<ours=theirs,…> columns of a JSONL or CSV trace, e.g. promptTokens=input_length'),
  skipBadRows: z.boolean().default(false).describe('skip bad rows of the trace and count them'),
  requests: z
    .int()
    .min(2)
    .max(10_000_000)
    .optional()
    .describe('<n> requests an episode [600; of a trace: all, cut into one window a seed]'),
  longShare: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('<share> of embedded requests that bring a long prompt [0.25]'),
  arrivals: z
    .enum(ARRIVALS)
    .optional()
    .describe(`<kind> ${ARRIVALS.join(', ')} [on-off; of a trace: its own times]`),
  engine: list(z.string()).default(['vllm-v1']).describe('<names> presets, or files with a preset and changed rules'),
  rules: mapping().default({}).describe('<rule=value,…> engine rules to change, e.g. maxBatch=32,tokenBudget=512'),
  model: z.string().min(1).default('llama-3-8b').describe('<name> model card or file'),
  gpu: z.string().min(1).default('a100').describe('<name> GPU card or file'),
  tensorParallel: z.int().min(1).default(1).describe('<n> GPUs the model is split over'),
  kvBlocks: z
    .int()
    .min(1)
    .optional()
    .describe('<n> KV blocks of 16 tokens [2500 with the embedded workload: about 24 slots; else what the GPU holds]'),
  draft: z
    .enum(['none', 'eagle', 'ngram'])
    .optional()
    .describe('<proposer> of speculative decoding: none, eagle, ngram [eagle with the embedded workload, else none]'),
  gamma: z
    .preprocess(
      (given) =>
        typeof given === 'string' && given.trim() !== '' && Number.isFinite(Number(given)) ? Number(given) : given,
      z.union([z.literal('best'), z.int().min(0).max(64)], { error: 'expected best or a whole number in 0 … 64' }),
    )
    .default('best')
    .describe(`<n> draft length γ, or best: the fixed one with the highest capacity, 0 … ${LONGEST_DRAFT}`),
  draftCost: mapping()
    .optional()
    .describe('<perDepth=µs,perToken=µs> of proposing [600, 30 for eagle; 0, 0 for ngram]'),
  cpu: mapping().default({ a0: 130, a1: 4.4 }).describe('<a0=µs,a1=µs> CPU time of an iteration, a0 + a1 × sequences'),
};

export type Setting = z.output<z.ZodObject<typeof settingShape>>;

/** Fills in what depends on other settings. Filling in twice changes nothing. */
export function completeSetting<S extends Setting>(given: S): S {
  const embedded = given.trace === undefined;
  const draft = given.draft ?? (embedded ? 'eagle' : 'none');
  return {
    ...given,
    ...(embedded && {
      requests: given.requests ?? 600,
      longShare: given.longShare ?? 0.25,
      kvBlocks: given.kvBlocks ?? 2500,
    }),
    arrivals: given.arrivals ?? (embedded ? 'on-off' : 'trace'),
    draft,
    gamma: draft === 'none' ? 0 : given.gamma,
    draftCost: given.draftCost ?? (draft === 'eagle' ? { perDepth: 600, perToken: 30 } : noDraftCost),
  };
}

/** Engine and hardware of a setting. */
export interface Hardware {
  readonly gpu: GpuCard;
  readonly model: ModelCard;
  readonly cost: CostModel;
  /** Rules of one of its engines at a draft length. */
  rules(engine: string, gamma: number): Rules;
}

const cpuSchema = z.strictObject({ a0: z.number().min(0), a1: z.number().min(0) });
const draftCostSchema = z.strictObject({ perDepth: z.number().min(0), perToken: z.number().min(0) });

/** @throws Error that names the setting and what was expected */
export function hardwareOf(setting: Setting): Hardware {
  const { tensorParallel, draft = 'none' } = setting;
  const gpu = loadGpu(setting.gpu);
  const model = loadModel(setting.model);
  const cpu = check(cpuSchema, { ...noCpu, ...setting.cpu }, 'cpu');
  const draftCost = check(draftCostSchema, { ...noDraftCost, ...setting.draftCost }, 'draftCost');
  const blocks = setting.kvBlocks ?? poolBlocks(gpu, model, { tensorParallel });
  return {
    gpu,
    model,
    cost: rooflineCost(gpu, model, { tensorParallel, cpu, draft: draftCost }),
    rules: (engine, gamma) =>
      engineRules(engine, {
        hardware: {
          blocks,
          tokenBudget: gpu.serverTokenBudget,
          maxBatch: gpu.serverMaxBatch,
          maxModelLen: model.maxModelLen,
        },
        changes: {
          ...(draft !== 'none' && { drafts: gamma, maxDrafts: Math.max(gamma, LONGEST_DRAFT), proposer: draft }),
          ...setting.rules,
        },
      }),
  };
}
