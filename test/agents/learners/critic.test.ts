/** Critics: what a privileged one sees, and that the rows it is shown are its input. */
import { expect, it } from 'vitest';
import type { Crew } from '../../../agents/learners/crew.js';
import { createCritic } from '../../../agents/learners/critic.js';
import { FORESIGHT, foresee } from '../../../agents/learners/foresight.js';
import { plainKernels } from '../../../agents/learners/kernels.js';
import { stream } from '../../../env/random.js';
import { near } from './recorded.js';

const seen = (remaining: number[], nextArrivals: number[]): number[] => {
  const into = new Float32Array(2 * FORESIGHT);
  foresee({ privileged: () => ({ remaining, nextArrivals }) }, into, 1);
  return [...into.subarray(FORESIGHT)];
};

it('foresees tokens and arrivals', () => {
  near(seen([10, 1014, 2048], [0.5, 0.9, 4, 20]), [3 / 64, 3072 / 32_768, 1, 2, 1 / 3, 2 / 8, 3 / 16, 0.5], 1e-7);
  expect(seen([], [])).toEqual([0, 0, 0, 0, 0, 0, 0, 3]);
  expect(seen([1], [50]).at(-1)).toBe(3);
});

it.each([false, true])('judges what environments show and have reached, privileged: %s', (privileged) => {
  const random = stream(1, 'critic');
  const kernels = plainKernels(Float64Array);
  const network = { kind: 'mlp', hidden: [] } as const;
  const critic = createCritic({
    network,
    size: 2,
    privileged,
    sight: null,
    random,
    activation: 'tanh',
    rows: 4,
    kernels,
  });
  const [kernel, bias] = critic.parameters;
  expect(kernel.shape).toEqual([privileged ? 2 + FORESIGHT : 2, 1]);
  kernel.values.forEach((_, k) => {
    kernel.values[k] = 10 ** -k;
  });
  bias.values[0] = 100;
  const truth = (first: number): Float32Array =>
    Float32Array.from({ length: 2 * FORESIGHT }, (_, k) => (k === 0 ? first : 0));
  const crew = {
    count: 2,
    now: { observation: Float32Array.of(1, 2, 3, 4) },
    reached: { observation: Float32Array.of(5, 6, 7, 8) },
    truth: privileged ? { now: truth(1), reached: truth(2) } : null,
  } as unknown as Crew;
  const values = new Float64Array(2);
  critic.judge(crew, 'now', values);
  near(values, [101.2 + (privileged ? 0.01 : 0), 103.4], 1e-12);
  critic.judge(crew, 'reached', values);
  near(values, [105.6 + (privileged ? 0.02 : 0), 107.8], 1e-12);
});
