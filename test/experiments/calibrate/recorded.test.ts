/** The iteration logs of SamuLLM, which do not travel with the repository: folder from SERVEGYM_DATA, default ../shared/data. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../experiments/calibrate/calibrate.js';
import { readLog } from '../../../experiments/calibrate/log.js';

const file = join(resolve(process.env.SERVEGYM_DATA ?? '../shared/data'), 'samullm-vllm-iterations/iterations.csv.gz');
const here = existsSync(file);
const note = here ? '' : ` (skipped: no file ${file}; set SERVEGYM_DATA)`;

describe.skipIf(!here)(`measured iterations of vLLM: calibrated on half, mean error on the other half${note}`, () => {
  const models = [
    ['Llama-2-7b-hf', 2],
    ['Llama-2-13b-hf', 1],
  ] as const;
  const times = ['iter_s', 'exec_s + sample_s + prep_s'];
  it.each(models.flatMap(([model, tp]) => times.map((seconds) => [model, tp, seconds] as const)))(
    '%s TP%d, %s: at most 5 %% of decodes and 4 %% of prefills',
    async (model, tp, seconds) => {
      const log = await readLog(file, { where: { model, tp }, columns: { seconds } });
      expect(log.count).toBe(5122);
      for (const seed of [0, 1, 2]) {
        const { errors, padded, warmup } = calibrate(log, { holdout: 0.5, seed });
        const [decode, prefill] = errors;
        expect(decode).toMatchObject({ phase: 'decode' });
        expect(decode.rows).toBeGreaterThan(1400);
        expect(decode.mean).toBeLessThan(0.05);
        expect(prefill).toMatchObject({ phase: 'prefill' });
        expect(prefill.mean).toBeLessThan(0.04);
        expect(padded).toBe(true);
        expect(warmup.decode).toBeGreaterThan(0);
        expect(warmup.prefill).toBeGreaterThan(0);
      }
    },
  );
});
