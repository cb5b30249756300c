/**
 * Behaviour cloning of an order: a network that scores each request by itself, trained to rank those who are here as an expert does.
 *
 *     loss = −mean log P(expert's order | −scores),   P of Plackett and Luce
 *
 * Listwise (Cao et al. 2007, Xia et al. 2008 "ListMLE"). A lesson of many requests is learned from some of them, drawn anew each time. Of
 * requests that the expert ranks alike the older one is first, as in the engine. The scores that come out lie within ±2 on what was learned
 * from, so that the squashed head of an index policy tells them apart.
 *
 * Agreement in episodes that were not learned from, four episodes of lessons, share of pairs: srpt 99.8 %, volume 99.2 % (98.4 % with one
 * hidden layer: it ranks by a product), in chat-long; edf-size 99.2 % in two-classes, where it jumps for those who are late. No two requests
 * were seen alike, so the observation itself sets no bound below 100 %, but of requests that have outgrown their belief, at most .5 % of
 * pairs, it does not say by how much.
 */
import { shuffle, stream } from '../../env/random.js';
import { ENGINE_FEATURES, REQUEST_FEATURES } from '../../env/tasks/features.js';
import { mlp } from '../../predictors/net.js';
import { rests } from '../../predictors/rest.js';
import type { Tensor, Weights } from '../../predictors/weights.js';
import type { Kernels } from './kernels.js';
import { checkCounts } from './learner.js';
import type { Lesson } from './lessons.js';
import { addRankingGradient, rankingLogProb } from './math/plackett-luce.js';
import { trainedMlp } from './mlp.js';
import { initialise } from './network.js';
import { createOptimizer } from './optimizer.js';
import { simdKernels } from './simd.js';
import { loadState, saveState } from './state.js';

export interface CloneOrderOptions {
  readonly seed: number;
  /** Steps of Adam [5000]. */
  readonly updates?: number;
  /** Lessons of a step [8]. */
  readonly batch?: number;
  /** Learning rate; it falls to 0 in a line [5e-3]. */
  readonly rate?: number;
  /** Hidden layers of tanh [[64, 64]]. */
  readonly hidden?: readonly number[];
  /** Makes what networks are trained with [`simdKernels`]. */
  kernels?(): Kernels;
  readonly signal?: AbortSignal;
  /** Every hundred steps: steps taken and to take, mean loss of a request since the last time. */
  onProgress?(progress: { readonly done: number; readonly total: number; readonly loss: number }): void;
  /** Every hundred steps, with all that is needed to go on to the same bytes. */
  checkpoint?(state: Weights): void;
  /** What `checkpoint` was given, with the same lessons and options. */
  readonly from?: Weights;
}

const INPUTS = REQUEST_FEATURES + ENGINE_FEATURES;
/** Requests that are compared at a time. */
const COMPARED = 48;
const GRADIENT_NORM = 1;
const ROUND = 100;
const WIDEST = 2;
const PREFIX = 'requests/';

