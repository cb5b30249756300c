/** What networks are trained with. */
import type { Kernels } from '../../agents/learners/kernels.js';
import { simdKernels } from '../../agents/learners/simd.js';

export const trainers = ['simd', 'tensorflow'] as const;
export type Trainer = (typeof trainers)[number];

/** As it stands beside a result: of TensorFlow.js with its backend. @throws Error if that backend is not there */
export async function trainerName(trainer: Trainer = 'simd'): Promise<string> {
  if (trainer === 'simd') return 'SIMD WebAssembly';
  const { initBackend } = await import('../../predictors/tensor.js');
  return `TensorFlow.js ${(await initBackend()).name}`;
}

/**
 * Makes kernels. TensorFlow.js is loaded only where it is asked for; which of its backends, says SERVEGYM_BACKEND.
 * @throws Error if that backend is not there
 */
export async function openTrainer(trainer: Trainer = 'simd'): Promise<() => Kernels> {
  if (trainer === 'simd') return simdKernels;
  const [{ initBackend }, { tensorKernels }] = await Promise.all([
    import('../../predictors/tensor.js'),
    import('../../agents/learners/tensor-kernels.js'),
  ]);
  const backend = await initBackend();
  return () => tensorKernels(backend);
}
