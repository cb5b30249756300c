/** Time of one matrix product on a GPU: a p-norm of its compute and its memory roofline, and a fixed part. */
import type { GpuCard } from '../hardware.js';

/** Bytes of an activation. */
const ACTIVATION_BYTES = 2;

/** What of a GPU a matrix product depends on. */
export type GemmCard = Pick<
  GpuCard,
  'peakTflops' | 'bandwidthTBs' | 'gemmCompute' | 'gemmMemory' | 'norm' | 'gemmBase'
>;

/**
 * µs of (n × i) · (i × o): `[(2nio / (ec·peak))^p + ((w·i·o + 2n(i + o)) / (em·bandwidth))^p]^(1/p) + c0`. A plain
 * max-roofline with efficiency 1 is half too fast at 65–256 tokens, where chunks of a prompt lie.
 * @param n tokens
 * @param i input width
 * @param o output width
 * @param w bytes of a weight
 */
export function gemmTime(gpu: GemmCard, n: number, i: number, o: number, w: number): number {
  // Units: FLOP and bytes per µs.
  const compute = (2 * n * i * o) / (gpu.gemmCompute * gpu.peakTflops * 1e6);
  const memory = (w * i * o + ACTIVATION_BYTES * n * (i + o)) / (gpu.gemmMemory * gpu.bandwidthTBs * 1e6);
  return (compute ** gpu.norm + memory ** gpu.norm) ** (1 / gpu.norm) + gpu.gemmBase;
}
