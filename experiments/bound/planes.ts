/**
 * Planes below a cost, found by asking it: premise P1 of the bound. For a cost that is convex in its tokens, as p-norm rooflines
 * are, they touch it at as many tokens; for any other the plane is lowered until it lies below every batch that was asked about.
 */
import { type BatchShape, type CostModel, clearShape, createShape } from '../../env/serving/cost/cost.js';
import type { Micros } from '../../env/time.js';
import type { Limits } from './limits.js';
import { type Plane, type Weights, weigh, weightless } from './plane.js';
import { addDecodes, addDrafts, addPrefills, dense, spread } from './shapes.js';
import { leastSlope, type Piece } from './slope.js';

/** k decodes of d tokens behind c, with j prefills of q behind p; everyone who decodes asks for γ drafts. */
type Batch = readonly [k: number, c: number, d: number, j?: number, p?: number, q?: number, gamma?: number];

/** Tokens at which a plane touches: 16 × 4^i, and the most there are. */
const PIVOT = 16;

/** Parts into which contexts are cut to see whether time grows evenly with them. */
const PARTS = 4;

/**
 * One plane for each number of tokens at which it is tight, the first for the fewest; a single one if the cost is a plane itself.
 * @returns [] if none has a fixed part of at least 0: then iterations can be shorter than what is in them
 */
export function planesBelow(time: CostModel['iteration'], limits: Limits): Plane[] {
  const shape = createShape();
  const fill = ([k, c, d, j = 0, p = 0, q = 0, gamma = 0]: Batch): BatchShape => {
    clearShape(shape);
    addDecodes(shape, k, c, d);
    addPrefills(shape, j, p, q);
    addDrafts(shape, k, gamma);
    return shape;
  };
  const timed = (batch: Batch): Micros => time(fill(batch));
  const batches = lattice(limits);
  const [even] = lowered(0, [1]);
  if (even && even.slack < 1e-9 * even.plane.base && even.plane.base >= 0) return [even.plane];
  const pivots = [1];
  for (let n = PIVOT; n < limits.tokens; n *= 4) pivots.push(n);
  const planes = lowered(1, [...pivots, limits.tokens]).map(({ plane }) => plane);
  return [...new Map(planes.map((plane) => [JSON.stringify(plane), plane])).values()].filter(({ base }) => base >= 0);

  /** Planes tight at numbers of tokens, and by how much the batches are above them at most. */
  function lowered(rounding: 0 | 1, tokens: readonly number[]): { plane: Plane; slack: number }[] {
    const known: Weights = {
      ...weightless,
      perContext: leastSlope(contextPieces(timed, limits), rounding),
      ...prefillSlopes(timed, limits, rounding),
      perDraft: leastSlope(draftPieces(timed, limits), rounding),
    };
    const beside = (batch: Batch): number => timed(batch) - weigh(known, fill(batch));
    const perSequence = leastSlope(sequencePieces(beside, limits), rounding);
    const rest = (batch: Batch): number => beside(batch) - perSequence * (batch[0] + (batch[3] ?? 0));
    const points = batches.map((batch) => {
      const left = rest(batch);
      return { left, prefillTokens: shape.prefillTokens, decodeTokens: shape.decodeTokens };
    });
    return tokens.map((pivot) => {
      const perDecodeToken = Math.max(0, decodeSlope(rest, limits, pivot));
      const perPrefillToken = Math.max(0, prefillSlope(rest, limits, pivot));
      let least = Infinity;
      let most = -Infinity;
      for (const { left, prefillTokens, decodeTokens } of points) {
        const base = left - perPrefillToken * prefillTokens - perDecodeToken * decodeTokens;
        if (base < least) least = base;
        if (base > most) most = base;
      }
      return {
        plane: { ...known, perSequence, perDecodeToken, perPrefillToken, base: least - rounding },
        slack: most - least,
      };
    });
  }
}

type Timed = (batch: Batch) => number;

function contextPieces(timed: Timed, { sequences, longest, tokens }: Limits): Piece[] {
  const parts = Math.min(PARTS, longest - 1);
  const step = Math.floor((longest - 1) / parts);
  if (parts < 1) return [];
  const pieces: Piece[] = [];
  for (const k of spread(Math.min(sequences, tokens))) {
    const beside = k < sequences && k < tokens ? [0, 1] : [0];
    for (const j of beside) {
      for (let part = 0; part < parts; part++) {
        const c = 1 + part * step;
        pieces.push({ run: k * step, rise: timed([k, c + step, 1, j, 0, 1]) - timed([k, c, 1, j, 0, 1]) });
      }
    }
    pieces.push({ run: k * parts * step, rise: timed([k, 1 + parts * step, 1]) - timed([k, 1, 1]) });
  }
  return pieces;
}

