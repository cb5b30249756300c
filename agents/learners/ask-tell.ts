/** Searches that ask for points and are told their costs: evolution strategies and their control. None sees how a cost comes about. */
import { normal } from '../../env/distributions.js';
import { type Seed, stream } from '../../env/random.js';
import type { Weights } from '../../predictors/weights.js';

/** A search for the point of least cost, generation by generation. */
export interface AskTell {
  /** Points of this generation. Asked again before `tell`, it gives the same ones. */
  ask(): readonly Float64Array[];
  /** Ends the generation. @param costs of the asked points in their order: lower is better. @throws Error if one is no number */
  tell(costs: ArrayLike<number>): void;
  /** The point that it would choose now. */
  recommended(): Float64Array;
  /** Where it stands between two generations: a search made `from` this goes on to the same bytes. */
  save(): Weights;
}

/** What every search takes. */
export interface AskTellOptions {
  /** Where it begins. */
  readonly start: ArrayLike<number>;
  /** Standard deviation of the first points around it, in every dimension. */
  readonly sigma: number;
  /** Points of a generation [each search has its own]. */
  readonly population?: number | undefined;
  /** [0] */
  readonly seed?: Seed | undefined;
  /** What an earlier one with the same options saved. */
  readonly from?: Weights | undefined;
}

/** Standard normal numbers that belong to a seed and a generation, so that no stream has to be saved. */
export function normals(seed: Seed, name: string, generation: number): () => number {
  const { next } = stream(seed, `${name}/${generation}`);
  return () => normal(next(), next());
}

/** Indices of costs, least first; equal ones in their order. @throws Error if there are more or fewer, or one is no number */
export function sortedByCost(costs: ArrayLike<number>, points: number): number[] {
  if (costs.length !== points) throw new Error(`told ${costs.length} costs, expected one for each of ${points} points`);
  const order = Array.from({ length: points }, (_, k) => k);
  const wrong = order.find((k) => !Number.isFinite(costs[k]));
  if (wrong !== undefined) throw new Error(`told ${costs[wrong]} as cost of point ${wrong}, expected a number`);
  return order.sort((a, b) => costs[a] - costs[b] || a - b);
}

/** Numbers that a search saved. @throws Error naming what is not there or has another length */
export function savedNumbers({ tensors }: Weights, name: string, length: number): Float64Array {
  const values = Object.hasOwn(tensors, name) ? tensors[name].values : undefined;
  if (values instanceof Float64Array && values.length === length) return values.slice();
  const found = values === undefined ? 'nothing' : `${values.length} numbers`;
  throw new Error(`a saved search has ${found} as "${name}", expected ${length} numbers (float64)`);
}
