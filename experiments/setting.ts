/** What an experiment runs on: requests, engine, hardware. Settings as names and numbers in, objects out. */
import { z } from 'zod';
import { type CostModel, noCpu, noDraftCost } from '../env/serving/cost/cost.js';
import type { GpuCard, ModelCard } from '../env/serving/hardware.js';
import type { Rules } from '../env/serving/rules.js';
import type { Slo } from '../env/serving/slo.js';
import { namedSetting, settings } from '../env/settings/catalogue.js';
import { deployHardware, draftRules, LONGEST_DRAFT } from '../env/settings/deployment.js';
import { splits } from '../env/workloads/families/family.js';
import { resolveArrivals } from './arrivals.js';
import { list, mapping } from './cli/options.js';
import { check, readCost } from './cost-file.js';
import { engineRules } from './engine-file.js';

const arrivals = z.string().superRefine((spec, context) => {
  if (spec === 'trace') return;
  try {
    resolveArrivals(spec);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

/** Settings that say what world the schedulers meet; keys left out depend on others, see `completeSetting`. */
export const settingShape = {
  setting: z
    .string()
    .min(1)
    .optional()
    .describe(
      '<name> requests, engine, hardware and load under one name (servegym list settings); other flags override it',
    ),
  split: z
    .enum(splits)
    .optional()
    .describe(`<name> of the setting: ${splits.join(', ')}; only test is the setting itself [test]`),
  parameters: mapping()
    .optional()
    .describe("<name=value,…> parameters of the setting's family (servegym list families), e.g. sigma=1.5"),
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
  arrivals: arrivals
    .optional()
    .describe('<spec> servegym list arrivals, e.g. gamma:cv=2; or trace [on-off; of a trace or a setting: its own]'),
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
    .describe(
      '<proposer> of speculative decoding: none, eagle, ngram [eagle with the embedded workload at the cost of cards, else none]',
    ),
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
  step: z.int().min(1).optional().describe('<µs> every iteration lasts so long, whatever the cards say'),
  cost: z
    .string()
    .min(1)
    .optional()
    .describe(
      '<MODEL@GPU|file> what an iteration costs, CPU and drafts included, e.g. a card of servegym calibrate; limits that it does not state stay those of --gpu and --model [the cards]',
    ),
};

export type Setting = z.output<z.ZodObject<typeof settingShape>>;

/** What a named setting says of the keys that nobody set: they stand behind file and flags. */
export function settingDefaults({ setting, trace }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (setting === undefined) return {};
  const { deployment, requests, load, capacity } = namedSetting(String(setting));
  const { engine, ...rest } = deployment;
  const own = { engine: [engine], ...rest, gamma: capacity.gamma, load: [load] };
  return trace === undefined ? { ...own, requests, split: 'test' } : own;
}

/** Fills in what depends on other settings. Filling in twice changes nothing. */
export function completeSetting<S extends Setting>(given: S): S {
  const named = given.setting !== undefined;
  const embedded = given.trace === undefined && !named;
  const draft = given.draft ?? (embedded && given.cost === undefined ? 'eagle' : 'none');
  const arrivals = given.arrivals ?? (embedded ? 'on-off' : given.trace === undefined ? undefined : 'trace');
  return {
    ...given,
    ...(embedded && {
      requests: given.requests ?? 600,
      longShare: given.longShare ?? 0.25,
      kvBlocks: given.kvBlocks ?? 2500,
    }),
    ...(arrivals !== undefined && { arrivals }),
    draft,
    gamma: draft === 'none' ? 0 : given.gamma,
    draftCost: given.draftCost ?? (draft === 'eagle' ? { perDepth: 600, perToken: 30 } : noDraftCost),
  };
}

/** What is promised to the classes of a named setting; [] for all others. */
export const promisesOf = ({ setting }: Pick<Setting, 'setting'>): readonly Slo[] =>
  setting === undefined ? [] : namedSetting(setting).slo;

/** What decides how much an engine serves. */
const CAPACITY = [
  'engine',
  'rules',
  'model',
  'gpu',
  'tensorParallel',
  'kvBlocks',
  'draft',
  'gamma',
  'draftCost',
  'cpu',
];

/** Load 1 in requests/s as a named setting states it, unless something that decides it was changed. */
export function statedCapacity(given: Setting): number | undefined {
  if (given.setting === undefined || given.trace !== undefined || given.parameters !== undefined) return undefined;
  const own = completeSetting(z.object(settingShape).parse({ ...settingDefaults(given), setting: given.setting }));
  const values = (of: Setting): string =>
    JSON.stringify([...CAPACITY, 'step', 'cost'].map((key) => of[key as keyof Setting] ?? null));
  return values(own) === values(given) ? settings[given.setting].capacity.requestsPerSecond : undefined;
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
  const { model, gpu, tensorParallel, kvBlocks, step, draft = 'none' } = setting;
  const cpu = check(cpuSchema, { ...noCpu, ...setting.cpu }, 'cpu');
  const draftCost = check(draftCostSchema, { ...noDraftCost, ...setting.draftCost }, 'draftCost');
  const deployed = deployHardware({ model, gpu, tensorParallel, kvBlocks, cpu, draftCost, step });
  const own = setting.cost === undefined ? { cost: deployed.cost, limits: {} } : readCost(setting.cost);
  const limits = { ...deployed.limits, ...own.limits, ...(kvBlocks !== undefined && { blocks: kvBlocks }) };
  return {
    gpu: deployed.gpu,
    model: deployed.model,
    cost: own.cost,
    rules: (engine, gamma) =>
      engineRules(engine, { hardware: limits, changes: { ...draftRules(draft, gamma), ...setting.rules } }),
  };
}
