/**
 * Kernel regression of the log length on what a pretrained encoder makes of a prompt (Rasmussen and Williams 2006, chapter 8).
 *
 *     ln length = b + request·w + Σⱼ αⱼ·k(text, landmarkⱼ)
 *     k(s, t) = mean over the encoder's parts of exp(−2·‖s − t‖²) + ¹⁄₁₀·exp(−½·mean over the cues of (s − t)²)
 *
 * A part is the mean over a text's tokens, centred and of length 1. Landmarks are prompts drawn from the training rows
 * (`landmarks.ts`). The penalty's strength is the one that suits the validation rows best, request columns are
 * hardly penalised; quantiles are those of the validation rows' residuals. A request without a text has w alone.
 *
 * The file names the encoder by the SHA-256 of its weights; the encoder itself is no part of it. The same rows give the same bytes on
 * one machine, interrupted or not: encoding takes some 25 ms a prompt, and goes on where it stopped (`encodings.ts`).
 */
import { setImmediate as turn } from 'node:timers/promises';
import { shuffle, stream } from '../../env/random.js';
import type { Encoder } from '../encoder/encoder.js';
import { valuesOf } from '../weights.js';
import { encodeAll } from './encodings.js';
import { FEATURES, NAMES } from './features.js';
import { landmarkKernel } from './landmarks.js';
import type { LengthLearner, LengthModel, LengthRows, TrainingProgress } from './model.js';
import { fitPath } from './penalty-path.js';
import { loadResiduals, type Residuals, residualsOf, residualTensors, spreadAround } from './residuals.js';
import type { Normal, Regressors } from './ridge.js';
import { sharedRegressors } from './shared-rows.js';
import { loadSpace, placesIn, spaceTensors, type TextSpace, textSpace } from './text-space.js';
import { checkRows, cut, logLengths } from './training-rows.js';

/** Landmarks at most. */
const LANDMARKS = 2048;
const PENALTIES = [100, 30, 10, 3, 1];
/** Penalty of a column that must stay out. */
const HOPELESS = 1e12;
/** Texts whose answers are kept. */
const KEPT = 65_536;
/** Texts between which others get a turn: who wants to stop must be heard. */
const TURN = 64;
/** What is known of a request beside its text stands in front. */
const REQUEST = NAMES.indexOf('log characters');

interface Parts {
  readonly space: TextSpace;
  /** Places of the landmarks, row by row. */
  readonly landmarks: Float32Array;
  /** [landmarks] */
  readonly alpha: Float32Array;
  /** [REQUEST + 1], the constant behind. */
  readonly request: Float32Array;
  readonly residuals: Residuals;
}

function model(encoder: Encoder, { space, landmarks, alpha, request, residuals }: Parts): LengthModel {
  const places = placesIn(space);
  const here = new Float32Array(places.width);
  const alike = new Float64Array(alpha.length);
  const known = new Map<string, number>();
  /** What the words say; kept, for the same prompt is asked about again. */
  function said(text: string, features: Float32Array): number {
    const before = known.get(text);
    if (before !== undefined) return before;
    places.write(encoder.encode(text), features, here, 0);
    places.compare(here, 0, landmarks, alike);
    const sum = alike.reduce((all, like, k) => all + alpha[k] * like, 0);
    if (known.size >= KEPT) known.clear();
    known.set(text, sum);
    return sum;
  }
  return {
    predict(features, { text }, out) {
      let sum = request[REQUEST];
      for (let k = 0; k < REQUEST; k++) sum += request[k] * features[k];
      if (text) sum += said(text, features);
      spreadAround(sum, residuals, out);
    },
    save: () => ({
      tensors: {
        ...spaceTensors(space),
        landmarks: { shape: [alpha.length, places.width], values: landmarks },
        alpha: { shape: [alpha.length], values: alpha },
        request: { shape: [REQUEST + 1], values: request },
        ...residualTensors(residuals),
      },
      settings: { encoder: encoder.sha256 },
    }),
  };
}

/** Every text of the rows once, with a row that has it. */
function textsOf({ examples, features }: LengthRows): Map<string, Float32Array> {
  const texts = new Map<string, Float32Array>();
  examples.forEach(({ text }, row) => {
    if (text && !texts.has(text)) texts.set(text, features.subarray(row * FEATURES, (row + 1) * FEATURES));
  });
  return texts;
}

/** Texts of rows drawn without replacement: who was answered often is likelier among them. */
function draw({ examples }: LengthRows, seed: number): string[] {
  const order = shuffle(
    Int32Array.from(examples, (_, row) => row),
    stream(seed, 'predictors/length/landmarks'),
  );
  const drawn = new Set<string>();
  for (const row of order) {
    const { text } = examples[row];
    if (drawn.size < LANDMARKS && text) drawn.add(text);
  }
  return [...drawn];
}

