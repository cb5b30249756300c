/** Model files: what is written is read, and whatever else a file holds is refused in one sentence. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stream } from '../../env/random.js';
import { type ModelFile, modelText, parseModel, readModelFile, writeModelFile } from '../../predictors/model-file.js';

const folder = mkdtempSync(join(tmpdir(), 'servegym-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model: ModelFile = {
  kind: 'quantile-net',
  features: 1,
  card: {
    name: 'length-v0',
    summary: 'a model, “small”',
    data: ['codealpaca (Apache-2.0)'],
    command: 'servegym predictor train',
    seed: 1,
    backend: 'wasm',
    measured: { spearman: 0.6, mae: 51.25 },
    limits: [],
  },
  weights: {
    settings: { activation: 'tanh', edges: [1, 2.5, 1e-7], names: ['a', 'b'], count: 3 },
    tensors: {
      'layer0.kernel': { shape: [2, 3], values: Float32Array.of(1, -2, 0.1, 1e-20, 0, 5) },
      long: { shape: [2], values: Float64Array.of(Math.PI, 1 / 3) },
      whole: { shape: [3], values: Int32Array.of(-1, 0, 2 ** 31 - 1) },
    },
  },
};
const text = modelText(model);

describe('a model file', () => {
  it('gives back what was written, the same text each time, and leaves no half files', () => {
    const path = join(folder, 'deep', 'model.json');
    writeModelFile(path, model);
    expect(readModelFile(path)).toEqual(model);
    expect(modelText(readModelFile(path))).toBe(text);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['model.json']);
  });

  it('is not written with numbers that are none', () => {
    const bad = (values: Float32Array, settings = {}): ModelFile => ({
      ...model,
      weights: { settings, tensors: { w: { shape: [2], values } } },
    });
    expect(() => modelText(bad(Float32Array.of(1, Number.NaN)))).toThrow('tensor "w": number 1 is NaN');
    expect(() => modelText(bad(Float32Array.of(1)))).toThrow('tensor "w" [2] has 1 numbers');
    expect(() => modelText(bad(Float32Array.of(1, 2), { rate: Number.POSITIVE_INFINITY }))).toThrow(
      'this model cannot be written: "settings.rate"',
    );
  });
});

/** The file with something else in it and a checksum that is right again. */
function forged(change: (body: Record<string, unknown>) => void): string {
  const { sha256: _, ...body } = JSON.parse(text);
  change(body);
  return JSON.stringify({ ...body, sha256: createHash('sha256').update(JSON.stringify(body)).digest('hex') });
}

describe('a file is refused that', () => {
  it.each<[string, string, string]>([
    ['is cut off', text.slice(0, -30), 'is cut off: its text is not JSON'],
    ['is empty', '', 'its text is not JSON'],
    ['is something else', '{"a": 1}', 'its "format" is not "servegym-model"'],
    ['is nothing', 'null', 'its "format" is not "servegym-model"'],
    ['is a list', '[1, 2]', 'its "format" is not "servegym-model"'],
    ['is of another version', text.replace('"version": 1', '"version": 2'), 'version 2; this program reads version 1'],
    ['was changed', text.replace('"seed": 1', '"seed": 2'), 'does not have the checksum that it states'],
    [
      'has a field too many',
      text.replace('"kind"', '"more": 1, "kind"'),
      'is not a right model file: Unrecognized key: "more"',
    ],
    [
      'is deep',
      `{"format":"servegym-model","version":1,"card":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      'not a right model file',
    ],
    ['is endless', ' '.repeat(33 * 1024 * 1024), '34603008 characters are too many for a model file'],
  ])('%s', (_, source, message) => {
    expect(() => parseModel(source, 'model.json')).toThrow(message);
    expect(() => parseModel(source, 'model.json')).toThrow(/^model\.json: [^\n]{1,240}$/);
  });

  it('has shapes that do not fit, or numbers that are none, under a right checksum', () => {
    const shape = forged(({ tensors }) => Object.assign((tensors as never)['layer0.kernel'], { shape: [3, 3] }));
    expect(() => parseModel(shape, 'm')).toThrow(
      'm: tensor "layer0.kernel" has 24 bytes, expected 36 (float32 [3 × 3])',
    );
    const huge = forged(({ tensors }) => Object.assign((tensors as never)['layer0.kernel'], { shape: [1e15, 1e15] }));
    expect(() => parseModel(huge, 'm')).toThrow('m: tensor "layer0.kernel" has 24 bytes');
    const data = Buffer.from(Float64Array.of(1, Number.NaN).buffer).toString('base64');
    const nan = forged(({ tensors }) => Object.assign((tensors as { long: object }).long, { data }));
    expect(() => parseModel(nan, 'm')).toThrow('m: tensor "long": number 1 is NaN');
  });

  it('is not there, or a folder', () => {
    expect(() => readModelFile(join(folder, 'none.json'))).toThrow('none.json: no such model file');
    expect(() => readModelFile(folder)).toThrow('cannot be read (EISDIR)');
  });
});

const FILES = process.env.SERVEGYM_LONG ? 10_000 : 300;

it(`${FILES} damaged files are refused in one sentence, or loaded right`, () => {
  const random = stream(1, 'fuzz');
  const below = (n: number): number => Math.floor(random.next() * n);
  const bytes = Buffer.from(text);
  const damage: (() => Buffer | string)[] = [
    () => bytes.subarray(0, below(bytes.length)),
    () => bytes.subarray(below(bytes.length)),
    () => {
      const out = Buffer.from(bytes);
      for (let n = 1 + below(3); n > 0; n--) out[below(out.length)] ^= 1 << below(8);
      return out;
    },
    () => {
      const [at, length] = [below(text.length), 1 + below(40)];
      const from = below(text.length);
      return text.slice(0, at) + text.slice(from, from + length) + text.slice(at + (random.next() < 0.5 ? 0 : length));
    },
    () => {
      // Two fields of one object change places, under a right checksum half of the time.
      const swap = (body: Record<string, unknown>): void => {
        const at = [body, body.card, body.settings, body.tensors][below(4)] as Record<string, unknown>;
        const names = Object.keys(at);
        const [a, b] = [names[below(names.length)], names[below(names.length)]];
        [at[a], at[b]] = [at[b], at[a]];
      };
      if (random.next() < 0.5) return forged(swap);
      const whole = JSON.parse(text);
      swap(whole);
      return JSON.stringify(whole);
    },
    () => forged((body) => delete body[Object.keys(body)[below(7)]]),
  ];
  let refused = 0;
  for (let k = 0; k < FILES; k++) {
    const source = damage[k % damage.length]();
    const path = join(folder, 'damaged.json');
    writeFileSync(path, source);
    try {
      const read = readModelFile(path);
      // Whatever was read is a model: it can be written, and read again.
      expect(parseModel(modelText(read), 'again')).toEqual(read);
      if (k % damage.length < 4) expect(read).toEqual(model);
    } catch (error) {
      expect((error as Error).message).toMatch(/^[^\n]*damaged\.json: [^\n]{1,240}$/);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(FILES / 2);
});

it('ten megabytes of weights are read', () => {
  const values = Float32Array.from({ length: 1.9e6 }, (_, k) => k);
  const big = { ...model, weights: { settings: {}, tensors: { w: { shape: [1.9e6], values } } } };
  const { w } = parseModel(modelText(big), 'big').weights.tensors;
  expect(Buffer.from(w.values.buffer).equals(Buffer.from(values.buffer))).toBe(true);
});
