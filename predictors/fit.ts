/**
 * Training by mini-batches: any loss of any weights, until the validation loss stops falling.
 *
 * Every epoch takes the rows in a new order; the weights of the epoch with the lowest validation loss are kept, the first
 * weights included. On one backend the same seed gives the same bits, also when training was broken off after an epoch and
 * went on from its checkpoint.
 */
import { type Stream, shuffle, stream } from '../env/random.js';
import { type AdamState, adamState, adamStep } from './adam.js';
import type { Graph } from './graph.js';
import type { Trained } from './initialise.js';
import { rests } from './rest.js';
import { type BackendName, initBackend, type Scalar, type Tensor, type Tf } from './tensor.js';
import { valuesOf, type Weights } from './weights.js';

/** Rows, and what it costs to be wrong about them. */
export interface Objective {
  readonly rows: number;
  /** Mean loss over these rows, differentiable in the weights. */
  loss(tf: Tf, weights: Graph, rows: Int32Array): Scalar;
}

interface FitProgress {
  readonly done: number;
  readonly total: number;
  readonly loss: number;
  readonly validation: number;
}

export interface FitOptions {
  readonly seed: number;
  /** Of Adam [.002]. */
  readonly rate?: number;
  /** Of Adam [0]. */
  readonly decay?: number;
  /** Rows in a batch [128]. */
  readonly batch?: number;
  /** At most [60]. */
  readonly epochs?: number;
  /** Epochs without a lower validation loss until training stops [6]. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
  /** After each epoch. */
  onProgress?(progress: FitProgress): void;
  /** After each epoch, with all that is needed to go on. */
  checkpoint?(state: Weights): void;
  readonly from?: Weights;
}

export interface Fitted {
  readonly weights: Readonly<Record<string, Trained>>;
  /** Lowest validation loss. */
  readonly validation: number;
  readonly epochs: number;
  readonly backend: BackendName;
}

/** Longest gradient. */
const CLIP = 1;

/** Where training stands after an epoch. */
interface Standing {
  readonly weights: Record<string, Trained>;
  readonly best: Record<string, Trained>;
  readonly adam: AdamState;
  readonly shuffle: Int32Array;
  epoch: number;
  bestEpoch: number;
  lowest: number;
}

/**
 * Trains `start` (not changed) on one objective, judged by another.
 * @throws Error if a loss is no longer a number, or `from` is the state of another training; the signal's reason if aborted
 */
export async function fitWeights(
  start: Readonly<Record<string, Trained>>,
  training: Objective,
  validation: Objective,
  options: FitOptions,
): Promise<Fitted> {
  const { seed, rate = 0.002, decay = 0, batch = 128, epochs = 60, patience = 6, signal, from } = options;
  const { tf, name: backend } = await initBackend();
  const random = stream(seed, 'fit/order');
  const judged = shuffled(validation.rows, stream(seed, 'fit/validation'));
  const rest = rests(signal);

  const judge = async (weights: Record<string, Trained>): Promise<number> => {
    let sum = 0;
    for (const rows of batches(judged, batch)) {
      sum += rows.length * tf.tidy(() => validation.loss(tf, asTensors(tf, weights), rows).dataSync()[0]);
      await rest();
    }
    return finite(sum / validation.rows, 'validation loss');
  };

  const now = from === undefined ? begin(start, random) : resume(start, from, random);
  if (from === undefined) now.lowest = await judge(now.weights);
  const names = Object.keys(start);
  const trained = names.map((name) => now.weights[name]);
  while (now.epoch < epochs && now.epoch - now.bestEpoch < patience) {
    let sum = 0;
    for (const rows of batches(shuffled(training.rows, random), batch)) {
      const { loss, gradients } = slope(tf, training, now.weights, names, rows);
      sum += rows.length * finite(loss, `training loss in epoch ${now.epoch + 1}`);
      adamStep({ rate, decay, clip: CLIP }, now.adam, trained, gradients);
      await rest();
    }
    const score = await judge(now.weights);
    now.epoch++;
    if (score < now.lowest) {
      now.lowest = score;
      now.bestEpoch = now.epoch;
      for (const name of names) now.best[name].values.set(now.weights[name].values);
    }
    options.onProgress?.({ done: now.epoch, total: epochs, loss: sum / training.rows, validation: score });
    options.checkpoint?.(stateOf(now));
  }
  return { weights: now.best, validation: now.lowest, epochs: now.epoch, backend };
}

