/**
 * What a scheduler lets be tuned: the parameters that its spec declares in the catalogue, as dimensions.
 *
 * A declared range says what is allowed (1e-9 … 1e9 µs), not where to look, so a number is sought within a factor 16 of the
 * paper's default, on a log scale; shares between 0 and 1 over their whole range; words over all of theirs. What is not found that way
 * (a default of 0, a range known better) stands in `RANGES`.
 */
import type { NumberParameter } from '../../env/parameters.js';
import { combinators, resolveScheduler, schedulers } from '../catalogue.js';
import { canonical, formulaOf, type Parameters, parseSpec, readValues } from '../specs.js';
import { type Dimension, numberIn, type Point, type Space } from './space.js';

/**
 * Where to look, by scheduler or combinator and parameter; `fixed`: not here, since it decides something else than order, or what it
 * counts is not among the usual beliefs.
 */
const RANGES: Readonly<Record<string, Readonly<Record<string, readonly [number, number] | 'fixed'>>>> = {
  'laps-sd': { levels: 'fixed', settled: 'fixed', borderMs: [10, 10_000] },
  las: { by: 'fixed' },
  srpt: { unit: 'fixed' },
  volume: { exponent: [0, 2], prefill: [0, 4], unit: 'fixed' },
  hysteresis: { gap: [0, 1000], ratio: [0, 0.9] },
  limited: { limit: [0, 8] },
  'goodput-gamma': { most: [1, 8], prior: 'fixed', floor: 'fixed', again: 'fixed', memory: 'fixed' },
  'threshold-gamma': { most: [1, 8], least: [0, 2], prior: 'fixed', weight: 'fixed' },
  'gamma-by-load': { few: [1, 8], fewTo: [1, 32], some: [0, 6], someTo: [4, 128], many: [0, 4] },
};

const FACTOR = 16;

/** A spec in its parts: names from the outermost combinator to the scheduler, each with its parameters and the values given. */
interface Part {
  readonly name: string;
  readonly parameters: Parameters;
  readonly given: Readonly<Record<string, number | string>>;
}

/** The dimensions of a scheduler; what its spec sets is the default of the search. @throws Error that quotes an unknown spec */
export function orderSpace(spec: string): Space {
  const dimensions = partsOf(spec).flatMap(({ name, parameters, given }) =>
    Object.entries(parameters).flatMap(([key, parameter]): [string, Dimension][] => {
      const dimension = dimensionOf(parameter, given[key], RANGES[name]?.[key]);
      return dimension === null ? [] : [[`${name}.${key}`, dimension]];
    }),
  );
  return Object.fromEntries(dimensions);
}

/** The scheduler with the values of a point: its spec in the shortest form. */
export function orderedBy(spec: string, point: Point): string {
  const tuned = partsOf(spec).reduceRight((inner, { name, parameters, given }) => {
    const values = Object.fromEntries(
      Object.keys(parameters).map((key) => [key, point[`${name}.${key}`] ?? given[key]]),
    );
    return canonical(inner === '' ? name : `${name}(${inner})`, parameters, values);
  }, innermost(spec));
  return resolveScheduler(tuned).name;
}

/** A formula has nothing to tune, and stands inside everything. */
function innermost(spec: string): string {
  if (formulaOf(spec) !== undefined) return spec.trim();
  const { inner } = parseSpec(spec);
  return inner === undefined ? '' : innermost(inner);
}

function partsOf(spec: string): Part[] {
  resolveScheduler(spec); // one clear error for whatever is wrong
  if (formulaOf(spec) !== undefined) return [];
  const { name, inner, settings } = parseSpec(spec);
  const { parameters } = (inner === undefined ? schedulers : combinators)[name];
  const part = { name, parameters, given: readValues(name, parameters, settings) };
  return [part, ...(inner === undefined ? [] : partsOf(inner))];
}

function dimensionOf(
  parameter: Parameters[string],
  given: number | string,
  range: readonly [number, number] | 'fixed' | undefined,
): Dimension | null {
  if (range === 'fixed') return null;
  if ('choices' in parameter) return { doc: parameter.doc, default: String(given), choices: parameter.choices };
  if (!('min' in parameter)) return null;
  const { doc, whole } = parameter;
  const value = Number(given);
  if (range)
    return numberIn(doc, value, within(parameter, Math.min(range[0], value), Math.max(range[1], value)), { whole });
  if (parameter.min >= 0 && parameter.max <= 1) return numberIn(doc, value, [parameter.min, parameter.max], { whole });
  if (!(value > 0)) return null;
  return numberIn(doc, value, within(parameter, value / FACTOR, value * FACTOR), { scale: 'log', whole });
}

/** Whole numbers on a log scale begin at 1. */
function within({ min, max, whole }: NumberParameter, from: number, to: number): readonly [number, number] {
  const least = Math.max(min, from);
  return [whole && from > 0 ? Math.max(1, Math.ceil(least)) : least, Math.min(max, whole ? Math.floor(to) : to)];
}
