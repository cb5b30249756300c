/** A policy's spec as an order inside combinators that turn knobs: taken apart, changed, put together again. */
import { schedulers } from '../catalogue.js';
import { canonical, formulaOf, parseSpec, readValues } from '../specs.js';
import { GAMMA_RULES } from './knobs.js';

/** A combinator of a spec, and what stands behind its colon. */
export interface Layer {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** Combinators that turn knobs; others are part of the order. */
const KNOBS: readonly string[] = [...GAMMA_RULES, 'reserve', 'hysteresis'];

/** Combinators that turn knobs, outermost first, and the order inside. */
export function takeApart(spec: string): { layers: Layer[]; order: string } {
  if (formulaOf(spec) !== undefined) return { layers: [], order: spec };
  const { name, inner, settings } = parseSpec(spec);
  if (inner === undefined || !KNOBS.includes(name)) return { layers: [], order: spec };
  const { layers, order } = takeApart(inner);
  return { layers: [{ name, settings }, ...layers], order };
}

export const putTogether = (layers: readonly Layer[], order: string): string =>
  layers.reduceRight((inner, { name, settings }) => {
    const given = [...settings].map(([key, value]) => `${key}=${value}`).join(',');
    return `${name}(${inner})${given && `:${given}`}`;
  }, order);

/** Another order inside the same combinators. */
export const reordered = (scheduler: string, order: string): string => putTogether(takeApart(scheduler).layers, order);

/** Without these combinators. */
export function stripped(scheduler: string, names: readonly string[]): string {
  const { layers, order } = takeApart(scheduler);
  return putTogether(
    layers.filter(({ name }) => !names.includes(name)),
    order,
  );
}

/** The order by remaining time instead of tokens; undefined: it has no such form. */
export function byTime(order: string): string | undefined {
  if (formulaOf(order) !== undefined) return undefined;
  const { name, inner, settings } = parseSpec(order);
  if (inner !== undefined || !('unit' in (schedulers[name]?.parameters ?? {}))) return undefined;
  const { parameters } = schedulers[name];
  return canonical(name, parameters, { ...readValues(name, parameters, settings), unit: 'time' });
}
