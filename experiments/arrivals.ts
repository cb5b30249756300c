/** Arrival processes by spec: `poisson`, `gamma:cv=2`, `on-off:high=1.9,low=0.1`. */
import { didYouMean } from '../env/spelling.js';
import { arrivalKinds } from '../env/workloads/arrivals/kinds.js';
import type { ArrivalProcess } from '../env/workloads/arrivals.js';
import { canonical, parseSpec, readValues } from './specs.js';

interface ResolvedArrivals {
  /** The spec in its shortest form. */
  readonly name: string;
  /** @param rate mean, in requests/s */
  make(rate: number): ArrivalProcess;
}

/** @throws Error that quotes the spec and says what was expected */
export function resolveArrivals(spec: string): ResolvedArrivals {
  const { name, inner, settings } = parseSpec(spec);
  if (inner !== undefined || !Object.hasOwn(arrivalKinds, name))
    throw new Error(`unknown arrivals ${JSON.stringify(spec)}${didYouMean(name, Object.keys(arrivalKinds))}`);
  const kind = arrivalKinds[name];
  const values = readValues(name, kind.parameters, settings);
  return { name: canonical(name, kind.parameters, values), make: (rate) => kind.make(rate, values) };
}
