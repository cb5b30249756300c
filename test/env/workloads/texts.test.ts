/** Requests in words: recorded ones stay with their requests, written ones tell as much of the length as they should. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { preset } from '../../../env/serving/presets.js';
import { arriveAtOnce } from '../../../env/workloads/arrivals.js';
import { chatSource } from '../../../env/workloads/chat.js';
import { derived } from '../../../env/workloads/derived.js';
import { lengthSampler, lengthSets } from '../../../env/workloads/lengths.js';
import { recipeSource } from '../../../env/workloads/recipe.js';
import { atRate, take } from '../../../env/workloads/retime.js';
import { readTrace } from '../../../env/workloads/traces/read.js';
import { createWorkload, type Workload } from '../../../env/workloads/workload.js';
import { writeWorkload } from '../../../env/workloads/write.js';
import { redrawn, windowOf } from '../../../experiments/rows.js';

const folder = mkdtempSync(join(tmpdir(), 'servegym-texts-'));
const written = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const prompts = ({ texts, count }: Workload): (string | undefined)[] =>
  Array.from({ length: count }, (_, row) => texts?.prompt(row));

describe('recorded words', () => {
  const recorded = createWorkload({
    name: 'recorded',
    arrival: [30, 10, 20],
    promptTokens: [1, 2, 3],
    outputTokens: [1, 2, 3],
    prompts: ['third', 'first', undefined],
    models: [undefined, 'small', 'large'],
  });

  it('are sorted with their requests, and stay with them', () => {
    expect(prompts(recorded)).toEqual(['first', undefined, 'third']);
    expect([0, 1, 2].map((row) => recorded.texts?.model(row))).toEqual(['small', 'large', undefined]);
    expect(prompts(take(recorded, 2))).toEqual(['first', undefined]);
    expect(prompts(atRate(recorded, 3))).toEqual(prompts(recorded));
    expect(prompts(windowOf(recorded, 0, 1))).toEqual(prompts(recorded));
    const again = redrawn(recorded, 20, 1);
    const said = { 1: 'third', 2: 'first', 3: undefined };
    expect(prompts(again)).toEqual(Array.from(again.outputTokens, (n) => said[n as 1 | 2 | 3]));
  });

  it('are written and read back', async () => {
    const file = join(folder, 'list.jsonl');
    writeWorkload(recorded, file);
    const { workload } = await readTrace(file);
    expect(prompts(workload)).toEqual(prompts(recorded));
    expect(workload.texts?.model(1)).toBe('large');
  });

  it('come from columns prompt, text and model, unless those are something else', async () => {
    const rows = 'arrival,prompt_tokens,output_tokens,text,model\n0,3,5,"Hello, you",m\n1,3,5,,\n';
    const { workload } = await readTrace(written('words.csv', rows));
    expect(prompts(workload)).toEqual(['Hello, you', undefined]);
    expect(workload.texts?.model(0)).toBe('m');
    const counts = written('counts.jsonl', '{"arrival":0,"prompt":3,"output_tokens":5}\n');
    const read = await readTrace(counts, { columns: { promptTokens: 'prompt' } });
    expect(read.workload.promptTokens[0]).toBe(3);
    expect(read.workload.texts).toBeUndefined();
    const bad = written('bad.jsonl', '{"arrival":0,"prompt_tokens":3,"output_tokens":5,"prompt":{}}\n');
    await expect(readTrace(bad)).rejects.toThrow(/line 1, column prompt: expected a text/);
  });

  it('reach predictors, by request', () => {
    const seen: [string | undefined, string | undefined][] = [];
    const engine = createEngine({
      workload: recorded,
      rules: preset('serial'),
      cost: constantStep(1),
      predictor: () => {
        let look: (r: number) => void;
        return {
          name: 'reader',
          information: 'predicted',
          reset(forecast) {
            look = (r) => seen.push([forecast.prompt(r), forecast.model(r)]);
          },
          arrive: (r) => look(r),
        };
      },
    });
    run(engine);
    expect(seen).toEqual([
      ['first', 'small'],
      [undefined, 'large'],
      ['third', undefined],
    ]);
  });
});

describe('written words', () => {
  const { templates } = derived<{ templates: string[] }>('written-prompts');
  const patterns = templates.map(
    (template) => new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.+')}$`, 's'),
  );
  const placeOf = (prompt = ''): number => patterns.findIndex((pattern) => pattern.test(prompt));

  /** Correlation of the ranks of outputs and of templates. */
  function spearman(share: number): number {
    const workload = recipeSource({
      name: 'chat',
      requests: 3000,
      arrivals: arriveAtOnce,
      classes: [{ share: 1, lengths: lengthSampler(lengthSets.azure()) }],
      promptShare: share,
    }).sample(3);
    const ranks = (values: readonly number[]): number[] => {
      const sorted = [...values].sort((a, b) => a - b);
      return values.map((v) => (sorted.indexOf(v) + sorted.lastIndexOf(v)) / 2);
    };
    const x = ranks([...workload.outputTokens]);
    const y = ranks(prompts(workload).map(placeOf));
    const mean = (x.length - 1) / 2;
    const sum = (f: (k: number) => number): number => x.reduce((total, _, k) => total + f(k), 0);
    const cov = sum((k) => (x[k] - mean) * (y[k] - mean));
    return cov / Math.sqrt(sum((k) => (x[k] - mean) ** 2) * sum((k) => (y[k] - mean) ** 2));
  }

  it('tell apart every template, and fill every slot', () => {
    expect(templates.length).toBeGreaterThanOrEqual(80);
    expect(new Set(templates).size).toBe(templates.length);
    const { texts, count } = chatSource({ requests: 2000 }).sample(1);
    const found = Array.from({ length: count }, (_, row) => texts?.prompt(row) ?? '');
    for (const prompt of found) expect(prompt).not.toMatch(/[{}]|undefined/);
    expect(new Set(found.map(placeOf)).size).toBe(templates.length);
  });

  it.each([0, 0.5, 1])('explain the share %s of the variance of normal scores', (share) => {
    // Spearman's correlation of two normal variables with Pearson correlation ρ.
    const expected = (6 / Math.PI) * Math.asin(Math.sqrt(share) / 2);
    expect(Math.abs(spearman(share) - expected)).toBeLessThan(0.05);
  });

  it('belong to the request: the same among more, at any rate, and whoever asks first', () => {
    const few = chatSource({ requests: 10 }).sample(2);
    const many = chatSource({ requests: 50 }).sample(2);
    expect(prompts(many).slice(0, 10)).toEqual(prompts(few));
    expect(prompts(many).reverse()).toEqual(Array.from({ length: 50 }, (_, k) => many.texts?.prompt(49 - k)));
    expect(prompts(chatSource({ requests: 10 }).sample(3))).not.toEqual(prompts(few));
  });

  it('a share outside 0 … 1 is refused', () => {
    const classes = [{ share: 1, lengths: lengthSampler(lengthSets.azure()) }];
    expect(() => recipeSource({ name: 'x', requests: 1, arrivals: arriveAtOnce, classes, promptShare: 2 })).toThrow(
      'x: promptShare is 2, expected a number in 0 … 1',
    );
  });
});
