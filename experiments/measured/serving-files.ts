/** A serving run recorded by LLMServingSim's bench: requests with their times, engine flags, and the operator profile of its GPU. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readData } from '../../env/files.js';
import type { OperatorProfile } from '../../env/serving/cost/profile.js';
import { readLayerProfile } from '../../env/serving/cost/profile-files.js';
import { type GpuCard, loadGpu, loadModel, type ModelCard } from '../../env/serving/hardware.js';

const metaSchema = z.object({
  model: z.string(),
  vllm_version: z.string(),
  engine_kwargs: z.object({
    tensor_parallel_size: z.literal(1),
    max_num_seqs: z.int().min(1),
    max_num_batched_tokens: z.int().min(1),
    max_model_len: z.int().min(1).nullable(),
    dtype: z.literal('bfloat16'),
    kv_cache_dtype: z.literal('auto'),
  }),
});

const configSchema = z.object({
  nodes: z.array(
    z.object({
      instances: z.array(
        z.object({ hardware: z.string(), npu_mem: z.object({ mem_util: z.number().positive().max(1) }) }),
      ),
    }),
  ),
});

const requestSchema = z.object({
  input_toks: z.int().min(1),
  output_toks: z.int().min(1),
  arrival_time: z.number(),
  queued_ts: z.number(),
  scheduled_ts: z.number(),
  first_token_ts: z.number(),
  last_token_ts: z.number(),
});

/** One request; times in seconds, the first arrival is 0. */
export interface RecordedRequest {
  readonly prompt: number;
  readonly output: number;
  readonly arrival: number;
  readonly queued: number;
  readonly scheduled: number;
  readonly firstToken: number;
  readonly lastToken: number;
}

export interface RecordedRun {
  readonly version: string;
  readonly gpu: GpuCard;
  readonly model: ModelCard;
  readonly flags: z.output<typeof metaSchema>['engine_kwargs'];
  /** Share of the GPU's memory that the engine takes. */
  readonly utilisation: number;
  readonly profile: OperatorProfile;
  readonly requests: readonly RecordedRequest[];
}

/** Names in the recording, and our cards. */
const GPUS: Record<string, string> = { RTXPRO6000: 'rtx-pro-6000' };
const MODELS: Record<string, string> = { 'meta-llama/Llama-3.1-8B': 'llama-3.1-8b' };

/** @throws Error naming the file that is missing or not as expected */
export function readServingRun(folder: string): RecordedRun {
  const file = (ending: string): string => {
    const found = readdirSync(folder).filter((name) => name.endsWith(ending));
    if (found.length !== 1) throw new Error(`${folder}: expected one file …${ending}, found ${found.length}`);
    return join(folder, found[0]);
  };
  const meta = parsed(metaSchema, file('__vllm__meta.json'));
  const [{ hardware, npu_mem }] = parsed(configSchema, file('__config.json')).nodes.flatMap((node) => node.instances);
  const gpu = GPUS[hardware];
  const name = MODELS[meta.model];
  if (!gpu || !name) throw new Error(`${folder}: no cards for ${meta.model} on ${hardware}`);
  const model = loadModel(name);
  return {
    version: meta.vllm_version,
    gpu: loadGpu(gpu),
    model,
    flags: meta.engine_kwargs,
    utilisation: npu_mem.mem_util,
    profile: readLayerProfile({
      name: `operator profile of ${meta.model} on ${hardware}`,
      dense: file('_dense.csv.gz'),
      perSequence: file('_per_sequence.csv.gz'),
      attention: file('_attention.csv.gz'),
      layers: model.layers,
    }),
    requests: readRequests(file('__vllm__requests.jsonl')),
  };
}

/**
 * Arrivals are on the client's clock, all else on the engine's. The smallest delay between the two is taken as the difference of
 * the clocks, as the recording's authors do.
 */
function readRequests(file: string): RecordedRequest[] {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, k) => parsed(requestSchema, `${file}, line ${k + 1}`, () => JSON.parse(line)));
  const clocks = Math.min(...rows.map((row) => row.queued_ts - row.arrival_time));
  const start = Math.min(...rows.map((row) => row.arrival_time));
  const engine = (time: number): number => time - clocks - start;
  return rows.map((row) => ({
    prompt: row.input_toks,
    output: row.output_toks,
    arrival: row.arrival_time - start,
    queued: engine(row.queued_ts),
    scheduled: engine(row.scheduled_ts),
    firstToken: engine(row.first_token_ts),
    lastToken: engine(row.last_token_ts),
  }));
}

function parsed<T>(schema: z.ZodType<T>, where: string, read: () => unknown = () => readData(where)): T {
  const result = schema.safeParse(read());
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw new Error(`${where}: ${first.path.join('.') || 'it'}: ${first.message}`);
}
