/** A run and what metrics say of it. */
import { createEngine, run, type Setup } from '../../../env/serving/engine.js';
import { createMetrics, type MetricsOptions, type Summary } from '../../../env/serving/metrics.js';
import type { Replica } from '../../../env/serving/replica.js';

export function measure(setup: Setup, options?: MetricsOptions): { summary: Summary; s: Replica } {
  const metrics = createMetrics(options);
  const engine = createEngine({ ...setup, recorders: [metrics, ...(setup.recorders ?? [])] });
  run(engine);
  return { summary: metrics.summary(), s: engine.replica };
}
