/** A workload of long prompts, on which engines differ most. */
import { exponential, normal } from '../../../../env/distributions.js';
import { stream } from '../../../../env/random.js';
import { createWorkload, type Workload } from '../../../../env/workloads/workload.js';

/** Poisson arrivals a second, answers of so many tokens; prompts as in openchat_sharegpt4 (median 1,730, 90 % below 5,696, at most 8,000), or all of one length. */
export function longPrompts(count: number, rate: number, answer: number, prompt?: number): Workload {
  const { next } = stream('long prompts', 'workload');
  const sigma = Math.log(5696 / 1730) / 1.2816;
  const arrival = new Float64Array(count);
  let now = 0;
  for (let r = 0; r < count; r++) {
    now += (exponential(next()) * 1e6) / rate;
    arrival[r] = Math.round(now);
  }
  const drawn = (): number => Math.round(1730 * Math.exp(sigma * normal(next(), next())));
  return createWorkload({
    name: 'long prompts',
    arrival,
    promptTokens: Array.from({ length: count }, () => prompt ?? Math.min(8000, Math.max(8, drawn()))),
    outputTokens: new Int32Array(count).fill(answer),
  });
}
