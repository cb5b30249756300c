/** What an iteration costs: the shape of a batch in, whole microseconds out. */
import type { Micros } from '../../time.js';

/** All that costs may depend on. One object per replica, refilled for each batch. */
export interface BatchShape {
  /** Sequences in the batch; each samples once. */
  sequences: number;
  /** All tokens: prefill + decode. */
  tokens: number;
  /** Tokens of prompts and of recomputed answers. */
  prefillTokens: number;
  /** One per decoding sequence, and each draft that it verifies. */
  decodeTokens: number;
  /** Sequences that decode. */
  decodes: number;
  /** Tokens already computed of the decoding sequences. */
  context: number;
  /** The most of these that one of them has; 0 unless the cost model `readsLongest`. */
  longest: number;
  /** Sequences that prefill. */
  prefills: number;
  /** Σ (q·c + q²/2) over prefills of q tokens with c already computed: attention work. */
  prefillWork: number;
  /** Σ (c + q) over prefills: KV tokens read. */
  prefillReads: number;
  /** Longest draft asked of the proposer after this iteration. */
  draftDepth: number;
  /** All drafts asked of it. */
  draftTokens: number;
}

export const createShape = (): BatchShape => ({
  sequences: 0,
  tokens: 0,
  prefillTokens: 0,
  decodeTokens: 0,
  decodes: 0,
  context: 0,
  longest: 0,
  prefills: 0,
  prefillWork: 0,
  prefillReads: 0,
  draftDepth: 0,
  draftTokens: 0,
});

export function clearShape(shape: BatchShape): void {
  shape.sequences = 0;
  shape.tokens = 0;
  shape.prefillTokens = 0;
  shape.decodeTokens = 0;
  shape.decodes = 0;
  shape.context = 0;
  shape.longest = 0;
  shape.prefills = 0;
  shape.prefillWork = 0;
  shape.prefillReads = 0;
  shape.draftDepth = 0;
  shape.draftTokens = 0;
}

export function copyShape(from: BatchShape, to: BatchShape): void {
  to.sequences = from.sequences;
  to.tokens = from.tokens;
  to.prefillTokens = from.prefillTokens;
  to.decodeTokens = from.decodeTokens;
  to.decodes = from.decodes;
  to.context = from.context;
  to.longest = from.longest;
  to.prefills = from.prefills;
  to.prefillWork = from.prefillWork;
  to.prefillReads = from.prefillReads;
  to.draftDepth = from.draftDepth;
  to.draftTokens = from.draftTokens;
}

/** An iteration lasts floor(lead(shape) + perContext × shape.context): then a leap adds lengths up without a call for each. */
export interface LinearCost {
  /** µs, with what makes `floor` round; does not depend on the context. */
  lead(shape: BatchShape): number;
  readonly perContext: number;
}

/** Whole microseconds, a function of the shape alone. An empty batch (a step that only evicted) has a cost too. */
export interface CostModel {
  readonly name: string;
  /** Given if `iteration` is linear in the context. */
  readonly linear?: LinearCost;
  /** It depends on the longest context of a batch, which the engine then finds out. */
  readonly readsLongest?: boolean;
  /** CPU and device one after the other: synchronous engines. */
  iteration(shape: BatchShape): Micros;
  /** Planning and launching alone: asynchronous engines overlap it with the device. */
  cpu(shape: BatchShape): Micros;
  /** The device alone. */
  device(shape: BatchShape): Micros;
}

/** CPU time per iteration, T_cpu = a0 + a1·B µs for B sequences. */
export interface CpuCost {
  readonly a0: number;
  readonly a1: number;
}

export const noCpu: CpuCost = { a0: 0, a1: 0 };

/** Proposing drafts: µs per depth (they come one after the other) and per drafted token. */
export interface DraftCost {
  readonly perDepth: number;
  readonly perToken: number;
}

export const noDraftCost: DraftCost = { perDepth: 0, perToken: 0 };

/** How a time becomes whole microseconds. */
export type Rounding = 'nearest' | 'floor';

/** Device time in µs: what does not depend on the context of the decoding sequences, and µs per token of it. */
export interface DeviceTime {
  fixed(shape: BatchShape): number;
  readonly perContext: number;
}

/** A cost model from the device time, plus CPU and draft time, rounded once. */
export function costModel(
  name: string,
  { fixed, perContext }: DeviceTime,
  {
    cpu = noCpu,
    draft = noDraftCost,
    rounding = 'nearest',
  }: { cpu?: CpuCost; draft?: DraftCost; rounding?: Rounding } = {},
): CostModel {
  const { a0, a1 } = cpu;
  const { perDepth, perToken } = draft;
  const half = rounding === 'nearest' ? 0.5 : 0;
  const lead = (s: BatchShape): number =>
    a0 + a1 * s.sequences + fixed(s) + perDepth * s.draftDepth + perToken * s.draftTokens + half;
  return {
    name,
    linear: { lead, perContext },
    iteration: (s) => Math.floor(lead(s) + perContext * s.context),
    cpu: (s) => Math.floor(a0 + a1 * s.sequences + half),
    device: (s) =>
      Math.floor(fixed(s) + perContext * s.context + perDepth * s.draftDepth + perToken * s.draftTokens + half),
  };
}

/**
 * The same model with `perSequence` µs more of CPU time for each sequence of a batch, rounded with the rest where the model is
 * linear, else by itself.
 */
export function withCpu(cost: CostModel, perSequence: number): CostModel {
  if (perSequence === 0) return cost;
  const more = (s: BatchShape): number => Math.round(perSequence * s.sequences);
  const { linear } = cost;
  const lead = linear && ((s: BatchShape): number => linear.lead(s) + perSequence * s.sequences);
  return {
    name: cost.name,
    readsLongest: cost.readsLongest ?? false,
    ...(linear && lead && { linear: { lead, perContext: linear.perContext } }),
    iteration:
      linear && lead ? (s) => Math.floor(lead(s) + linear.perContext * s.context) : (s) => cost.iteration(s) + more(s),
    cpu: (s) => cost.cpu(s) + more(s),
    device: (s) => cost.device(s),
  };
}

/** The same model with every time multiplied by a whole number: for the law that all times scale. */
export function scaledCost(cost: CostModel, factor: number): CostModel {
  return {
    name: `${factor} × ${cost.name}`,
    readsLongest: cost.readsLongest ?? false,
    iteration: (s) => factor * cost.iteration(s),
    cpu: (s) => factor * cost.cpu(s),
    device: (s) => factor * cost.device(s),
  };
}