/** Request columns, and behind them the coordinates of the text that make the kernel a product. */
function regressors(
  { examples, features }: LengthRows,
  columns: number,
  coordinates: ReadonlyMap<string, Float32Array>,
): Regressors {
  const number = new Map([...coordinates.keys()].map((text, k) => [text, k]));
  const own = new Float32Array(examples.length * REQUEST);
  for (let row = 0; row < examples.length; row++)
    own.set(features.subarray(row * FEATURES, row * FEATURES + REQUEST), row * REQUEST);
  const group = Int32Array.from(examples, ({ text }) => (text ? (number.get(text) as number) : -1));
  return sharedRegressors({ own, ownColumns: REQUEST, group, groups: [...coordinates.values()], columns });
}

function penalties({ size, gram }: Normal, strength: number): Float64Array {
  const rows = gram[size * size - 1];
  return Float64Array.from({ length: size }, (_, k) => {
    if (k === size - 1) return 0;
    if (k >= REQUEST) return strength;
    const mean = gram[k * size + size - 1] / rows;
    const variance = gram[k * size + k] / rows - mean * mean;
    return variance < 1e-9 ? HOPELESS : 1e-3 * variance;
  });
}

/** @param open the encoder; called when there is something to learn or to load */
export const encodedLearner = (open: () => Encoder): LengthLearner => ({
  kind: 'encoder',
  summary: 'kernel regression of the log length on what a pretrained encoder (SERVEGYM_ENCODER) makes of the prompt',
  async train(rows, options) {
    checkRows(rows, 'training');
    checkRows(options.validation, 'validation');
    const { validation, seed, signal, checkpoint, from, onProgress } = options;
    const encoder = open();
    const texts = textsOf(rows);
    if (texts.size === 0) throw new Error('training data: no example has a text, expected prompts');
    const told = new Map([...texts, ...textsOf(validation)]);
    const total = told.size + PENALTIES.length;
    await encodeAll(encoder, [...told.keys()], {
      ...(signal && { signal }),
      ...(checkpoint && { checkpoint }),
      ...(from && { from }),
      ...(onProgress && { onProgress: (done: number) => onProgress({ done, total }) }),
    });
    const space = textSpace(encoder, [...texts.keys()], [...texts.values()]);
    const places = placesIn(space);
    const at = (text: string, out: Float32Array, from: number): void =>
      places.write(encoder.encode(text), told.get(text) as Float32Array, out, from);
    const chosen = draw(rows, seed);
    const landmarks = new Float32Array(chosen.length * places.width);
    chosen.forEach((text, k) => {
      at(text, landmarks, k * places.width);
    });
    const kernel = landmarkKernel(places, landmarks);
    const here = new Float32Array(places.width);
    const coordinates = new Map<string, Float32Array>();
    for (const text of told.keys()) {
      if (coordinates.size % TURN === 0) await turn();
      signal?.throwIfAborted();
      at(text, here, 0);
      coordinates.set(text, kernel.coordinates(here, 0));
    }
    const [training, judging] = [rows, validation].map((some) => ({
      rows: some,
      x: regressors(some, chosen.length, coordinates),
    }));
    const { coefficients, held } = fitPath(training, judging, {
      ...(signal && { signal }),
      ...(onProgress && {
        onProgress: (progress: TrainingProgress) => onProgress({ ...progress, done: told.size + progress.done, total }),
      }),
      penalties: PENALTIES,
      penaltyOf: penalties,
    });
    return model(encoder, {
      space,
      landmarks,
      alpha: kernel.alpha(coefficients.subarray(REQUEST, REQUEST + chosen.length)),
      request: Float32Array.from([...coefficients.subarray(0, REQUEST), coefficients[REQUEST + chosen.length]]),
      residuals: residualsOf(held, logLengths(validation), cut(validation)),
    });
  },
  load(weights) {
    const encoder = open();
    const { encoder: sha256 } = weights.settings;
    if (sha256 !== encoder.sha256)
      throw new Error(
        `was trained on the encoder whose model.safetensors has the SHA-256 ${sha256}; that of SERVEGYM_ENCODER has ${encoder.sha256}`,
      );
    const space = loadSpace(weights, encoder);
    const alpha = valuesOf(weights, 'alpha', [-1]);
    return model(encoder, {
      space,
      landmarks: valuesOf(weights, 'landmarks', [alpha.length, placesIn(space).width]),
      alpha,
      request: valuesOf(weights, 'request', [REQUEST + 1]),
      residuals: loadResiduals(weights),
    });
  },
});
