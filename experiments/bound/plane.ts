/** A plane below a cost: µs of an iteration, and of each thing that a sequence does in it. */
import type { BatchShape } from '../../env/serving/cost/cost.js';

/** µs each, none below 0. An iteration lasts at least `base` + Σ of these × what its sequences do. */
export interface Weights {
  readonly perSequence: number;
  readonly perPrefillToken: number;
  readonly perDecodeToken: number;
  /** Per token computed before, of sequences that decode. */
  readonly perContext: number;
  /** Per unit of Σ (q·c + q²/2) over prefills of q tokens behind c. */
  readonly perWork: number;
  /** Per token of Σ (c + q) over prefills. */
  readonly perRead: number;
  /** Per draft asked for. */
  readonly perDraft: number;
}

export interface Plane extends Weights {
  readonly base: number;
}

export const weightless: Weights = {
  perSequence: 0,
  perPrefillToken: 0,
  perDecodeToken: 0,
  perContext: 0,
  perWork: 0,
  perRead: 0,
  perDraft: 0,
};

export const scaledWeights = (w: Weights, factor: number): Weights => ({
  perSequence: factor * w.perSequence,
  perPrefillToken: factor * w.perPrefillToken,
  perDecodeToken: factor * w.perDecodeToken,
  perContext: factor * w.perContext,
  perWork: factor * w.perWork,
  perRead: factor * w.perRead,
  perDraft: factor * w.perDraft,
});

/** Σ of weights × what the sequences of a batch do. */
export const weigh = (w: Weights, s: BatchShape): number =>
  w.perSequence * s.sequences +
  w.perPrefillToken * s.prefillTokens +
  w.perDecodeToken * s.decodeTokens +
  w.perContext * s.context +
  w.perWork * s.prefillWork +
  w.perRead * s.prefillReads +
  w.perDraft * s.draftTokens;
