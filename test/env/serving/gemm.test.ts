/**
 * The p-norm of rooflines against kernel tables of real GPUs, which do not travel with the repository: folder from
 * SERVEGYM_DATA, default ../shared/data.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type GemmCard, gemmTime } from '../../../env/serving/cost/gemm.js';
import { loadGpu } from '../../../env/serving/hardware.js';

const folder = resolve(process.env.SERVEGYM_DATA ?? '../shared/data');
const here = existsSync(folder);
const note = here ? '' : ` (skipped: no folder ${folder}; set SERVEGYM_DATA)`;

interface Product {
  readonly n: number;
  readonly i: number;
  readonly o: number;
  readonly micros: number;
}

type Record = (name: string) => string;

function recordsOf(file: string): Record[] {
  const [header, ...lines] = gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trim()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return (name) => cells[names.indexOf(name)];
  });
}

/** The four products of a layer in every shape that Vidur profiled on a GPU. */
function vidur(gpu: string): Product[] {
  const files = readdirSync(join(folder, 'vidur-profiles')).filter((name) => name.startsWith(`compute__${gpu}`));
  return files.flatMap((file) =>
    recordsOf(`vidur-profiles/${file}`).flatMap((row) => {
      const split = Number(row('num_tensor_parallel_workers'));
      const width = Number(row('n_embd'));
      const headSize = width / Number(row('n_head'));
      const heads = Number(row('n_head')) / split;
      const kvHeads = Math.max(Number(row('n_kv_head')) / split, 1);
      const ffn = Number(row('n_expanded_embd')) / split;
      const gates = row('use_gated_mlp') === 'True' ? 2 : 1;
      const products = [
        ['attn_pre_proj', width, (heads + 2 * kvHeads) * headSize],
        ['attn_post_proj', heads * headSize, width],
        ['mlp_up_proj', width, gates * ffn],
        ['mlp_down_proj', ffn, width],
      ] as const;
      return products.map(([name, i, o]) => ({
        n: Number(row('num_tokens')),
        i,
        o,
        micros: 1000 * Number(row(`time_stats.${name}.median`)),
      }));
    }),
  );
}

/** The 16-bit products of AIConfigurator's table for a GPU, both widths from 1,024. */
const aiconfigurator = (gpu: string): Product[] =>
  recordsOf(`aiconfigurator-perf/${gpu}__gemm_perf.csv.gz`)
    .filter((row) => row('gemm_dtype') === 'bfloat16' && Number(row('n')) >= 1024 && Number(row('k')) >= 1024)
    .map((row) => ({
      n: Number(row('m')),
      i: Number(row('k')),
      o: Number(row('n')),
      micros: 1000 * Number(row('latency')),
    }));

const tables = {
  'a100, fp16, Vidur tables': () => vidur('a100'),
  'h100, fp16, Vidur tables': () => vidur('h100'),
  'a40, fp16, Vidur tables': () => vidur('a40'),
  'a100, bfloat16, aiconfigurator vLLM 0.14.0': () => aiconfigurator('a100_sxm__vllm-0.14.0'),
  'h100, bfloat16, aiconfigurator vLLM 0.24.0': () => aiconfigurator('h100_sxm__vllm-0.24.0'),
};
type Table = keyof typeof tables;

/** Mean absolute relative error, %. */
function error(card: GemmCard, products: readonly Product[]): number {
  let sum = 0;
  for (const { n, i, o, micros } of products) sum += Math.abs(gemmTime(card, n, i, o, 2) / micros - 1);
  return (100 * sum) / products.length;
}

describe.skipIf(!here)(`16-bit matrix products, mean error per kernel${note}`, () => {
  const known = new Map<Table, Product[]>();
  const products = (table: Table): Product[] => {
    const list = known.get(table) ?? tables[table]();
    known.set(table, list);
    return list;
  };

  it.each([
    ['a100, fp16, Vidur tables', 36516],
    ['h100, fp16, Vidur tables', 21924],
    ['a40, fp16, Vidur tables', 21924],
    ['a100, bfloat16, aiconfigurator vLLM 0.14.0', 4704],
    ['h100, bfloat16, aiconfigurator vLLM 0.24.0', 18870],
  ] as const)('published fit of %s, %d products: 6–9 %%', (table, count) => {
    const fits = JSON.parse(readFileSync(join(folder, 'derived/iteration-time.json'), 'utf8')).gemm.fits;
    const fit = fits[table];
    const card = {
      peakTflops: fit.peak_tflops,
      bandwidthTBs: fit.bandwidth_tb_s,
      gemmCompute: fit.ec,
      gemmMemory: fit.em,
      norm: fit.p,
      gemmBase: fit.c0_us,
    };
    expect(products(table)).toHaveLength(count);
    expect(error(card, products(table))).toBeGreaterThan(6);
    expect(error(card, products(table))).toBeLessThan(9.1);
  });

  // h100 lies between two generations of kernels, so it fits neither as well as a card of its own.
  it.each([
    ['a100', 'a100, fp16, Vidur tables', 6.4],
    ['a40', 'a40, fp16, Vidur tables', 7.2],
    ['a100-vllm-0.14', 'a100, bfloat16, aiconfigurator vLLM 0.14.0', 8.4],
    ['h100-vllm-0.24', 'h100, bfloat16, aiconfigurator vLLM 0.24.0', 6.4],
    ['h100', 'h100, fp16, Vidur tables', 11.7],
    ['h100', 'h100, bfloat16, aiconfigurator vLLM 0.24.0', 9.7],
  ] as const)('card %s on %s: %d %%', (gpu, table, percent) => {
    expect(error(loadGpu(gpu), products(table))).toBeLessThan(percent);
  });
});

describe('a matrix product', () => {
  const card = { peakTflops: 100, bandwidthTBs: 1, gemmCompute: 0.5, gemmMemory: 0.8, norm: 1, gemmBase: 3 };

  it('is the sum of compute, memory and the fixed part at norm 1', () => {
    // 2·10·1000·2000 FLOP at 50 TFLOPS; 2·1000·2000 + 2·10·3000 bytes at .8 TB/s.
    expect(gemmTime(card, 10, 1000, 2000, 2)).toBeCloseTo(0.8 + 4.06e6 / 0.8e6 + 3, 9);
  });

  it('approaches the larger of the two as the norm grows', () => {
    expect(gemmTime({ ...card, norm: 60 }, 10, 1000, 2000, 2)).toBeCloseTo(4.06e6 / 0.8e6 + 3, 6);
  });
});
