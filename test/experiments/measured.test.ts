/** `servegym validate measured`: the recorded runs where they are there, and made-up ones in their formats. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gemmTime } from '../../env/serving/cost/gemm.js';
import { readServingRun } from '../../experiments/measured/serving-files.js';
import { dataFolder } from '../../experiments/measured/suites.js';
import { servegym, temporaryFolder } from './terminal.js';

const folder = temporaryFolder();
const SERVING = 'llmservingsim-vllm-bench';
const STUDY = 'vllm-a100-specdec-factorial';

/** A serving run of three requests on an engine whose every iteration takes about 40 ms. */
function madeUpRun(root: string, { slower = 1 } = {}): void {
  const into = join(root, SERVING);
  mkdirSync(into, { recursive: true });
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(into, name), content);
  const flags = { tensor_parallel_size: 1, max_num_seqs: 2, max_num_batched_tokens: 512, max_model_len: null };
  const engine_kwargs = { ...flags, dtype: 'bfloat16', kv_cache_dtype: 'auto' };
  const meta = { model: 'meta-llama/Llama-3.1-8B', vllm_version: '0.19.0', engine_kwargs };
  write('x__vllm__meta.json', JSON.stringify(meta));
  const instances = [{ hardware: 'RTXPRO6000', npu_mem: { mem_util: 0.9 } }];
  write('x__config.json', JSON.stringify({ nodes: [{ instances }] }));
  write('p_dense.csv.gz', gzipSync('layer,tokens,time_us\nqkv_proj,1,1000\nqkv_proj,512,1500\n'));
  write('p_per_sequence.csv.gz', gzipSync('layer,sequences,time_us\nlm_head,1,700\nlm_head,64,720\n'));
  const attention = 'prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,1,16,8\n0,0,64,4096,1500\n128,0,0,0,20\n';
  write('p_attention.csv.gz', gzipSync(attention));
  const rows = [0, 1, 2].map((k) => {
    const arrival = 1000 + 0.5 * k;
    const times = { queued_ts: 70 + 0.5 * k, scheduled_ts: 70.001 + 0.5 * k };
    const first = 70.04 + 0.5 * k;
    const last = { first_token_ts: first, last_token_ts: first + slower * 9 * 0.034 };
    return JSON.stringify({ input_toks: 100, output_toks: 10, arrival_time: arrival, ...times, ...last });
  });
  write('x__vllm__requests.jsonl', `${rows.join('\n')}\n`);
}

describe('on made-up runs', () => {
  it('fails with the figures that are out of their bounds, and skips what is not there', async () => {
    const root = join(folder, 'slower');
    madeUpRun(root, { slower: 2 });
    const { code, out } = await servegym(['validate', 'measured', root]);
    expect(code).toBe(1);
    expect(out).toMatch(/^TPOT mean, ms .* FAIL$/m);
    expect(out).toMatch(/^E2E latency mean, s .* FAIL$/m);
    expect(out).toContain(`${STUDY}: no such folder in ${root}, skipped`);
    const { out: json } = await servegym(['validate', 'measured', root, '--json']);
    const { runs, failed, skipped } = JSON.parse(json);
    expect(failed).toContain('TPOT mean');
    expect(skipped).toEqual([STUDY]);
    const tpot = runs[0].checks.find(({ what }: { what: string }) => what === 'TPOT mean');
    expect(tpot.error).toBeCloseTo(tpot.simulated / tpot.measured - 1, 12);
  });

  it('measures what we simulate: TPOT agrees where the recording has our iteration time', async () => {
    const root = join(folder, 'equal');
    madeUpRun(root);
    const { out } = await servegym(['validate', 'measured', root, '--json', '--out', join(root, 'pictures')]);
    const { runs, pictures } = JSON.parse(out);
    const tpot = runs[0].checks.find(({ what }: { what: string }) => what === 'TPOT mean');
    expect(tpot.measured).toBeCloseTo(34, 6);
    expect(Math.abs(tpot.error)).toBeLessThan(0.05);
    expect(pictures.map((path: string) => existsSync(path))).toEqual([true, true]);
  });

  it('tells which file is not as expected, and where there is nothing at all', async () => {
    const root = join(folder, 'bad');
    madeUpRun(root);
    writeFileSync(join(root, SERVING, 'x__vllm__requests.jsonl'), '{"input_toks": 0}\n');
    const { code, err } = await servegym(['validate', 'measured', root]);
    expect(code).toBe(2);
    expect(err).toMatch(/requests\.jsonl, line 1: input_toks: /);
    const none = await servegym(['validate', 'measured', join(folder, 'nowhere')]);
    expect(none.err).toMatch(/nowhere: no such folder; SERVEGYM_DATA or an argument/);
    mkdirSync(join(folder, 'empty'));
    const empty = await servegym(['validate', 'measured', join(folder, 'empty')]);
    expect([empty.code, empty.out]).toEqual([0, expect.stringContaining('nothing was compared')]);
  });
});

const root = dataFolder();
const there = [SERVING, STUDY].every((name) => existsSync(join(root, name)));
if (!there) it.skip(`measured runs: not in ${root} (set SERVEGYM_DATA)`, () => {});

describe.runIf(there)('on the recorded runs', () => {
  it('every judged figure is within its bound', async () => {
    const { code, out } = await servegym(['validate', 'measured', root, '--json']);
    const { runs, failed, skipped } = JSON.parse(out);
    expect({ code, failed, skipped }).toEqual({ code: 0, failed: [], skipped: [] });
    const judged = runs.flatMap(({ checks }: { checks: { within: number | null }[] }) =>
      checks.filter(({ within }) => within !== null),
    );
    expect(judged).toHaveLength(13);
  }, 60_000);

  it('the card of the GPU meets the matrix products of the profile as closely as it says', () => {
    const { gpu, model, profile } = readServingRun(join(root, SERVING));
    const { width, heads, kvHeads, headSize, ffn, gates } = model;
    const sizes: Record<string, [number, number]> = {
      qkv_proj: [width, (heads + 2 * kvHeads) * headSize],
      o_proj: [heads * headSize, width],
      gate_up_proj: [width, gates * ffn],
      down_proj: [ffn, width],
    };
    const layer = new Map<number, { measured: number; card: number }>();
    for (const { name, points } of profile.byTokens.filter((operator) => operator.name in sizes)) {
      for (const [tokens, micros] of points) {
        const sum = layer.get(tokens) ?? { measured: 0, card: 0 };
        layer.set(tokens, sum);
        sum.measured += micros;
        sum.card += gemmTime(gpu, tokens, ...sizes[name], model.weightBytes);
      }
    }
    const errors = [...layer.values()].map(({ measured, card }) => Math.abs(card / measured - 1));
    expect(errors.length).toBeGreaterThan(100);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.036);
  });
});
