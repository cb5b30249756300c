/** A real trace from end to end: the Azure conversation hour, 19,366 requests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, type Engine, run } from '../../env/serving/engine.js';
import { createMetrics } from '../../env/serving/metrics.js';
import { fcfs } from '../../env/serving/policy.js';
import { preset } from '../../env/serving/presets.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import type { Bench, Figure } from './figure.js';
import { sideBySide, type Timing } from './measure.js';
import { blocks, model, roofline } from './worlds.js';

const FILE = 'azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz';
const RATE = 0.8;
const REPEATS = 11;

export const azure: Bench = {
  name: 'Azure conversation trace',
  async run(note) {
    const file = join(process.env.SERVEGYM_DATA ?? '../shared/data', FILE);
    if (!existsSync(file)) {
      note(`skipped: no ${file} (set SERVEGYM_DATA to the folder that has ${FILE})`);
      return [];
    }
    const { workload } = await readTrace(file, { rate: RATE });
    const rules = preset('vllm-v1', { blocks, maxModelLen: model.maxModelLen, prefixCaching: false });
    const made = (wakeIn: number): Engine =>
      createEngine({
        workload,
        rules,
        cost: roofline,
        scheduler: () => ({ ...fcfs(), wakeIn }),
        recorders: [createMetrics()],
      });
    const episode = (wakeIn: number) => (): void => {
      run(made(wakeIn));
    };
    const [every, leap] = sideBySide([episode(1), episode(Infinity)], REPEATS);
    const once = made(Infinity);
    run(once);
    const { iterations, sequenceSteps } = once.replica.totals;
    const seconds = (name: string, { median: micros, min }: Timing, most: number): Figure => ({
      name,
      value: micros / 1e6,
      best: min / 1e6,
      unit: 's',
      target: { most },
      detail: `${Math.round((workload.count / micros) * 1e3)} k requests/s, ${(iterations / micros).toFixed(2)} M iterations/s at mean batch ${(sequenceSteps / iterations).toFixed(1)}, ${(sequenceSteps / micros).toFixed(0)} M request-steps/s`,
    });
    return [
      seconds('Azure trace, asked every iteration, metrics on', every, 0.2),
      seconds('Azure trace, leaping, metrics on', leap, 0.1),
      {
        name: 'Azure trace, request-steps/s',
        value: sequenceSteps / every.median,
        best: sequenceSteps / every.min,
        unit: 'M/s',
        target: { least: 20 },
        detail: 'asked every iteration, metrics on',
      },
    ];
  },
};
