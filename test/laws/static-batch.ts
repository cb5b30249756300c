/**
 * n jobs that are all there at time 0, one server, preemption free: what theory says of the sum of their completion times
 * (Purohit, Svitkina and Kumar, NeurIPS 2018; Motwani, Phillips and Torng 1994).
 */
import { exponential, normal } from '../../env/distributions.js';
import { type Stream, stream } from '../../env/random.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { told } from './predicted-load.js';
import { finishTimes, STEP, serialWorkload, serve } from './serial.js';

/** True and predicted sizes, in steps where an engine serves them. */
export interface Instance {
  readonly sizes: Float64Array;
  readonly believed: Float64Array;
}

/** Sum of completion times, shortest first: Σ (n − i + 1)·x_(i). */
export const optimum = ({ sizes }: Pick<Instance, 'sizes'>): number =>
  sizes.toSorted().reduce((sum, x, i) => sum + (sizes.length - i) * x, 0);

/** Equal rates: Σ (2(n − i) + 1)·x_(i). */
export const sharing = ({ sizes }: Pick<Instance, 'sizes'>): number =>
  sizes.toSorted().reduce((sum, x, i) => sum + (2 * (sizes.length - i) - 1) * x, 0);

/**
 * Turns of `quantum` steps in order of arrival: each pair delays itself by the turns that one takes before the other is done.
 * The earlier of two has one turn less of the later before its end than the other way round.
 */
export function turns({ sizes }: Pick<Instance, 'sizes'>, quantum: number): number {
  let sum = sizes.reduce((total, x) => total + x, 0);
  const taken = (x: number): number => Math.ceil(x / quantum) * quantum;
  for (let b = 0; b < sizes.length; b++) {
    for (let a = 0; a < b; a++) {
      sum += Math.min(sizes[b], taken(sizes[a]) - quantum) + Math.min(sizes[a], taken(sizes[b]));
    }
  }
  return sum;
}

/** Preferential round robin as a fluid: the predicted shortest gets λ, all get 1 − λ in equal parts. λ = 1: by prediction. */
export function preferential({ sizes, believed }: Instance, lambda: number): number {
  const order = Array.from(sizes.keys()).sort((a, b) => believed[a] - believed[b] || a - b);
  const left = sizes.slice();
  let time = 0;
  let sum = 0;
  while (order.length > 0) {
    const fair = (1 - lambda) / order.length;
    const rate = (k: number): number => (k === 0 ? lambda + fair : fair);
    let next = 0;
    for (let k = 1; k < order.length; k++) {
      if (left[order[k]] * rate(next) < left[order[next]] * rate(k)) next = k;
    }
    const elapsed = left[order[next]] / rate(next);
    order.forEach((job, k) => {
      left[job] -= rate(k) * elapsed;
    });
    time += elapsed;
    sum += time;
    order.splice(next, 1);
  }
  return sum;
}

/** No schedule of preferential round robin is worse than this many times the optimum. λ = 0: round robin, λ = 1: by prediction. */
export function worstRatio({ sizes, believed }: Instance, lambda: number): number {
  const error = sizes.reduce((sum, x, j) => sum + Math.abs(believed[j] - x), 0) / Math.min(...sizes);
  return Math.min((1 + (2 * error) / sizes.length) / lambda, 2 / (1 - lambda));
}

/** The sum on the serial engine, in steps. Sizes are whole. */
export function served({ sizes, believed }: Instance, scheduler: () => Scheduler): number {
  const workload = serialWorkload('static batch', new Float64Array(sizes.length), sizes);
  return finishTimes(serve(workload, scheduler, [], told(believed))).reduce((sum, time) => sum + time, 0) / STEP;
}

/** 50 sizes from a Pareto with α = 1.1 and smallest size 1, predicted with a normal error of standard deviation `sigma`. */
export function paretoInstance(seed: number, sigma: number): Instance {
  const draws = stream(seed, 'pareto');
  const noise = stream(seed, 'noise');
  const sizes = Float64Array.from({ length: 50 }, () => Math.exp(exponential(draws.next()) / 1.1));
  return { sizes, believed: sizes.map((x) => x + sigma * normal(noise.next(), noise.next())) };
}

/** The same in whole steps, `unit` steps to a size of 1. */
export const inSteps = ({ sizes, believed }: Instance, unit: number): Instance => ({
  sizes: sizes.map((x) => Math.max(1, Math.round(unit * x))),
  believed: believed.map((y) => unit * y),
});

/** Anything: up to 30 jobs, alike or very unlike, predicted well, badly or the wrong way round. */
export function anyInstance(draws: Stream): Instance {
  const pick = (n: number): number => Math.floor(n * draws.next());
  const kind = pick(4);
  const size = (): number => {
    if (kind === 0) return 1 + pick(20);
    if (kind === 1) return Math.ceil(Math.min(2000, Math.exp(exponential(draws.next()))));
    if (kind === 2) return draws.next() < 0.8 ? 1 + pick(2) : 40 + pick(200);
    return 7;
  };
  const sizes = Float64Array.from({ length: 1 + pick(30) }, size);
  const error = pick(4);
  const largest = Math.max(...sizes);
  const believe = (x: number): number => {
    if (error === 0) return x;
    if (error === 1) return x + 3 * normal(draws.next(), draws.next());
    if (error === 2) return largest * draws.next();
    return largest - x;
  };
  return { sizes, believed: sizes.map(believe) };
}
