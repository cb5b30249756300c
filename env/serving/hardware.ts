/** GPU and model cards: data about hardware, from the package or from a user's file. */
import { existsSync, readdirSync } from 'node:fs';
import { z } from 'zod';
import { packageFile, readData } from '../files.js';

const positive = z.number().positive();
const efficiency = z.number().positive().max(1.5);

const gpuSchema = z.strictObject({
  name: z.string().min(1),
  /** Where the numbers come from. */
  source: z.string().min(1),
  peakTflops: positive,
  bandwidthTBs: positive,
  memoryGiB: positive,
  /** Attained share of peak and of bandwidth in GEMMs (ec, em), and the norm p that joins the two. */
  gemmCompute: efficiency,
  gemmMemory: efficiency,
  norm: z.number().min(1),
  /** µs of every GEMM (c0). */
  gemmBase: z.number().min(0),
  /** Decode attention: share of bandwidth (ed), µs per layer (cd). */
  decodeMemory: efficiency,
  decodeBase: z.number().min(0),
  /** Prefill attention: share of peak (ep), µs per layer (cp). */
  prefillCompute: efficiency,
  prefillBase: z.number().min(0),
  /** All-reduce: µs (alpha) and GB/s. */
  allReduceBase: z.number().min(0),
  busGBs: positive,
  /** Tokens and sequences of an iteration that vLLM's API server takes on this GPU. */
  serverTokenBudget: z.int().min(1),
  serverMaxBatch: z.int().min(1),
});

const modelSchema = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  layers: z.int().min(1),
  width: z.int().min(1),
  heads: z.int().min(1),
  kvHeads: z.int().min(1),
  headSize: z.int().min(1),
  ffn: z.int().min(1),
  /** 2 with a gated feed-forward, else 1. */
  gates: z.union([z.literal(1), z.literal(2)]),
  vocabulary: z.int().min(1),
  weightBytes: positive,
  /** Longest prompt + output. */
  maxModelLen: z.int().min(1),
  /** Input and output embeddings are one matrix. */
  tiedEmbeddings: z.boolean(),
});

export type GpuCard = Readonly<z.infer<typeof gpuSchema>>;
export type ModelCard = Readonly<z.infer<typeof modelSchema>>;

function cardsIn(folder: string): string[] {
  return readdirSync(packageFile(`env/serving/cards/${folder}`))
    .map((name) => name.replace(/\.json$/, ''))
    .sort();
}

function loadCard<T>(folder: string, schema: z.ZodType<T>, nameOrFile: string, what: string): T {
  const own = packageFile(`env/serving/cards/${folder}/${nameOrFile.toLowerCase()}.json`);
  const shipped = /^[\w.+-]+$/.test(nameOrFile) && existsSync(own);
  if (!shipped && !existsSync(nameOrFile)) {
    throw new Error(
      `unknown ${what} ${JSON.stringify(nameOrFile)}: there are ${cardsIn(folder).join(', ')}, or give a JSON or YAML file`,
    );
  }
  const parsed = schema.safeParse(readData(shipped ? own : nameOrFile));
  if (parsed.success) return parsed.data;
  const told = parsed.error.issues.map((i) => `${i.path.join('.') || 'it'}: ${i.message}`);
  throw new Error(`${nameOrFile}: not a ${what} card: ${told.join('; ')}`);
}

/** Names of the GPU cards that ship. */
export const gpuNames = (): string[] => cardsIn('gpus');

/** Names of the model cards that ship. */
export const modelNames = (): string[] => cardsIn('models');

/** A GPU card by name, or from a JSON or YAML file. @throws Error with every field that is wrong */
export const loadGpu = (nameOrFile: string): GpuCard => loadCard('gpus', gpuSchema, nameOrFile, 'GPU');

/** A model card by name, or from a JSON or YAML file. @throws Error with every field that is wrong */
export const loadModel = (nameOrFile: string): ModelCard => loadCard('models', modelSchema, nameOrFile, 'model');

