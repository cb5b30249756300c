/**
 * Iteration time of a transformer on a GPU: every GEMM is a p-norm of its compute and memory rooflines, attention is
 * bandwidth for decodes and compute plus bandwidth for prefills. A plain max-roofline would make chunked prefill look
 * free. Formula and constants were fitted on Vidur's profiles and AIConfigurator's tables (4–8 % per layer).
 */
import { checkTensorParallel, type GpuCard, type ModelCard } from '../hardware.js';
import { type BatchShape, type CostModel, type CpuCost, costModel, type DraftCost } from './cost.js';
import { gemmTime } from './gemm.js';

const BYTES_PER_KV = 2;
/** Norms, rotary embedding, activation, residual and KV write of a layer: fixed µs, and bytes per token and model width. */
const ELEMENTWISE_BASE = 25;
const ELEMENTWISE_BYTES = 28;
const ELEMENTWISE_BANDWIDTH = 0.8;

export interface RooflineOptions {
  /** GPUs the model is split over (tensor parallel). */
  readonly tensorParallel?: number;
  readonly cpu?: CpuCost;
  readonly draft?: DraftCost;
}

/**
 * The p-norm roofline of a model on a GPU. Its GEMM part depends on one small integer, the tokens of the batch, and is
 * tabulated as counts appear; the loop never calls Math.pow.
 */
export function rooflineCost(gpu: GpuCard, model: ModelCard, options: RooflineOptions = {}): CostModel {
  const t = checkTensorParallel(model, options.tensorParallel ?? 1);
  // Units: FLOP and bytes per µs.
  const peak = gpu.peakTflops * 1e6;
  const bandwidth = gpu.bandwidthTBs * 1e6;
  const { layers, width, heads, kvHeads, headSize, ffn, gates, vocabulary, weightBytes } = model;
  const h = heads / t;
  const k = Math.max(kvHeads / t, 1);
  const gemm = (n: number, i: number, o: number): number => gemmTime(gpu, n, i, o, weightBytes);
  const linear = (n: number): number => {
    if (n === 0) return 0;
    const projections =
      gemm(n, width, (h + 2 * k) * headSize) +
      gemm(n, h * headSize, width) +
      gemm(n, width, (gates * ffn) / t) +
      gemm(n, ffn / t, width);
    const reduce = t > 1 ? 2 * (gpu.allReduceBase + (2 * n * width * 2 * (t - 1)) / t / (gpu.busGBs * 1e3)) : 0;
    const elementwise = ELEMENTWISE_BASE + (ELEMENTWISE_BYTES * n * width) / (ELEMENTWISE_BANDWIDTH * bandwidth);
    return layers * (projections + reduce + elementwise);
  };
  const layerOf = tabulated(linear);
  const headOf = tabulated((n) => (n === 0 ? 0 : gemm(n, width, vocabulary / t)));
  const kvRead = (layers * 2 * k * headSize * BYTES_PER_KV) / (gpu.decodeMemory * bandwidth);
  const work = (layers * 4 * h * headSize) / (gpu.prefillCompute * peak);
  const decodeBase = layers * gpu.decodeBase;
  const prefillBase = layers * gpu.prefillBase;
  const fixed = (s: BatchShape): number => {
    let time = layerOf(s.tokens) + headOf(s.sequences);
    if (s.decodes > 0) time += decodeBase;
    if (s.prefills > 0) time += prefillBase + work * s.prefillWork + kvRead * s.prefillReads;
    return time;
  };
  return costModel(`${model.name} on ${t > 1 ? `${t} × ` : ''}${gpu.name}`, { fixed, perContext: kvRead }, options);
}

/** Largest argument that is remembered. */
const TABLE_END = 1 << 16;

/** A function of a whole number that is evaluated once per argument. */
function tabulated(f: (n: number) => number): (n: number) => number {
  let table = new Float64Array(256).fill(Number.NaN);
  return (n) => {
    if (n < table.length) {
      const known = table[n];
      if (!Number.isNaN(known)) return known;
      const value = f(n);
      table[n] = value;
      return value;
    }
    if (n >= TABLE_END) return f(n);
    const wider = new Float64Array(Math.min(TABLE_END, Math.max(2 * table.length, n + 1))).fill(Number.NaN);
    wider.set(table);
    table = wider;
    const value = f(n);
    table[n] = value;
    return value;
  };
}
