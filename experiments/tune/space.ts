/** What a search may choose: named dimensions with their ranges, points in them, draws and neighbours. */
import { normal } from '../../env/distributions.js';
import type { Stream } from '../../env/random.js';

/** A number in min … max, drawn evenly on its scale, kept to three significant digits. */
export interface NumberDimension {
  readonly doc: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
  readonly whole: boolean;
}

/** One of a few words. */
export interface ChoiceDimension {
  readonly doc: string;
  readonly default: string;
  readonly choices: readonly string[];
}

export type Dimension = NumberDimension | ChoiceDimension;
export type Space = Readonly<Record<string, Dimension>>;
/** A value for every dimension. */
export type Point = Readonly<Record<string, number | string>>;

export const numberIn = (
  doc: string,
  value: number,
  [min, max]: readonly [number, number],
  { scale = 'linear', whole = false }: { scale?: 'linear' | 'log'; whole?: boolean } = {},
): NumberDimension => ({ doc, default: value, min, max, scale, whole });

export const choiceOf = (doc: string, [first, ...others]: readonly [string, ...string[]]): ChoiceDimension => ({
  doc,
  default: first,
  choices: [first, ...others],
});

/** Where nothing was chosen. */
export const defaultPoint = (space: Space): Point => mapSpace(space, (dimension) => dimension.default);

/** Share of the dimensions that a draw leaves at their defaults: most knobs are right as they are, and which ones is not known. */
const KEPT = 0.5;

/** A point drawn at random around the default. */
export const drawPoint = (space: Space, { next }: Stream): Point =>
  mapSpace(space, (dimension) => {
    const kept = next() < KEPT;
    const u = next();
    return kept ? dimension.default : 'choices' in dimension ? pick(dimension.choices, u) : valueAt(dimension, u);
  });

/** Dimensions in which a neighbour differs, in the mean. */
const MOVED = 2;

/**
 * A point near another one: one dimension at least, about two, are moved.
 * @param radius standard deviation of a move, as a share of the range
 */
export function neighbourOf(space: Space, point: Point, radius: number, { next }: Stream): Point {
  const names = Object.keys(space);
  const sure = names[Math.floor(next() * names.length)];
  return mapSpace(space, (dimension, name) => {
    const moves = next() < (MOVED - 1) / names.length || name === sure;
    const [u, v] = [next(), next()];
    if (!moves) return point[name];
    if ('choices' in dimension) {
      const others = dimension.choices.filter((choice) => choice !== point[name]);
      return others.length === 0 ? point[name] : pick(others, u);
    }
    return moved(dimension, Number(point[name]), radius * normal(u, v));
  });
}

/** A whole number moves by one at least. */
function moved(dimension: NumberDimension, from: number, by: number): number {
  const to = valueAt(dimension, placeOf(dimension, from) + by);
  if (to !== from || !dimension.whole) return to;
  return Math.min(dimension.max, Math.max(dimension.min, from + (by < 0 ? -1 : 1)));
}

/** Where a value lies in its range: 0 … 1. */
function placeOf({ scale, min, max }: NumberDimension, value: number): number {
  if (max === min) return 0;
  return scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

/** The value at a place in the range; places beyond its ends are the ends. */
function valueAt({ scale, min, max, whole }: NumberDimension, place: number): number {
  const u = Math.min(1, Math.max(0, place));
  const value = scale === 'log' ? min * (max / min) ** u : min + u * (max - min);
  const rounded = whole ? Math.round(value) : Number(value.toPrecision(3));
  return Math.min(max, Math.max(min, rounded));
}

const pick = (words: readonly string[], u: number): string => words[Math.floor(u * words.length)];

const mapSpace = (space: Space, value: (dimension: Dimension, name: string) => number | string): Point =>
  Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, value(dimension, name)]));