/** Weights of an index policy with the one head `rank`: see `order-policy.ts`. @throws Error if there are no lessons; the signal's reason if aborted */
export async function cloneOrder(lessons: readonly Lesson[], options: CloneOrderOptions): Promise<Weights> {
  const { seed, updates = 5000, batch = 8, rate = 5e-3, hidden = [64, 64], signal, from } = options;
  checkCounts('cloning', { updates, batch });
  if (lessons.length === 0) throw new Error('cloning: there are no lessons, expected some');
  const kernels = (options.kernels ?? simdKernels)();
  const rows = batch * COMPARED;
  const widths = [INPUTS, ...hidden, 1];
  const net = trainedMlp({ widths, activation: 'tanh', rows, kernels, prefix: PREFIX });
  initialise(net, stream(seed, 'clone/net'), 1);
  const optimizer = createOptimizer(net.parameters, kernels);
  const drawing = stream(seed, 'clone/lessons');
  /** Steps taken. */
  const count = new Float64Array(1);
  const arrays = { ...optimizer.arrays, drawing: drawing.state, count };
  if (from !== undefined) loadState(from, arrays);
  const rest = rests(signal);

  /** Writes some requests of a lesson to the rows from `at` on; returns their ranks. */
  function put({ requests, engine, rank }: Lesson, at: number): Float64Array {
    const places = Array.from(rank, (_, k) => k);
    if (places.length > COMPARED) {
      shuffle(places, drawing);
      places.length = COMPARED;
      places.sort((a, b) => a - b);
    }
    for (const [k, place] of places.entries()) {
      const row = (at + k) * INPUTS;
      for (let j = 0; j < REQUEST_FEATURES; j++) net.input[row + j] = requests[place * REQUEST_FEATURES + j];
      for (let j = 0; j < ENGINE_FEATURES; j++) net.input[row + REQUEST_FEATURES + j] = engine[j];
    }
    return Float64Array.from(places, (place) => rank[place]);
  }

  function step(): number {
    const ranks: Float64Array[] = [];
    let n = 0;
    for (let k = 0; k < batch; k++) {
      const own = put(lessons[Math.floor(lessons.length * drawing.next())], n);
      ranks.push(own);
      n += own.length;
    }
    net.forward(n);
    net.slope.fill(0);
    let loss = 0;
    let at = 0;
    for (const rank of ranks) {
      const order = Array.from(rank, (_, k) => k).sort((a, b) => rank[a] - rank[b] || a - b);
      const scores = Float64Array.from(rank, (_, k) => -net.output[at + k]);
      addRankingGradient(scores, order, 1 / n, net.slope.subarray(at, at + rank.length));
      loss -= rankingLogProb(scores, order) / n;
      at += rank.length;
    }
    net.backward(n);
    optimizer.step(rate * (1 - count[0] / updates), GRADIENT_NORM);
    return loss;
  }

  let loss = 0;
  while (count[0] < updates) {
    loss += step();
    if (++count[0] % ROUND === 0) {
      options.onProgress?.({ done: count[0], total: updates, loss: loss / ROUND });
      options.checkpoint?.(saveState(arrays));
      loss = 0;
    }
    await rest();
  }
  return rescaled(net.parameters, lessons);
}

/** What was trained, its scores moved and shrunk into ±2 on the lessons. */
function rescaled(parameters: ReturnType<typeof trainedMlp>['parameters'], lessons: readonly Lesson[]): Weights {
  const tensors = parameters.map(({ name, shape, values }): [string, Tensor] => [
    name,
    { shape, values: Float32Array.from(values) },
  ]);
  const weights: Weights = { settings: { activation: 'tanh' }, tensors: Object.fromEntries(tensors) };
  let [least, most] = [Infinity, -Infinity];
  const scoresOf = scorer(weights);
  for (const lesson of lessons)
    for (const score of scoresOf(lesson)) [least, most] = [Math.min(least, score), Math.max(most, score)];
  const scale = most > least ? (2 * WIDEST) / (most - least) : 1;
  const [[, kernel], [, bias]] = tensors.slice(-2);
  for (let k = 0; k < kernel.values.length; k++) kernel.values[k] *= scale;
  bias.values[0] = scale * (bias.values[0] - (least + most) / 2);
  return weights;
}

/** Scores the requests of a lesson, lowest first. */
function scorer({ settings, tensors }: Weights): (lesson: Lesson) => Float64Array {
  const own = Object.entries(tensors).map(([name, tensor]) => [name.slice(PREFIX.length), tensor]);
  const net = mlp({ settings, tensors: Object.fromEntries(own) });
  const x = new Float64Array(INPUTS);
  return ({ requests, engine, rank }) => {
    x.set(engine, REQUEST_FEATURES);
    return rank.map((_, k) => {
      for (let j = 0; j < REQUEST_FEATURES; j++) x[j] = requests[k * REQUEST_FEATURES + j];
      return net.forward(x)[0];
    });
  };
}

/** Share of pairs that are ordered as the expert does, of all that it does not rank alike; equal scores count by age. */
export function agreementOf(weights: Weights, lessons: readonly Lesson[]): number {
  let agreed = 0;
  let pairs = 0;
  const scoresOf = scorer(weights);
  for (const lesson of lessons) {
    const { rank } = lesson;
    const scores = scoresOf(lesson);
    for (let j = 1; j < rank.length; j++)
      for (let i = 0; i < j; i++) {
        if (rank[i] === rank[j]) continue;
        pairs++;
        if (scores[i] <= scores[j] === rank[i] < rank[j]) agreed++;
      }
  }
  return agreed / pairs;
}
