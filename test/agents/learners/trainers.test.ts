/** Learners train alike with SIMD WebAssembly and with TensorFlow.js: the same draws, weights that part by rounding alone. */
import { describe, expect, it } from 'vitest';
import { type Kernels, plainKernels } from '../../../agents/learners/kernels.js';
import { ppo } from '../../../agents/learners/ppo.js';
import { reinforce } from '../../../agents/learners/reinforce.js';
import { simdKernels } from '../../../agents/learners/simd.js';
import { tensorKernels } from '../../../agents/learners/tensor-kernels.js';
import { initBackend } from '../../../predictors/tensor.js';
import { follow, quick } from './toys.js';

const backend = await initBackend();
const others: readonly (readonly [string, () => Kernels])[] = [
  ['TensorFlow.js', () => tensorKernels(backend)],
  ['plain arrays', () => plainKernels()],
];

const learners = {
  ppo: (kernels: () => Kernels) => ppo(follow, { ...quick, seed: 1, steps: 500, kernels }),
  reinforce: (kernels: () => Kernels) => reinforce(follow, { seed: 1, steps: 200, kernels }),
};

describe.each(Object.entries(learners))('%s', (_, learn) => {
  it.each(others)('with %s', async (_, kernels) => {
    const [simd, other] = [(await learn(simdKernels)).save(), (await learn(kernels)).save()];
    expect(Object.keys(other.tensors)).toEqual(Object.keys(simd.tensors));
    let furthest = 0;
    for (const [name, { values }] of Object.entries(simd.tensors))
      for (let k = 0; k < values.length; k++)
        furthest = Math.max(furthest, Math.abs(values[k] - other.tensors[name].values[k]));
    expect(furthest).toBeLessThan(1e-3);
  });
});
