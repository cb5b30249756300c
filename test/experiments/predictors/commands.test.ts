/** `servegym predictor`: trained, asked and scored from the command line; what is wrong is said in a sentence. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../../env/files.js';
import { servegym, temporaryFolder } from '../terminal.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Answers as long as their prompts say, more or less. */
function writeOwn(file: string): string {
  const lines = Array.from({ length: 400 }, (_, k) => {
    const words = 50 * (1 + (k % 8));
    return JSON.stringify({
      prompt: `Tell me about number ${k} in ${words} words`,
      output_tokens: Math.round(words * (1.2 + 0.01 * (k % 20))),
      model: 'a',
    });
  });
  writeFileSync(at(file), `${lines.join('\n')}\n`);
  return at(file);
}

describe('predictor train', () => {
  it('makes a shipped model again, byte for byte', async () => {
    const { code, out } = await servegym(['predictor', 'train', 'written-v0', '--out', folder, '--quiet']);
    expect(code).toBe(0);
    expect(out).toMatch(/Next:\n {2}servegym compare --beliefs learned:path=/);
    expect(readFileSync(at('written-v0.json'), 'utf8')).toBe(
      readFileSync(packageFile('predictors/models/written-v0.json'), 'utf8'),
    );
  });

  it.each(['log-regression', 'quantile-net'])('learns from a file of the user: %s', async (kind) => {
    const data = writeOwn('own.jsonl');
    const args = ['predictor', 'train', '--data', data, '--kind', kind, '--name', kind, '--out', folder, '--json'];
    const { code, out } = await servegym(args);
    expect(code).toBe(0);
    const { scores, card } = JSON.parse(out);
    expect(scores.spearman).toBeGreaterThan(0.9);
    expect(card.command).toContain('servegym predictor train');
    const predicted = await servegym([
      'predictor',
      'predict',
      'Tell me about number 7 in 400 words',
      '--model',
      at(`${kind}.json`),
      '--json',
    ]);
    const [{ mean, quantiles }] = JSON.parse(predicted.out).predictions;
    expect(Math.abs(mean - 520)).toBeLessThan(150);
    expect(quantiles['0.1']).toBeLessThan(quantiles['0.9']);
    expect(existsSync(at(`${kind}.partial.json`))).toBe(false);
  });
});

describe('predictor evaluate and predict', () => {
  it('scores models beside what is simple', async () => {
    const { code, out } = await servegym(['predictor', 'evaluate', 'written-v0', '--most', '3000']);
    expect(code).toBe(0);
    for (const name of ['constant', 'mean per model', 'prompt length', 'written-v0'])
      expect(out).toMatch(new RegExp(`^${name} `, 'm'));
    expect(out).toContain('0.774');
  });

  it('predicts a file of prompts, and cuts at max_tokens', async () => {
    writeFileSync(
      at('prompts.jsonl'),
      '{"prompt": "Write a long essay about the sea", "max_tokens": 40}\n{"prompt": "Is it raining?"}\n',
    );
    const { code } = await servegym([
      'predictor',
      'predict',
      '--data',
      at('prompts.jsonl'),
      '--write',
      at('lengths.jsonl'),
    ]);
    expect(code).toBe(0);
    const [cut, free] = readFileSync(at('lengths.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(cut.quantiles['0.95']).toBeLessThanOrEqual(40);
    expect(free.quantiles['0.95']).toBeGreaterThan(40);
  });

  it('says in a sentence what is wrong', async () => {
    const wrong: readonly (readonly [RegExp, ...string[]])[] = [
      [/expected a prompt, or --data FILE/, 'predict'],
      [/no model of length "lenght-v0" ships: did you mean/, 'predict', 'x', '--model', 'lenght-v0'],
      [/unknown model "length-v9": did you mean/, 'train', 'length-v9'],
      [/unknown data "oast"/, 'train', '--data', 'oast'],
      [/no such model file/, 'evaluate', at('none.json')],
      [/is not a model file/, 'evaluate', at('own.jsonl').replace('own.jsonl', 'bad.json')],
      [/line 1: prompt is missing/, 'train', '--data', at('bad.jsonl')],
      [/every answer has 5 tokens/, 'train', '--data', at('same.jsonl')],
    ];
    writeFileSync(at('bad.json'), '{"format": "servegym-mo');
    writeFileSync(at('bad.jsonl'), '{"output_tokens": 5}\n');
    writeFileSync(at('same.jsonl'), '{"prompt": "a", "output_tokens": 5}\n{"prompt": "b", "output_tokens": 5}\n');
    for (const [message, ...args] of wrong) {
      const { code, err } = await servegym(['predictor', ...args, '--quiet']);
      expect(err).toMatch(message);
      expect({ code, lines: err.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
    }
  });

  it('leaves nothing behind where nothing could be trained', async () => {
    const out = at('nothing/here');
    writeFileSync(at('unfit.jsonl'), '{"output_tokens": 5}\n');
    for (const args of [
      ['--data', at('unfit.jsonl')],
      ['--data', at('none.jsonl')],
    ]) {
      expect((await servegym(['predictor', 'train', ...args, '--out', out])).code).toBe(2);
      expect(existsSync(at('nothing'))).toBe(false);
    }
  });
});
