/** The best fixed γ falls as load grows, with the published times; and the published table, with its averaging. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import { averageSpeedUp, decodeAverages, speculationByLoad } from '../../experiments/speculation-by-load.js';

const folder = resolve(process.env.SERVEGYM_DATA ?? '../shared/data', 'specdecode-bench');
const here = existsSync(folder);
const note = here ? '' : ` (skipped: no folder ${folder}; set SERVEGYM_DATA)`;
const long = process.env.SERVEGYM_LONG !== undefined;

const DRAFTS = [1, 3, 5];
/** Averages of the recorded lists over answers up to 4,096 tokens, and speed-up at 1, 3 and 5 drafts by batch. */
const published = {
  sharegpt: {
    tokensPerStep: [1.6651, 2.3028, 2.5555],
    context: 902,
    speedUp: {
      1: [1.28, 1.76, 1.94],
      16: [1.27, 1.64, 1.72],
      32: [1.26, 1.55, 1.56],
      64: [1.24, 1.44, 1.37],
      128: [1.22, 1.31, 1.19],
      256: [1.2, 1.21, 1.05],
    },
  },
  gsm8k: {
    tokensPerStep: [1.693, 2.379, 2.651],
    context: 190,
    speedUp: {
      1: [1.3, 1.82, 2.02],
      16: [1.27, 1.67, 1.75],
      32: [1.25, 1.55, 1.55],
      64: [1.21, 1.39, 1.31],
      128: [1.16, 1.2, 1.06],
      256: [1.1, 1.02, 0.85],
    },
  },
} as const;

describe.each(Object.entries(published))('%s', (set, { tokensPerStep, context, speedUp }) => {
  test.each(Object.entries(speedUp))('batch %s: speed-up as published', (batch, expected) => {
    DRAFTS.forEach((drafts, k) => {
      const own = averageSpeedUp(Number(batch), drafts, tokensPerStep[k], context);
      expect(Math.abs(own / expected[k] - 1)).toBeLessThan(0.01);
    });
  });

  test.skipIf(!here)(`the recorded lists have these averages${note}`, async () => {
    const file = join(folder, `combined_${set}.jsonl.gz`);
    const { workload } = await readTrace(file, { draft: 'eagle', arrivals: arriveAtOnce });
    const kept = Array.from(workload.outputTokens.keys()).filter((row) => workload.outputTokens[row] <= 4096);
    const some = {
      acceptance: { ...workload.acceptance, accepted: (row, ...at) => workload.acceptance.accepted(kept[row], ...at) },
      promptTokens: Int32Array.from(kept, (row) => workload.promptTokens[row]),
      outputTokens: Int32Array.from(kept, (row) => workload.outputTokens[row]),
    } satisfies Parameters<typeof decodeAverages>[0];
    DRAFTS.forEach((drafts, k) => {
      const own = decodeAverages(some, drafts);
      expect(own.tokensPerStep).toBeCloseTo(tokensPerStep[k], 3);
      expect(Math.round(own.context)).toBe(context);
    });
  });
});

describe('an engine with full batches', () => {
  test('has the published speed-up on GSM8K: best are 5 drafts, then 3, then 1', () => {
    const batches = [1, 16, 64, 128, 256] as const;
    const rows = speculationByLoad(batches, DRAFTS, { set: 'gsm8k' });
    rows.forEach(({ batch, speedUp }, row) => {
      expect(batch).toBe(batches[row]);
      speedUp.forEach((value, k) => {
        expect(Math.abs(value / published.gsm8k.speedUp[batches[row]][k] - 1)).toBeLessThan(0.03);
      });
    });
    expect(rows.map(({ best }) => best)).toEqual([5, 5, 3, 3, 1]);
  });

  test.runIf(long)('does so on ShareGPT too, later: contexts are longer', () => {
    const rows = speculationByLoad([1, 64, 512], DRAFTS, { rounds: 8 });
    expect(rows.map(({ best }) => best)).toEqual([5, 3, 1]);
  });
});