/** Parameters of a model: projections and feed-forward of every layer, embeddings in and out. */
export function parameterCount(m: ModelCard): number {
  const attention = m.width * (m.heads + 2 * m.kvHeads) * m.headSize + m.heads * m.headSize * m.width;
  const feedForward = (m.gates + 1) * m.width * m.ffn;
  return m.layers * (attention + feedForward) + (m.tiedEmbeddings ? 1 : 2) * m.vocabulary * m.width;
}

/** @throws Error unless the model's heads can be split over `degree` GPUs */
export function checkTensorParallel(model: ModelCard, degree: number): number {
  if (Number.isInteger(degree) && degree >= 1 && model.heads % degree === 0) return degree;
  throw new Error(
    `tensor parallel degree ${degree} of ${model.name}, expected a whole number that divides its ${model.heads} heads`,
  );
}

const GIB = 2 ** 30;
const BYTES_PER_KV = 2;

export interface PoolOptions {
  readonly tensorParallel?: number;
  /** Share of the memory that the engine takes [.9]. */
  readonly utilisation?: number;
  /** GiB per GPU for activations, graphs and runtime [5.6: what vLLM left on an H100 with Llama-3.1-8B]. */
  readonly reserveGiB?: number;
  /** Tokens per block [16]. */
  readonly blockSize?: number;
}

/**
 * KV blocks that fit: memory × utilisation − weights/TP − reserve, on every GPU.
 * @throws Error if the weights leave no room
 */
export function poolBlocks(gpu: GpuCard, model: ModelCard, options: PoolOptions = {}): number {
  const { tensorParallel = 1, utilisation = 0.9, reserveGiB = 5.6, blockSize = 16 } = options;
  checkTensorParallel(model, tensorParallel);
  const weights = (parameterCount(model) * model.weightBytes) / tensorParallel;
  const room = gpu.memoryGiB * GIB * utilisation - weights - reserveGiB * GIB;
  const blocks = Math.floor(room / (2 * model.layers * pieceBytes(model, tensorParallel, blockSize)));
  if (blocks < 1) {
    const gib = (bytes: number): string => (bytes / GIB).toFixed(1);
    throw new Error(
      `${model.name} does not fit on ${tensorParallel} × ${gpu.name}: ${gpu.memoryGiB} GiB × ${utilisation} − ${gib(weights)} GiB weights − ${reserveGiB} GiB reserve leaves ${gib(room)} GiB; raise the tensor parallel degree`,
    );
  }
  return blocks;
}

/** Bytes of a KV block on one GPU: its keys, or its values, of one layer. */
function pieceBytes(model: ModelCard, tensorParallel: number, blockSize: number): number {
  return Math.max(model.kvHeads / tensorParallel, 1) * model.headSize * BYTES_PER_KV * blockSize;
}

export interface TransferOptions {
  readonly tensorParallel?: number;
  /** Tokens per block [16]. */
  readonly blockSize?: number;
  /** GB/s attained between host and GPU [25: PCIe 4.0 × 16]. */
  readonly hostGBs?: number;
  /** µs to start a copy [0: one kernel gathers all pieces; 5 … 10 where each is a copy of its own]. */
  readonly dispatchMicros?: number;
  /** Blocks that lie side by side and are copied as one [1]. */
  readonly run?: number;
}

/**
 * µs to copy one KV block between host and GPU, the rules `outMicros` and `backMicros`. Keys and values of each layer are pieces of their
 * own: 2·layers·(dispatch/run + bytes/bandwidth), as in FastSwitch (arXiv 2411.18424). GPUs copy their shares at the same time.
 */
export function blockTransferMicros(model: ModelCard, options: TransferOptions = {}): number {
  const { tensorParallel = 1, blockSize = 16, hostGBs = 25, dispatchMicros = 0, run = 1 } = options;
  checkTensorParallel(model, tensorParallel);
  const copy = pieceBytes(model, tensorParallel, blockSize) / (hostGBs * 1000);
  return 2 * model.layers * (dispatchMicros / run + copy);
}
