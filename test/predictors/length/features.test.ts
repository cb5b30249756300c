/** What length models see of a request. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FEATURES, featuresOf, NAMES, writeFeatures } from '../../../predictors/length/features.js';
import type { LengthInput } from '../../../predictors/length/model.js';

const rowOf = (input: Partial<LengthInput>): Float32Array => {
  const row = new Float32Array(FEATURES);
  writeFeatures({ promptTokens: 20, declared: Infinity, ...input }, row, 0);
  return row;
};
const named = (input: Partial<LengthInput>, name: string): number => {
  const column = NAMES.indexOf(name);
  expect(column, name).toBeGreaterThanOrEqual(0);
  return rowOf(input)[column];
};

describe('features', () => {
  test('are at most 1,100, each with a name of its own', () => {
    expect(FEATURES).toBeLessThanOrEqual(1100);
    expect(new Set(NAMES).size).toBe(FEATURES);
  });

  test.each([
    ['Write an essay in 200 words.', 'asked words', 200],
    ['Write a 500-word essay on cats.', 'asked words', 500],
    ['Tell me in two hundred words about rain', 'asked words', 200],
    ['Explain it in one sentence.', 'asked sentences', 1],
    ['Give me a list of 10 ideas for lunch', 'asked items', 10],
    ['Three short paragraphs about Rome', 'asked paragraphs', 3],
    ['In 1999 he had many words', 'asked words', 0],
  ])('read the length that is asked for: %s', (text, name, asked) => {
    expect(named({ text }, name)).toBeCloseTo(Math.log1p(asked), 5);
  });

  test.each([
    ['Answer briefly.', 'cue brief'],
    ['Explain STEP BY step', 'cue longPair'],
    ['def f(x): return x in python', 'cue code'],
    ['Wie ist das Wetter und nicht der Film', 'cue german'],
    ['Is it true or false?', 'cue choice'],
    ['x = [1, 2]; y = {a: b}', 'code'],
    ['1. one\n2. two\n- three', 'bullets'],
    ['Fill in: the sky is ___', 'has blanks'],
    ['Что это такое', 'cyrillic'],
    ['你好', 'ideographs'],
  ])('find cues: %s', (text, name) => {
    expect(named({ text }, name)).toBeGreaterThan(0);
    expect(named({ text: 'A dog' }, name)).toBe(0);
  });

  test('tell what is known of the request', () => {
    expect(named({}, 'no text')).toBe(1);
    expect(named({ text: '' }, 'no text')).toBe(0);
    expect(named({ promptTokens: 99 }, 'log prompt tokens')).toBeCloseTo(Math.log(100), 5);
    expect(named({}, 'declared')).toBe(0);
    expect(named({ declared: 512 }, 'log declared')).toBeCloseTo(Math.log(513), 5);
    expect(named({ temperature: 0 }, 'greedy')).toBe(1);
    expect(named({}, 'greedy')).toBe(0);
    const past = { model: { count: 8, meanLog: 6, spreadLog: 0.5 } };
    expect(named({ past }, 'model past weight')).toBe(0.5);
    expect(named({ past }, 'model past level')).toBe(0.5);
    expect(named({ past }, 'tenant past weight')).toBe(0);
  });

  test('do not depend on capitals or on where the row lies', () => {
    const texts = ['Wie heißt ÄPFEL auf Englisch', 'wie heißt äpfel auf englisch'];
    const [large, small] = texts.map((text) => rowOf({ text }));
    const words = NAMES.indexOf('words 0');
    expect(large.subarray(words)).toEqual(small.subarray(words));
    const out = new Float32Array(3 * FEATURES).fill(7);
    writeFeatures({ text: texts[0], promptTokens: 20, declared: Infinity }, out, FEATURES);
    expect(out.subarray(FEATURES, 2 * FEATURES)).toEqual(large);
    expect(out[FEATURES - 1] + out[2 * FEATURES]).toBe(14);
  });

  test('are finite for any text, and hashes say what words are there', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 120 }), (codes) => {
        for (const value of rowOf({ text: String.fromCharCode(...codes) })) if (!(Math.abs(value) < 30)) return false;
        return true;
      }),
      { seed: 1, numRuns: 40 },
    );
    const [a, b] = [rowOf({ text: 'translate the poem' }), rowOf({ text: 'translate the song' })];
    const words = NAMES.indexOf('words 0');
    const same = a.subarray(words).filter((value, k) => value !== 0 && value === b[words + k]);
    expect(same.length).toBeGreaterThan(3);
    expect(a).not.toEqual(b);
  });

  test('of 10 MB of text cost what those of a few kB do', () => {
    const text = `Summarize this. ${'some words to read '.repeat(600_000)}In one sentence.`;
    const row = rowOf({ text });
    expect(text.length).toBeGreaterThan(1e7);
    expect(row[NAMES.indexOf('log characters')]).toBeCloseTo(Math.log1p(text.length), 4);
    expect(row[NAMES.indexOf('log words')]).toBeCloseTo(Math.log(2.4e6), 1);
    expect(row[NAMES.indexOf('asked sentences')]).toBeCloseTo(Math.log(2), 5);
    const began = process.cpuUsage();
    for (let k = 0; k < 20; k++) writeFeatures({ text, promptTokens: 1, declared: 1 }, row, 0);
    expect(process.cpuUsage(began).user / 20).toBeLessThan(20_000); // µs; a pass over all of it takes 400,000
  });

  test('of examples are rows one after another', () => {
    const example = { promptTokens: 3, declared: Infinity, outputTokens: 5, censored: false };
    const rows = featuresOf([example, { ...example, text: 'Why?' }]);
    expect(rows.features).toHaveLength(2 * FEATURES);
    expect(rows.features.subarray(FEATURES)).toEqual(rowOf({ text: 'Why?', promptTokens: 3 }));
  });
});
