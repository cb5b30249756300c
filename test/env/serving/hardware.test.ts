/** Cards as files, and the KV pool that they leave. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { packageFile } from '../../../env/files.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { gpuNames, loadGpu, loadModel, modelNames, parameterCount, poolBlocks } from '../../../env/serving/hardware.js';
import { shapeOf } from './shapes.js';

describe('the KV pool that a card leaves', () => {
  const a100 = loadGpu('a100');
  const llama = loadModel('llama-3-8b');
  const GIB = 2 ** 30;

  it('parameters by hand', () => {
    // A layer: 4096 × 6144 + 4096 × 4096 attention, 3 × 4096 × 14336 feed-forward; twice 128256 × 4096 embeddings.
    expect(parameterCount(llama)).toBe(32 * (25_165_824 + 16_777_216 + 176_160_768) + 2 * 525_336_576);
    expect(parameterCount(llama)).toBe(8_029_995_008);
    const tied = loadModel('opt-13b');
    expect(parameterCount({ ...tied, tiedEmbeddings: false }) - parameterCount(tied)).toBe(50_272 * 5120);
  });

  it('A100-80G with Llama-3-8B: 26,338 blocks of 2 MiB', () => {
    expect(32 * 2 * 8 * 128 * 2 * 16).toBe(2 * 2 ** 20);
    expect(Math.floor((72 * GIB - 16_059_990_016 - 5.6 * GIB) / 2 ** 21)).toBe(26_338);
    expect(poolBlocks(a100, llama)).toBe(26_338);
  });

  it('within .2 % of what vLLM left on an H100 with Llama-3.1-8B', () => {
    expect(Math.abs(poolBlocks(loadGpu('h100'), llama) / 26_312 - 1)).toBeLessThan(0.002);
  });

  it.each([
    ['no reserve', { reserveGiB: 0 }, Math.floor((72 * GIB - 16_059_990_016) / 2 ** 21)],
    ['utilisation .8', { utilisation: 0.8 }, Math.floor((64 * GIB - 5.6 * GIB - 16_059_990_016) / 2 ** 21)],
    ['blocks of 32', { blockSize: 32 }, 13_169],
    [
      'two GPUs: half the weights and half the KV heads on each',
      { tensorParallel: 2 },
      Math.floor((66.4 * GIB - 8_029_995_008) / 2 ** 20),
    ],
    [
      'sixteen GPUs: at least one KV head on each',
      { tensorParallel: 16 },
      Math.floor((66.4 * GIB - 16_059_990_016 / 16) / 2 ** 18),
    ],
  ])('%s', (_name, options, blocks) => {
    expect(poolBlocks(a100, llama, options)).toBe(blocks);
  });

  it('a model that does not fit says by how much and what to do', () => {
    const big = loadModel('llama-2-70b');
    expect(() => poolBlocks(a100, big)).toThrow(
      /^Llama-2-70B does not fit on 1 × A100-80G SXM: 80 GiB × 0\.9 − 128\.\d GiB weights − 5\.6 GiB reserve leaves -\d+\.\d GiB; raise the tensor parallel degree$/,
    );
    expect(poolBlocks(a100, big, { tensorParallel: 4 })).toBeGreaterThan(1000);
  });
});

describe('cards', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'servegym-cards-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const fileWith = (name: string, content: string): string => {
    const file = join(scratch, name);
    writeFileSync(file, content);
    return file;
  };
  const a100 = JSON.parse(readFileSync(packageFile('env/serving/cards/gpus/a100.json'), 'utf8'));
  const llama = JSON.parse(readFileSync(packageFile('env/serving/cards/models/llama-3-8b.json'), 'utf8'));

  it('every shipped card loads, also in capitals, and prices an iteration', () => {
    expect(gpuNames()).toEqual(expect.arrayContaining(['a100', 'h100', 'h200']));
    for (const gpu of gpuNames()) {
      for (const model of modelNames()) {
        const cost = rooflineCost(loadGpu(gpu.toUpperCase()), loadModel(model));
        expect(cost.iteration(shapeOf({ decodes: 1, context: 1 }))).toBeGreaterThan(0);
      }
    }
  });

  it('the H200 differs from the H100 in memory and bandwidth: faster decodes, more blocks', () => {
    const [h100, h200] = [loadGpu('h100'), loadGpu('h200')];
    const model = loadModel('llama-3-8b');
    expect([h200.memoryGiB, h200.bandwidthTBs, h200.peakTflops]).toEqual([131, 4.8, h100.peakTflops]);
    const decode = shapeOf({ decodes: 32, context: 1024 });
    expect(rooflineCost(h200, model).iteration(decode)).toBeLessThan(rooflineCost(h100, model).iteration(decode));
    expect(poolBlocks(h200, model)).toBeGreaterThan(1.6 * poolBlocks(h100, model));
  });

  it('a card of one’s own is a JSON or YAML file', () => {
    const own = { ...a100, name: 'Mine', memoryGiB: 96 };
    expect(loadGpu(fileWith('mine.json', JSON.stringify(own)))).toEqual(own);
    expect(loadGpu(fileWith('mine.yaml', stringify(own)))).toEqual(own);
    expect(loadModel(fileWith('model.yml', stringify({ ...llama, layers: 2 }))).layers).toBe(2);
  });

  it('an unknown name lists the names there are', () => {
    expect(() => loadGpu('b300')).toThrow(
      /^unknown GPU "b300": there are a100, .*h200.*, or give a JSON or YAML file$/,
    );
    expect(() => loadModel('gpt')).toThrow(
      /^unknown model "gpt": there are .*llama-3-8b.*, or give a JSON or YAML file$/,
    );
    expect(() => loadGpu('./nothing.yaml')).toThrow(/unknown GPU ".\/nothing.yaml"/);
    expect(() => loadGpu('../gpus/a100')).toThrow(/unknown GPU/);
    expect(() => loadGpu('')).toThrow(/unknown GPU ""/);
  });

  it.each([
    ['a wrong type', { ...a100, memoryGiB: 'much' }, /bad\.yaml: not a GPU card: memoryGiB: .*number/],
    ['a negative value', { ...a100, peakTflops: -1 }, /peakTflops: .*>0/],
    ['a missing field', { ...a100, gemmBase: undefined }, /gemmBase: /],
    ['a misspelt field', { ...a100, memoryGib: 80 }, /memoryGib/],
    ['an efficiency that is a percentage', { ...a100, gemmCompute: 73 }, /gemmCompute: /],
    ['two at once', { ...a100, busGBs: 0, norm: 0.5 }, /norm: .*busGBs: /],
  ])('%s is named', (_name, content, told) => {
    expect(() => loadGpu(fileWith('bad.yaml', stringify(content)))).toThrow(told);
  });

  it('what is no card at all is named with its file', () => {
    expect(() => loadModel(fileWith('list.json', '[1]'))).toThrow(/list\.json: not a model card: it: /);
    expect(() => loadModel(fileWith('cut.json', '{"name":'))).toThrow(/cut\.json: not valid JSON/);
    expect(() => loadModel(fileWith('bad.yaml', 'a: [1'))).toThrow(/bad\.yaml: not valid YAML/);
    expect(() => loadModel(fileWith('binary.yaml', 'a\0b'))).toThrow(/binary\.yaml: is binary/);
    expect(() => loadModel(scratch)).toThrow(/is a folder, expected a file/);
  });
});
