/** Costs by card or file: an affine fit, a constant step, or a model on a GPU. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readData } from '../env/files.js';
import { affineCost, constantStep } from '../env/serving/cost/affine.js';
import type { CostModel } from '../env/serving/cost/cost.js';
import { linesCost } from '../env/serving/cost/lines.js';
import { rooflineCost } from '../env/serving/cost/roofline.js';
import { type GpuCard, loadGpu, loadModel, type ModelCard, poolBlocks } from '../env/serving/hardware.js';
import type { Rules } from '../env/serving/rules.js';
import { costFromProfile, profileSchema } from './profile-file.js';

const micros = z.number().min(0);
const cpu = z.strictObject({ a0: micros.default(0), a1: micros.default(0) });
const draft = z.strictObject({ perDepth: micros.default(0), perToken: micros.default(0) });

const constantSchema = z.strictObject({ constant: z.int().min(1) });
const affineSchema = z.strictObject({
  base: micros,
  perSequence: micros.default(0),
  perPrefillToken: micros.default(0),
  perDecodeToken: micros.default(0),
  perContextToken: micros.default(0),
  rounding: z.enum(['nearest', 'floor']).default('nearest'),
  cpu: cpu.optional(),
  draft: draft.optional(),
});
const line = z.tuple([z.int().min(1), micros, micros, micros]);
const linesSchema = z.strictObject({
  name: z.string().min(1),
  decode: z.array(line).min(1),
  prefill: z.array(line).min(1),
  mixed: z.number().positive().default(1),
  cpu: cpu.optional(),
  draft: draft.optional(),
});
const cardsSchema = z.strictObject({
  gpu: z.string().min(1),
  model: z.string().min(1),
  tensorParallel: z.int().min(1).default(1),
  cpu: cpu.optional(),
  draft: draft.optional(),
});

export interface Cost {
  readonly cost: CostModel;
  /** What the hardware allows; nothing where the cost names none. */
  readonly limits: Partial<Rules>;
}

/**
 * `MODEL@GPU` (llama-3-8b@a100), or a JSON or YAML file with `constant: µs`, with `base:` and other coefficients in µs,
 * with `gpu:` and `model:`, with `profile:` and CSV files of operator times, or with the `decode:` and `prefill:` lines that `servegym calibrate` writes.
 * @throws Error that names the file and every field that is wrong
 */
export function readCost(cardOrFile: string): Cost {
  const card = /^([^@]+)@([^@]+)$/.exec(cardOrFile);
  if (card && !existsSync(cardOrFile)) return fromCards({ model: card[1], gpu: card[2], tensorParallel: 1 });
  if (!existsSync(cardOrFile))
    throw new Error(
      `unknown cost ${JSON.stringify(cardOrFile)}: expected MODEL@GPU, for example llama-3-8b@a100, or a JSON or YAML file`,
    );
  const content = readData(cardOrFile);
  const has = (key: string): boolean => typeof content === 'object' && content !== null && key in content;
  if (has('constant')) return { cost: constantStep(check(constantSchema, content, cardOrFile).constant), limits: {} };
  if (has('profile')) return fromProfile(check(profileSchema, content, cardOrFile), cardOrFile);
  if (has('gpu') || has('model')) return fromCards(check(cardsSchema, content, cardOrFile));
  if (has('decode') || has('prefill')) return fromLines(check(linesSchema, content, cardOrFile), cardOrFile);
  const { cpu, draft, ...fit } = check(affineSchema, content, cardOrFile);
  return { cost: affineCost({ ...fit, ...(cpu && { cpu }), ...(draft && { draft }) }), limits: {} };
}

function fromLines({ name, cpu, draft, ...card }: z.output<typeof linesSchema>, file: string): Cost {
  try {
    return { cost: linesCost(card, name, { ...(cpu && { cpu }), ...(draft && { draft }) }), limits: {} };
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

/** Cards beside a profile say how much fits; without them the engine's own limits hold. */
function fromProfile(given: z.output<typeof profileSchema>, file: string): Cost {
  const cost = costFromProfile(given, file);
  if (given.gpu === undefined && given.model === undefined) return { cost, limits: {} };
  if (given.gpu === undefined || given.model === undefined)
    throw new Error(`${file}: gpu and model give the limits together, expected both or neither`);
  return { cost, limits: limitsOf(loadGpu(given.gpu), loadModel(given.model), 1) };
}

type Cards = Omit<z.output<typeof cardsSchema>, 'cpu' | 'draft'> &
  Partial<Pick<z.output<typeof cardsSchema>, 'cpu' | 'draft'>>;

function fromCards(cards: Cards): Cost {
  const { tensorParallel, cpu, draft } = cards;
  const gpu = loadGpu(cards.gpu);
  const model = loadModel(cards.model);
  return {
    cost: rooflineCost(gpu, model, { tensorParallel, ...(cpu && { cpu }), ...(draft && { draft }) }),
    limits: limitsOf(gpu, model, tensorParallel),
  };
}

const limitsOf = (gpu: GpuCard, model: ModelCard, tensorParallel: number): Partial<Rules> => ({
  blocks: poolBlocks(gpu, model, { tensorParallel }),
  tokenBudget: gpu.serverTokenBudget,
  maxBatch: gpu.serverMaxBatch,
  maxModelLen: model.maxModelLen,
});

/** The first wrong field of data from a file or flag, in words. */
export function check<T>(schema: z.ZodType<T>, given: unknown, where: string): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${where}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ')}`,
  );
}
