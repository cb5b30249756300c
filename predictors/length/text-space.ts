/**
 * Texts as places in a space where near ones get answers of like length: what an encoder says of them, and the cues of the features.
 *
 * A place is a row: each part of the encoder's, centred by the mean over the texts of training and of length 1, and the cues as
 * standard deviations from their mean. A cue that hardly any text has counts for nothing.
 */
import type { Encoder } from '../encoder/encoder.js';
import { valuesOf, type Weights } from '../weights.js';
import { NAMES } from './features.js';

/** Columns of a text's features that are no hashes. */
const FIRST_CUE = NAMES.indexOf('log characters');
const CUES = NAMES.findIndex((name) => / \d+$/.test(name)) - FIRST_CUE;
/** Share of the texts that must have a cue. */
const RARE = 0.003;
/** How fast likeness falls with the squared distance of two parts (0 to 4), and of the cues' mean square (about 2). */
const [PART_FALL, CUE_FALL] = [2, 0.5];
/** Weight of the cues beside the parts. */
const CUE_WEIGHT = 0.1;

export interface TextSpace {
  /** Parts of the encoder, and numbers each. */
  readonly parts: number;
  readonly hidden: number;
  /** [parts × hidden] */
  readonly centre: Float32Array;
  /** [2 × cues]: means, and what a distance from them is multiplied by. */
  readonly cues: Float32Array;
}

/** Cues that count: the others have the factor 0. */
const countedOf = ({ cues }: TextSpace): number[] =>
  Array.from({ length: CUES }, (_, cue) => cue).filter((cue) => cues[CUES + cue] !== 0);

/** @param texts [texts] with their features, row by row */
export function textSpace(encoder: Encoder, texts: readonly string[], features: readonly Float32Array[]): TextSpace {
  const { parts, hidden } = encoder;
  const sums = new Float64Array(parts * hidden);
  for (const text of texts) {
    const means = encoder.encode(text);
    for (let part = 0; part < parts; part++) {
      const length = lengthOf(means, part * hidden, hidden);
      for (let k = part * hidden; k < (part + 1) * hidden; k++) sums[k] += means[k] / length;
    }
  }
  const centre = Float32Array.from(sums, (sum) => sum / texts.length);
  const cues = new Float32Array(2 * CUES);
  for (let cue = 0; cue < CUES; cue++) {
    const values = features.map((row) => row[FIRST_CUE + cue]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const common = values.filter((value) => value !== 0).length >= RARE * values.length;
    cues[cue] = mean;
    cues[CUES + cue] = common && variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
  }
  return { parts, hidden, centre, cues };
}

export interface Places {
  /** Numbers of a place. */
  readonly width: number;
  /** Where a text is: to out[at … at + width). */
  write(means: Float32Array, features: Float32Array, out: Float32Array, at: number): void;
  /** How like the first `out.length` of `others`, row by row, are to the place at here[at …]: up to 1.1 each. */
  compare(here: Float32Array, at: number, others: Float32Array, out: Float64Array): void;
}

export function placesIn(space: TextSpace): Places {
  const { parts, hidden, centre, cues } = space;
  const counted = countedOf(space);
  const told = parts * hidden;
  const width = told + counted.length;
  return {
    width,
    write(means, features, out, at) {
      for (let first = 0; first < told; first += hidden) {
        const length = lengthOf(means, first, hidden);
        for (let k = first; k < first + hidden; k++) out[at + k] = means[k] / length - centre[k];
        const centred = lengthOf(out, at + first, hidden);
        for (let k = first; k < first + hidden; k++) out[at + k] /= centred;
      }
      counted.forEach((cue, k) => {
        out[at + told + k] = (features[FIRST_CUE + cue] - cues[cue]) * cues[CUES + cue];
      });
    },
    compare(here, at, others, out) {
      for (let k = 0; k < out.length; k++) {
        const other = k * width;
        let sum = 0;
        for (let first = 0; first < told; first += hidden)
          sum += Math.exp(-2 * PART_FALL * (1 - product(here, at + first, others, other + first, hidden)));
        let distance = 0;
        for (let cue = told; cue < width; cue++) distance += (here[at + cue] - others[other + cue]) ** 2;
        const alike = counted.length > 0 ? Math.exp((-CUE_FALL * distance) / counted.length) : 0;
        out[k] = sum / parts + CUE_WEIGHT * alike;
      }
    },
  };
}

/** Of two vectors: four sums at a time, which do not wait for each other. */
function product(a: Float32Array, from: number, b: Float32Array, to: number, count: number): number {
  let [p, q, r, s] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < count; k += 4) {
    p += a[from + k] * b[to + k];
    q += a[from + k + 1] * b[to + k + 1];
    r += a[from + k + 2] * b[to + k + 2];
    s += a[from + k + 3] * b[to + k + 3];
  }
  for (; k < count; k++) p += a[from + k] * b[to + k];
  return p + q + r + s;
}

/** Of a vector that may be 0. */
function lengthOf(values: Float32Array, from: number, count: number): number {
  let squares = 0;
  for (let k = from; k < from + count; k++) squares += values[k] * values[k];
  return Math.max(1e-9, Math.sqrt(squares));
}

export const spaceTensors = ({ parts, hidden, centre, cues }: TextSpace): Weights['tensors'] => ({
  centre: { shape: [parts, hidden], values: centre },
  cues: { shape: [2, CUES], values: cues },
});

/** @throws Error if they are missing or of another shape */
export const loadSpace = (weights: Weights, { parts, hidden }: Encoder): TextSpace => ({
  parts,
  hidden,
  centre: valuesOf(weights, 'centre', [parts, hidden]),
  cues: valuesOf(weights, 'cues', [2, CUES]),
});