function slope(
  tf: Tf,
  objective: Objective,
  weights: Record<string, Trained>,
  names: readonly string[],
  rows: Int32Array,
): { loss: number; gradients: Float32Array[] } {
  let loss = 0;
  let gradients: Float32Array[] = [];
  // Nothing is returned from `tidy`: it would look for tensors among the numbers of each array.
  tf.tidy(() => {
    const named = (...given: Tensor[]): Scalar =>
      objective.loss(tf, Object.fromEntries(names.map((name, k) => [name, given[k]])), rows);
    const { value, grads } = tf.valueAndGrads(named)(Object.values(asTensors(tf, weights)));
    loss = value.dataSync()[0];
    gradients = grads.map((grad) => grad.dataSync() as Float32Array);
  });
  return { loss, gradients };
}

const asTensors = (tf: Tf, weights: Record<string, Trained>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]));

function finite(loss: number, what: string): number {
  if (!Number.isFinite(loss)) throw new Error(`the ${what} is ${loss}: a label is not a number, or training diverged`);
  return loss;
}

const shuffled = (n: number, random: Stream): Int32Array =>
  shuffle(
    Int32Array.from({ length: n }, (_, k) => k),
    random,
  );

function* batches(order: Int32Array, size: number): Generator<Int32Array> {
  for (let at = 0; at < order.length; at += size) yield order.subarray(at, at + size);
}

const copy = (weights: Readonly<Record<string, Trained>>): Record<string, Trained> =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]),
  );

const begin = (start: Readonly<Record<string, Trained>>, random: Stream): Standing => ({
  weights: copy(start),
  best: copy(start),
  adam: adamState(Object.values(start)),
  shuffle: random.state,
  epoch: 0,
  bestEpoch: 0,
  lowest: Number.POSITIVE_INFINITY,
});

function stateOf({ weights, best, adam, shuffle, epoch, bestEpoch, lowest }: Standing): Weights {
  const tensors: Weights['tensors'][string][] = [];
  const names: string[] = [];
  Object.keys(weights).forEach((name, k) => {
    const { shape } = weights[name];
    names.push(...['weights', 'best', 'first', 'second'].map((part) => `${part}/${name}`));
    for (const values of [weights[name].values, best[name].values, adam.first[k], adam.second[k]])
      tensors.push({ shape, values: values.slice() });
  });
  return {
    tensors: {
      ...Object.fromEntries(names.map((name, k) => [name, tensors[k]])),
      powers: { shape: [2], values: adam.powers.slice() },
      shuffle: { shape: [4], values: shuffle.slice() },
    },
    settings: { epoch, bestEpoch, lowest },
  };
}

function resume(start: Readonly<Record<string, Trained>>, from: Weights, random: Stream): Standing {
  const now = begin(start, random);
  const { powers, shuffle } = from.tensors;
  const { epoch, bestEpoch, lowest } = from.settings;
  if (![epoch, bestEpoch, lowest].every(Number.isFinite) || powers?.values.length !== 2 || shuffle?.values.length !== 4)
    throw new Error('this is not the state of a training: expected what a checkpoint was given');
  Object.keys(start).forEach((name, k) => {
    const parts = { weights: now.weights[name].values, best: now.best[name].values, first: now.adam.first[k] };
    for (const [part, to] of Object.entries({ ...parts, second: now.adam.second[k] }))
      to.set(valuesOf(from, `${part}/${name}`, start[name].shape));
  });
  now.adam.powers.set(powers.values);
  now.shuffle.set(shuffle.values);
  return Object.assign(now, { epoch, bestEpoch, lowest });
}
