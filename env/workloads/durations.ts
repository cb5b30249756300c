/** How long a client waits, thinks or allows: time spans drawn from two uniforms in [0, 1). */
import { exponential, normal } from '../distributions.js';
import { fromSeconds, type Micros } from '../time.js';

/** A time span in whole µs, at least 0, from two uniforms in [0, 1). */
export type Duration = (u: number, v: number) => Micros;

/** Always the same. @param seconds ≥ 0 */
export function constantDuration(seconds: number): Duration {
  if (!(seconds >= 0 && seconds < Infinity)) throw new RangeError(`duration: ${seconds} s, expected a number ≥ 0`);
  const micros = fromSeconds(seconds);
  return () => micros;
}

/** Exponential with this mean in seconds. */
export function exponentialDuration(mean: number): Duration {
  expectPositive('mean', mean);
  return (u) => fromSeconds(mean * exponential(u));
}

/** Lognormal: this median in seconds, `sigma` the standard deviation of its logarithm. */
export function lognormalDuration(median: number, sigma: number): Duration {
  expectPositive('median', median);
  if (!(sigma >= 0 && sigma < Infinity)) throw new RangeError(`duration: sigma is ${sigma}, expected a number ≥ 0`);
  return (u, v) => fromSeconds(median * Math.exp(sigma * normal(u, v)));
}

function expectPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`duration: ${name} is ${value}, expected a number > 0`);
}
