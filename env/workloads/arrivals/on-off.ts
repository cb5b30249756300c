/** Busy and calm phases in turn. */
import { exponential } from '../../distributions.js';
import { fromSeconds } from '../../time.js';
import { type ArrivalProcess, expectPositive } from './process.js';

/** How an on/off process changes between its two rates. */
export interface OnOff {
  /** The two rates. Only their ratio counts: they are scaled so that the mean rate is the one asked for. [1.7 and .3] */
  readonly high?: number;
  readonly low?: number;
  /**
   * Length of a phase, counted in requests that come in that time at the mean rate: uniform between two numbers, or
   * one number: exponential with that mean, which makes it a two-state Markov-modulated Poisson process (MMPP-2). [150 … 250]
   */
  readonly phase?: number | readonly [number, number];
}

/** A Poisson process that switches between a high and a low rate; the first phase is either with probability ½. */
export function onOffArrivals(rate: number, { high = 1.7, low = 0.3, phase = [150, 250] }: OnOff = {}): ArrivalProcess {
  expectPositive('rate', rate);
  expectPositive('high', high);
  if (!(low >= 0 && low < Infinity)) throw new RangeError(`arrivals: low is ${low}, expected a number ≥ 0`);
  const [shortest, longest] = typeof phase === 'number' ? [phase, phase] : phase;
  expectPositive('phase', shortest);
  if (!(longest >= shortest && longest < Infinity))
    throw new RangeError(`arrivals: longest phase is ${longest}, expected a number ≥ ${shortest}`);
  const duration = (u: number): number =>
    (typeof phase === 'number' ? phase * exponential(u) : shortest + u * (longest - shortest)) / rate;
  const scale = rate / ((high + low) / 2);
  return (count, from) => {
    const times = new Float64Array(count);
    let busy = from.next() < 0.5;
    let now = 0;
    let phaseEnd = duration(from.next());
    for (let k = 0; k < count; k++) {
      let work = exponential(from.next()); // expected arrivals until the next one; phases use it up at their rate
      for (;;) {
        const pace = scale * (busy ? high : low);
        const left = (phaseEnd - now) * pace;
        if (work <= left) {
          now += work / pace;
          break;
        }
        work -= left;
        now = phaseEnd;
        busy = !busy;
        phaseEnd += duration(from.next());
      }
      times[k] = fromSeconds(now);
    }
    return times;
  };
}
