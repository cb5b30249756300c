/** Bursts as a family sees them: a busy and a quiet rate around the same mean. */
import { type ArrivalProcess, onOffArrivals } from '../arrivals.js';

/**
 * On/off arrivals whose busy phases run at `high` times the mean rate and quiet ones at 2 − high times.
 * @param phase mean length of a phase in requests at the mean rate; lengths are uniform within a quarter of it
 */
export const bursts = (rate: number, high: number, phase: number): ArrivalProcess =>
  onOffArrivals(rate, { high, low: 2 - high, phase: [0.75 * phase, 1.25 * phase] });
