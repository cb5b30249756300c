/** What an admission takes for what is still to come, mode by mode, worked by hand. */
import { describe, expect, it } from 'vitest';
import type { Predictor } from '../../../env/serving/beliefs.js';
import { preset } from '../../../env/serving/presets.js';
import type { Rules } from '../../../env/serving/rules.js';
import { jobs, stepsOf, tokensOf } from './steps.js';

const small = {
  prefixCaching: false,
  blockSize: 4,
  blocks: 10,
  tokenBudget: 64,
  maxDrafts: 0,
  maxModelLen: 64,
} as const;
const engine = (changes: Partial<Rules>): Rules => preset('vllm-v1', { ...small, ...changes });

/** Believes these lengths. */
const believing =
  (lengths: readonly number[], spread = 0) =>
  (): Predictor => {
    let forecast: Parameters<NonNullable<Predictor['reset']>>[0];
    return {
      name: 'given',
      information: 'predicted',
      reset(given) {
        forecast = given;
      },
      arrive(r) {
        forecast.beliefs.length[r] = lengths[r];
        forecast.beliefs.lengthSpread[r] = spread;
      },
    };
  };

describe('how many of four requests with 4 prompt and 4 of 20 declared tokens start in 10 blocks', () => {
  const four = jobs(Array.from({ length: 4 }, () => [4, 4, 20] as const));
  const first = (changes: Partial<Rules>, spread = 0): string =>
    stepsOf(engine(changes), four, { predictor: believing([4, 4, 4, 4], spread) }).steps[0].tokens;

  it.each<[string, Partial<Rules>, number]>([
    ['chunk: all', { admissionReserve: 'chunk' }, 4],
    ['prompt: all', { admissionReserve: 'prompt' }, 4],
    ['allocate-prompt: all', { admissionReserve: 'allocate-prompt' }, 4],
    ['declared: 6 blocks each', { admissionReserve: 'declared' }, 1],
    ['predicted: 2 blocks each', { admissionReserve: 'predicted' }, 4],
    ['predicted + 4 tokens: 3 blocks each', { admissionReserve: 'predicted', reservePadding: 4 }, 3],
    ['predicted + 99 tokens: never more than declared', { admissionReserve: 'predicted', reservePadding: 99 }, 1],
    ['model-length: 5 blocks each', { admissionReserve: 'model-length', maxModelLen: 20 }, 2],
    ['kv-use: while under 2 blocks are in use', { admissionReserve: 'kv-use', kvShare: 0.2 }, 2],
  ])('%s', (_title, changes, count) => {
    expect(first(changes)).toBe(['A 4', 'B 4', 'C 4', 'D 4'].slice(0, count).join(', '));
  });

  it('predicted + 2 standard deviations of 2 tokens: 3 blocks each', () => {
    expect(first({ admissionReserve: 'predicted', reserveSpreads: 2 }, 2)).toBe('A 4, B 4, C 4');
  });
});

describe('what is set aside', () => {
  it('is there when its owner comes, though others lack blocks: those lose their own', () => {
    // A may claim 7 blocks of 10, B 2. Its third block B finds free. When it needs a fourth, 3 are free, all of them A's.
    const two = jobs([
      [4, 24],
      [4, 12, 24],
    ]);
    const rules = engine({ admissionReserve: 'predicted', victim: 'last-running' });
    const { steps } = stepsOf(rules, two, { predictor: believing([24, 1]) });
    expect(steps[8]).toMatchObject({ tokens: 'A 1, B 1', blocks: 'A 3, B 3', free: 4, evicted: '' });
    expect(steps[9]).toMatchObject({ tokens: 'A 1', blocks: 'A 4', free: 6, evicted: 'B' });
    const careless = stepsOf(engine({ admissionReserve: 'chunk' }), two, { predictor: believing([24, 1]) });
    expect(careless.steps[9]).toMatchObject({ tokens: 'A 1, B 1', blocks: 'A 4, B 4', free: 2, evicted: '' });
  });
});

