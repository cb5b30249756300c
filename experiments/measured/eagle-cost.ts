/**
 * Iteration time with an EAGLE head: the target verifies, the head drafts. The head is a transformer of one layer with the target's
 * width and a vocabulary of its own. Its first pass takes every token of the batch, each further pass one token a sequence.
 */
import { type BatchShape, type CostModel, copyShape, createShape } from '../../env/serving/cost/cost.js';
import { rooflineCost } from '../../env/serving/cost/roofline.js';
import type { GpuCard, ModelCard } from '../../env/serving/hardware.js';

/** Tokens that EAGLE-3 heads of Llama-3 can draft: the frequent quarter of the vocabulary. */
const DRAFT_VOCABULARY = 32_000;

export interface EagleCostOptions {
  /** Device time ÷ that of the cards. */
  readonly scale: number;
  /** µs of every pass of the head beside its matrix products and attention. */
  readonly perPass: number;
  /** How often a verification of several tokens reads its context; 1 = as a decode does [1]. */
  readonly contextReads?: number;
}

/** Device time alone: planning is hidden behind it. */
export function eagleCost(gpu: GpuCard, target: ModelCard, options: EagleCostOptions): CostModel {
  const { scale, perPass, contextReads = 1 } = options;
  const verify = rooflineCost(gpu, target);
  const draft = rooflineCost(gpu, { ...target, name: 'EAGLE head', layers: 1, vocabulary: DRAFT_VOCABULARY });
  const logits = createShape();
  const pass = createShape();
  const device = (s: BatchShape): number => {
    if (s.tokens === 0) return 0;
    copyShape(s, logits);
    logits.sequences = s.decodeTokens + s.prefills; // a row of logits for each draft, too
    if (s.decodeTokens > s.decodes) logits.context = contextReads * s.context;
    let time = verify.device(logits);
    if (s.draftDepth > 0) {
      const sequences = s.draftTokens / s.draftDepth;
      pass.sequences = pass.tokens = pass.decodes = pass.decodeTokens = sequences;
      pass.context = s.context;
      time += draft.device(s) + (s.draftDepth - 1) * draft.device(pass);
    }
    return Math.round(scale * time + perPass * s.draftDepth);
  };
  return { name: `${target.name} with an EAGLE head on ${gpu.name}`, iteration: device, cpu: () => 0, device };
}