/** A chunk of q tokens takes perWork × q + perRead µs more for each token before it. */
function prefillSlopes(timed: Timed, limits: Limits, rounding: 0 | 1): Partial<Weights> {
  const slopes = spread(limits.chunk).flatMap((q) => {
    const parts = Math.min(PARTS, limits.longest - q);
    const step = Math.floor((limits.longest - q) / parts);
    if (parts < 1) return [];
    const j = Math.max(1, Math.min(limits.sequences, Math.floor(limits.tokens / q)));
    const between = (from: number, to: number): Piece => ({
      run: j * (to - from) * step,
      rise: timed([0, 0, 0, j, to * step, q]) - timed([0, 0, 0, j, from * step, q]),
    });
    const pieces = Array.from({ length: parts }, (_, part) => between(part, part + 1));
    return [{ q, micros: leastSlope([...pieces, between(0, parts)], rounding) }];
  });
  if (slopes.length === 0) return {};
  const first = slopes[0];
  const last = slopes[slopes.length - 1];
  const steep = last.q > first.q ? Math.max(0, (last.micros - first.micros) / (last.q - first.q)) : 0;
  const perRead = slopes.reduce((least, { q, micros }) => Math.min(least, micros - steep * q), Infinity);
  if (perRead >= 0) return { perWork: steep, perRead };
  return { perWork: slopes.reduce((least, { q, micros }) => Math.min(least, micros / q), Infinity), perRead: 0 };
}

function draftPieces(timed: Timed, { sequences, tokens, drafts }: Limits): Piece[] {
  if (drafts === 0) return [];
  return spread(Math.min(sequences, tokens)).flatMap((k) =>
    spread(drafts).map((gamma) => ({ run: k * gamma, rise: timed([k, 1, 1, 0, 0, 0, gamma]) - timed([k, 1, 1]) })),
  );
}

/** The same tokens in more sequences. */
function sequencePieces(rest: Timed, { sequences, chunk, drafts }: Limits): Piece[] {
  const pieces: Piece[] = [];
  for (let q = 2; q <= chunk; q *= 2) {
    for (let j = 1; 2 * j <= sequences && 2 * j <= q; j *= 2)
      pieces.push({ run: j, rise: rest([0, 0, 0, 2 * j, 0, q / (2 * j)]) - rest([0, 0, 0, j, 0, q / j]) });
  }
  for (let d = 2; d <= 1 + drafts; d *= 2) {
    for (let k = 1; 2 * k <= sequences; k *= 2)
      pieces.push({ run: k, rise: rest([2 * k, 1, d / 2]) - rest([k, 1, d]) });
  }
  return pieces;
}

/** µs of one more decode where a batch has about `pivot` tokens. */
function decodeSlope(rest: Timed, limits: Limits, pivot: number): number {
  const { sequences, chunk, drafts } = limits;
  if (sequences === 1) {
    if (drafts > 0) return (rest([1, 1, 1 + drafts]) - rest([1, 1, 1])) / drafts;
    const first = rest([0, 0, 0, 1, 0, 1]) - prefillSlope(rest, limits, pivot);
    return rest([1, 1, 1]) - first; // a decode has one token and never more
  }
  if (pivot <= sequences || sequences < 3) {
    const high = Math.max(1, Math.min(sequences, Math.ceil(1.25 * pivot)));
    const low = Math.max(1, Math.floor(Math.min(0.8 * pivot, high - 1)));
    return high > low ? (rest([high, 1, 1]) - rest([low, 1, 1])) / (high - low) : 0;
  }
  const high = Math.max(2, Math.min(sequences - 1, pivot >> 2));
  const prompt = Math.max(1, Math.min(chunk, pivot - (high >> 1)));
  return (rest([high, 1, 1, 1, 0, prompt]) - rest([1, 1, 1, 1, 0, prompt])) / (high - 1);
}

/** µs of one more token of a prompt, likewise. */
function prefillSlope(rest: Timed, { chunk }: Limits, pivot: number): number {
  const high = Math.min(chunk, Math.ceil(1.25 * pivot));
  const low = Math.max(1, Math.floor(Math.min(0.8 * pivot, high - 1)));
  return high > low ? (rest([0, 0, 0, 1, 0, high]) - rest([0, 0, 0, 1, 0, low])) / (high - low) : 0;
}

/** Batches below which a plane is pushed: every number of decodes, every length of a chunk, and coarser mixtures. */
function lattice({ sequences, tokens, chunk, drafts, longest }: Limits): Batch[] {
  const batches: Batch[] = [];
  const legal = (batch: Batch): void => {
    const [k, , d, j = 0, , q = 0] = batch;
    if (k + j <= sequences && k * d + j * q <= tokens) batches.push(batch);
  };
  const contexts = longest > 2 ? [1, longest - 1] : [1];
  for (const c of contexts) for (const k of dense(sequences)) legal([k, c, 1]);
  for (const q of dense(chunk)) for (const p of longest > q ? [0, longest - q] : [0]) legal([0, 0, 0, 1, p, q]);
  for (const q of spread(chunk)) for (const j of spread(sequences)) legal([0, 0, 0, j, 0, q]);
  for (const gamma of drafts > 0 ? spread(drafts) : []) {
    for (const k of spread(sequences)) for (const d of [1, 1 + gamma]) legal([k, 1, d, 0, 0, 0, gamma]);
  }
  for (const k of spread(sequences)) {
    for (const j of [1, 2, 8, 32]) {
      for (const q of spread(chunk)) for (const d of drafts > 0 ? [1, 1 + drafts] : [1]) legal([k, 1, d, j, 0, q]);
    }
  }
  return batches;
}