describe('the predicted peak', () => {
  it('admits B as soon as both will fit at their believed peak, and then nobody lacks anything', () => {
    // Both hold 4 + 10 tokens in the end. With g of A's tokens there, the peak is 8 + g + 2 · (10 − g), at most 24 from g = 4 on.
    const two = jobs([
      [4, 10],
      [4, 10],
    ]);
    const rules = engine({ admissionReserve: 'peak', blockSize: 1, blocks: 24 });
    const tokens = tokensOf(rules, two);
    expect(tokens.slice(0, 6)).toEqual(['A 4', 'A 1', 'A 1', 'A 1', 'A 1, B 4', 'A 1, B 1']);
    expect(stepsOf(rules, two).engine.replica.totals.evictions).toBe(0);
    expect(tokensOf({ ...rules, blocks: 28 }, two)[0]).toBe('A 4, B 4');
    expect(tokensOf({ ...rules, blocks: 27 }, two)[0]).toBe('A 4');
  });
});

describe('the share of KV in use', () => {
  it('admits while less than it is in use, however much the next one takes', () => {
    const three = jobs([
      [8, 3],
      [12, 9],
      [4, 1],
    ]);
    // 2 of 10 blocks, then 5: C waits until A is gone.
    const rules = engine({ admissionReserve: 'kv-use', kvShare: 0.5 });
    expect(tokensOf(rules, three).slice(0, 4)).toEqual(['A 8, B 12', 'A 1, B 1', 'A 1, B 1', 'B 1, C 4']);
  });
});

describe('lending', () => {
  const rules = engine({ admissionReserve: 'declared', victim: 'last-running', lends: true, lendBuffer: 0, blocks: 8 });
  const host = [4, 24] as const; // 7 of the 8 blocks

  it('lets B into blocks that A has not come to; without it B waits for A', () => {
    const two = jobs([host, [4, 4, 4, 1]]);
    const { steps, engine: lending } = stepsOf(rules, two);
    expect(steps.map(({ tokens }) => tokens).slice(0, 6)).toEqual([
      'A 4',
      'A 1, B 4',
      'A 1, B 1',
      'A 1, B 1',
      'A 1, B 1',
      'A 1',
    ]);
    expect(lending.replica.totals.evictions).toBe(0);
    expect(tokensOf({ ...rules, lends: false }, two)[24]).toBe('B 4');
  });

  it('takes back what is lent two iterations before A needs it: B loses its blocks', () => {
    // B borrows 4 of A's 7 blocks. A's own three hold 12 tokens, of which it has computed 11 before step 9.
    const two = jobs([host, [4, 12, 12, 1]]);
    const { steps } = stepsOf(rules, two);
    expect(steps[7]).toMatchObject({ tokens: 'A 1, B 1', blocks: 'A 3, B 3', evicted: '' });
    expect(steps[8]).toMatchObject({ tokens: 'A 1', blocks: 'A 3', evicted: 'B', free: 5 });
    expect(steps[24].tokens).toBe('B 11');
  });

  it('takes it from free blocks if there are so many: B keeps its own', () => {
    const three = jobs([host, [4, 12, 12, 1], [4, 3, 12]]);
    const { steps, engine: lending } = stepsOf({ ...rules, blocks: 12 }, three);
    expect(steps[1].tokens).toBe('A 1, B 1, C 4');
    expect(lending.replica.totals.evictions).toBe(0);
  });

  it('keeps a buffer', () => {
    const two = jobs([host, [4, 16, 16, 1]]); // 5 of the 6 blocks set aside
    expect(tokensOf({ ...rules, takeBackAhead: 1 }, two)[1]).toBe('A 1, B 4');
    expect(tokensOf({ ...rules, takeBackAhead: 1, lendBuffer: 8 }, two)[1]).toBe('A 1');
  });
});

describe('the watermark', () => {
  it('is a number of blocks and a share of all, and binds only admissions beside others unless it says otherwise', () => {
    const two = jobs([
      [20, 3],
      [20, 3],
    ]);
    const first = (changes: Partial<Rules>): string => tokensOf(engine({ blocks: 12, ...changes }), two)[0];
    expect(first({ watermarkBlocks: 2 })).toBe('A 20, B 20');
    expect(first({ watermarkBlocks: 3 })).toBe('A 20');
    expect(first({ watermarkShare: 0.2, watermarkBlocks: 0 })).toBe('A 20, B 20');
    expect(first({ watermarkShare: 0.2, watermarkBlocks: 1 })).toBe('A 20');
    const alone = engine({ blocks: 12, watermarkBlocks: 7, watermarkAlone: true });
    expect(stepsOf(alone, two).engine.replica.totals.rejected).toBe(2);
  });
});
