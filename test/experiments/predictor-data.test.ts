/** Data that predictors learn from: users' files, published sets, splits. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { LENGTH_SETS } from '../../experiments/predictors/data/sets.js';
import { normalText, split } from '../../experiments/predictors/data/splits.js';
import { atMostPerText } from '../../experiments/predictors/data/thin.js';
import { readUserFile } from '../../experiments/predictors/data/user-file.js';
import type { LengthExample } from '../../predictors/length/model.js';

const folder = mkdtempSync(join(tmpdir(), 'servegym-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(lines: readonly unknown[], name = 'own.jsonl'): string {
  const file = join(folder, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

describe("users' own data", () => {
  const [a, b] = [
    { prompt: 'Why?', output_tokens: 12 },
    {
      prompt: 'Write.',
      output_tokens: 90,
      finish_reason: 'length',
      max_tokens: 90,
      model: 'm',
      tenant: 't',
      temperature: 0.7,
    },
  ];

  test.each(['own.jsonl', 'own.jsonl.gz'])('are read: %s', async (name) => {
    expect(await readUserFile(write([a, '', b], name))).toEqual([
      { text: 'Why?', promptTokens: 1, declared: Infinity, outputTokens: 12, censored: false },
      {
        ...{ text: 'Write.', promptTokens: 2, declared: 90, outputTokens: 90, censored: true },
        ...{ model: 'm', tenant: 't', temperature: 0.7 },
      },
    ]);
  });

  test('may have a prompt of 10 MB', async () => {
    const prompt = 'word '.repeat(2_000_000);
    const [long] = await readUserFile(write([{ ...a, prompt }, b]));
    expect(long.text).toHaveLength(1e7);
    expect(long.promptTokens).toBe(2_500_000);
  });

  test.each([
    ['a missing text', [a, { output_tokens: 3 }], 'line 2: prompt is missing, expected text'],
    ['an empty text', [{ ...a, prompt: '' }], 'line 1: prompt is "", expected text'],
    ['NaN labels', ['{"prompt": "x", "output_tokens": NaN}'], 'line 1: not JSON'],
    ['null labels', [{ ...a, output_tokens: null }], 'line 1: output_tokens is null, expected a whole number'],
    ['labels of 0', [a, b, { ...a, output_tokens: 0 }], 'line 3: output_tokens is 0, expected a whole number'],
    ['labels in words', [{ ...a, output_tokens: '12' }], 'line 1: output_tokens is "12", expected'],
    ['a temperature below 0', [{ ...a, temperature: -1 }], 'line 1: temperature is -1, expected a number ≥ 0'],
    ['a list', ['[1]'], 'line 1: [1], expected an object'],
    ['an empty file', ['', ''], 'no examples'],
    ['one length only', [a, { ...a, prompt: 'b' }], 'every answer has 12 tokens'],
    ['cut answers only', [b, { ...b, output_tokens: 80 }], 'all 2 answers were cut'],
  ])('are refused with %s', async (_, lines, message) => {
    const file = write(lines);
    await expect(readUserFile(file)).rejects.toThrow(message);
    await expect(readUserFile(file)).rejects.toThrow(file);
  });
});

describe('splits', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '?', 'é'), maxLength: 5 });
  const example = fc.record({
    text,
    promptTokens: fc.constant(1),
    declared: fc.constant(Infinity),
    model: fc.constantFrom('x', 'y', 'z', 'u', 'v', 'w'),
    outputTokens: fc.integer({ min: 1, max: 9 }),
    censored: fc.boolean(),
  });

  test('never have a text in two parts, a held-out model in training, or a row twice', () => {
    fc.assert(
      fc.property(fc.array(example, { maxLength: 60 }), fc.nat(50), (examples, seed) => {
        const { train, validation, test, heldOut, past } = split(examples, { seed, models: 0.4 });
        const texts = (part: readonly LengthExample[]) => new Set(part.map((e) => normalText(e.text ?? '')));
        const groups = [texts([...train, ...past]), texts(validation), texts([...test, ...heldOut])];
        for (const one of groups[0]) expect(groups[1].has(one) || groups[2].has(one)).toBe(false);
        for (const one of groups[1]) expect(groups[2].has(one)).toBe(false);
        const seen = new Set([...train, ...validation, ...test].map(({ model }) => model));
        for (const { model } of [...heldOut, ...past]) expect(seen.has(model)).toBe(false);
        const rows = [...train, ...validation, ...test, ...heldOut, ...past];
        expect(new Set(rows).size).toBe(rows.length);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  const many = Array.from({ length: 4000 }, (_, k) => ({
    ...{
      text: `prompt ${k % 2000}`,
      promptTokens: 1,
      declared: Infinity,
      model: `m${k % 50}`,
      outputTokens: 1 + (k % 7),
    },
    censored: false,
  }));

  test('have the shares that are asked for, and others with another seed', () => {
    const { train, validation, test, heldOut } = split(many, { models: 0 });
    expect(heldOut).toHaveLength(0);
    expect(train.length / 4000).toBeCloseTo(0.65, 1.3);
    expect(validation.length / 4000).toBeCloseTo(0.15, 1.3);
    expect(test.length / 4000).toBeCloseTo(0.2, 1.3);
    expect(split(many, { models: 0, seed: 1 }).test).not.toEqual(test);
    expect(split([...many].reverse(), { models: 0 }).test.reverse()).toEqual(test);
  });

  test('refuse shares that are none', () => {
    expect(() => split(many, { test: 0.7, validation: 0.4 })).toThrow('validation + test: 1.1');
  });

  test('thin keeps at most so many answers to a text', () => {
    const few = atMostPerText([...many, ...many], 3, 1);
    expect(few).toHaveLength(2000 * 3);
    expect(atMostPerText([...many, ...many], 3, 1)).toEqual(few);
    expect(atMostPerText(many, 2, 1)).toEqual(many);
  });
});

const data = resolve(process.env.SERVEGYM_DATA ?? '../shared/data');
const note = existsSync(join(data, 'alpaca-eval')) ? '' : ` (skipped: no folder ${data}; set SERVEGYM_DATA)`;

describe.skipIf(note !== '')(`published sets${note}`, () => {
  test.each([
    ['codealpaca', 4535, 1],
    ['gsm8k-gpt3-solutions', 5276, 4],
    ['routellm-gsm8k', 2638, 2],
    ['alpaca-5000', 5000, 1],
    ['instructionwild-chatgpt', 1877, 1],
    ['alpaca-eval', 175_450, 218],
    ['oasst-model-eval', 201_500, 105],
  ])('%s has about %i rows of %i models', (name, rows, models) => {
    const examples = LENGTH_SETS[name].read(data);
    expect(Math.abs(examples.length - rows)).toBeLessThan(100);
    expect(new Set(examples.map(({ model }) => model)).size).toBe(models);
    for (const { text, promptTokens, outputTokens } of examples)
      if (!(typeof text === 'string' && promptTokens >= 0 && outputTokens >= 1)) expect.unreachable(`${text}`);
  });

  test('gsm8k is one set of problems, whoever solved them: splits keep them together', () => {
    const both = ['gsm8k-gpt3-solutions', 'routellm-gsm8k'].flatMap((name) => LENGTH_SETS[name].read(data));
    const { train, test } = split(both, { models: 0 });
    const trained = new Set(train.map(({ text }) => text));
    expect(test.filter(({ text }) => trained.has(text))).toHaveLength(0);
  });

  test('answers of OASST that were cut are censored: the hump below the cap of 400', () => {
    const capped = LENGTH_SETS['oasst-model-eval'].read(data).filter(({ declared }) => declared === 400);
    const share = capped.filter(({ censored }) => censored).length / capped.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.35);
  });

  test('a set that is not there says where it was looked for', () => {
    expect(() => LENGTH_SETS.codealpaca.read('/nowhere')).toThrow(/nowhere.codealpaca.*SERVEGYM_DATA/);
  });
});
