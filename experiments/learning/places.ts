/** Where policies are judged: the setting itself, and places that differ from it as the world may. */
import type { NamedSetting } from '../../env/settings/setting.js';
import { familySource } from '../../env/workloads/families/family.js';
import { atRate } from '../../env/workloads/retime.js';
import type { Source } from '../../env/workloads/workload.js';

/** Plain data. */
export interface Place {
  readonly name: string;
  /** Of the setting's capacity. */
  readonly load: number;
  /** Parameters of the family that are not the setting's; null: each seed draws all of them from the test ranges. */
  readonly parameters: Readonly<Record<string, number>> | null;
  /** Drafts are counted there. */
  readonly drafts?: true;
}

/** Loads beside the one that was trained for. */
const LIGHTER = 0.9;
const HEAVIER = 1.1;

const rounded = (x: number): number => Math.round(1000 * x) / 1000;

/**
 * The setting at this load; then the shifted families: other loads, all parameters drawn from the test ranges, each
 * parameter at either end of its range. What a parameter does not vary is left out.
 * @param loads a tenth less, a tenth more
 */
export function placesOf(
  { name, family, at }: NamedSetting,
  load: number,
  loads: readonly number[] = [LIGHTER, HEAVIER].map((factor) => rounded(load * factor)),
): readonly [Place, ...Place[]] {
  const shifted = loads
    .filter((other) => other !== load)
    .map((other): Place => ({ name: `load ${other}`, load: other, parameters: {} }));
  const drawn: Place = { name: 'drawn from the test ranges', load, parameters: null };
  const ends = Object.entries(family.parameters).flatMap(([parameter, { test }]) =>
    [...new Set(test)]
      .filter((value) => value !== (at as Record<string, number>)[parameter])
      .map((value): Place => ({ name: `${parameter} ${rounded(value)}`, load, parameters: { [parameter]: value } })),
  );
  const varies = ends.length > 0 ? [drawn, ...ends] : [];
  return [{ name: `${name}, load ${load}`, load, parameters: {} }, ...shifted, ...varies];
}

/** Requests of a place: the test split, so nothing that was trained on. */
export function sourceAt(setting: NamedSetting, { load, parameters }: Place, requests: number): Source {
  const fixed = parameters === null ? {} : { ...setting.at, ...parameters };
  const source = familySource(setting.family, 'test', { requests, rate: 1 }, fixed);
  const rate = load * setting.capacity.requestsPerSecond;
  return { name: setting.name, sample: (seed) => atRate(source.sample(seed), rate) };
}
