/** A small random BERT, and what the library that it comes from makes of texts (fixtures/encoder). */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import { packageFile } from '../../../env/files.js';
import type * as Encoders from '../../../predictors/encoder/encoder.js';
import { openEncoder as openHere } from '../../../predictors/encoder/encoder.js';
import { readEncoderFolder } from '../../../predictors/encoder/folder.js';
import { temporaryFolder } from '../../experiments/terminal.js';
import { transpile } from '../../transpiled.js';

const fixture = packageFile('test/fixtures/encoder');
const { texts } = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8')) as {
  texts: { text: string; tokens: number[]; means: number[] }[];
};
const folder = temporaryFolder();
/** The real thing: in TypeScript sources threads cannot be started. */
let openEncoder: typeof Encoders.openEncoder;

beforeAll(async () => {
  transpile(['env', 'predictors'], folder);
  ({ openEncoder } = await import(pathToFileURL(join(folder, 'predictors/encoder/encoder.js')).href));
});

/** A copy of the fixture, changed. */
let copies = 0;
function changed(change: (at: string) => void): string {
  const at = join(folder, `encoder-${copies++}`);
  mkdirSync(at);
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors'])
    cpSync(join(fixture, file), join(at, file));
  change(at);
  return at;
}
function config(values: Record<string, unknown>): string {
  return changed((at) => {
    const file = join(at, 'config.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...values }));
  });
}

describe('an encoder', () => {
  it.each(texts.map((recorded) => [recorded.text.slice(0, 30), recorded] as const))(
    'says of %j what is recorded',
    (_, recorded) => {
      expect(readEncoderFolder(fixture).tokens(recorded.text, 24)).toEqual(recorded.tokens);
      const encoder = openEncoder(fixture);
      const means = encoder.encode(recorded.text);
      expect(means.length).toBe(encoder.parts * encoder.hidden);
      recorded.means.forEach((value, k) => {
        expect(means[k]).toBeCloseTo(value, 5);
      });
    },
  );

  it('is opened once, keeps what it said, and prepares texts without blocking', async () => {
    const encoder = openEncoder(fixture);
    expect(openEncoder(fixture)).toBe(encoder);
    const all = ['the moon', 'rome', 'the moon', 'a long essay'];
    const told: number[][] = [];
    await encoder.prepare(all, { onProgress: (...progress) => told.push(progress) });
    expect(told).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(encoder.encode('rome')).toBe(encoder.encode('rome'));
    const first = encoder.prepare(['the capital of rome']);
    await expect(encoder.prepare(['no'])).rejects.toThrow('preparing other texts');
    expect(() => encoder.encode('no')).toThrow('preparing other texts');
    await first;
    const stop = new AbortController();
    stop.abort();
    await expect(encoder.prepare(['is it?'], { signal: stop.signal })).rejects.toThrow('abort');
    expect(encoder.encode('is it?').every(Number.isFinite)).toBe(true);
  });

  it('reads the beginning of a text of 10 MB', () => {
    const encoder = openEncoder(fixture);
    const text = 'explain the moon in detail. '.repeat(400_000);
    expect(encoder.encode(text)).toEqual(encoder.encode(text.slice(0, 5000)));
  });

  it('has tensors behind the prefix of a model for a task, too', () => {
    const prefixed = changed((at) => {
      const file = join(at, 'model.safetensors');
      const bytes = readFileSync(file);
      const length = Number(bytes.readBigUInt64LE());
      const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
      const renamed = Object.fromEntries(Object.entries(header).map(([name, value]) => [`bert.${name}`, value]));
      const text = Buffer.from(JSON.stringify(renamed));
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(text.length));
      writeFileSync(file, Buffer.concat([size, text, bytes.subarray(8 + length)]));
    });
    expect(openEncoder(prefixed).encode('rome')).toEqual(openEncoder(fixture).encode('rome'));
  });
});

describe('a folder that is no encoder is refused in one sentence', () => {
  const cut = (file: string) =>
    changed((at) => {
      const bytes = readFileSync(join(at, file));
      writeFileSync(join(at, file), bytes.subarray(0, bytes.length >> 1));
    });
  test.each([
    ['no folder', () => join(folder, 'nowhere'), /nowhere: has no config\.json, expected the folder of a pretrained/],
    ['no tokenizer', () => changed((at) => rmSync(join(at, 'tokenizer.json'))), /: has no tokenizer\.json/],
    ['another type', () => config({ model_type: 'gpt2' }), /config\.json: model_type: .*"bert"/],
    ['another activation', () => config({ hidden_act: 'relu' }), /config\.json: hidden_act: /],
    [
      'a configuration of nothing',
      () => changed((at) => writeFileSync(join(at, 'config.json'), 'null')),
      /config\.json: all of it: /,
    ],
    ['no width', () => config({ hidden_size: undefined }), /config\.json: hidden_size: /],
    ['heads that do not fit', () => config({ num_attention_heads: 3 }), /8 numbers cannot be shared by 3/],
    ['more layers than there are', () => config({ num_hidden_layers: 5 }), /no tensor "encoder\.layer\.4\./],
    [
      'another width than the weights',
      () => config({ hidden_size: 4 }),
      /word_embeddings\.weight" is \[40 × 8\], expected/,
    ],
    ['a tokenizer that is cut off', () => cut('tokenizer.json'), /tokenizer\.json: .*not valid JSON/],
    [
      'a tokenizer that is none',
      () => changed((at) => writeFileSync(join(at, 'tokenizer.json'), '{}')),
      /tokenizer\.json: no tokenizer/,
    ],
    ['weights that are cut off', () => cut('model.safetensors'), /model\.safetensors: tensor/],
  ])('%s', (_, make, message) => {
    expect(() => openEncoder(make())).toThrow(message);
  });

  test('a tokenizer of more words', () => {
    const encoder = openEncoder(
      changed((at) => {
        const file = join(at, 'tokenizer.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace(/"rome": ?\d+/, '"rome":4000'));
      }),
    );
    expect(() => encoder.encode('rome')).toThrow(/tokenizer\.json: .*token 4000, where the encoder has 40/);
    expect(encoder.encode('the moon').every(Number.isFinite)).toBe(true);
  });

  test('weights of which no numbers come', () => {
    const encoder = openEncoder(
      changed((at) => {
        const file = join(at, 'model.safetensors');
        const bytes = readFileSync(file);
        for (let k = 8 + Number(bytes.readBigUInt64LE()); k + 3 < bytes.length; k += 4) bytes.writeFloatLE(3e38, k);
        writeFileSync(file, bytes);
      }),
    );
    expect(() => encoder.encode('rome')).toThrow(/the encoder makes no numbers of a text$/);
  });

  test('no folder named', () => {
    vi.stubEnv('SERVEGYM_ENCODER', '');
    expect(() => openEncoder()).toThrow(/^SERVEGYM_ENCODER is not set, expected the folder/);
    vi.unstubAllEnvs();
  });

  test('sources that are not compiled', () => {
    expect(() => openHere(fixture)).toThrow('needs compiled files');
  });
});
