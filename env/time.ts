/** Time is integer microseconds; these are the only conversions at the border. */

/** A point or span of time in whole microseconds. Exact up to 2^53 µs (285 years). */
export type Micros = number;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MILLI = 1_000;

/** Seconds to the nearest microsecond. */
export const fromSeconds = (seconds: number): Micros => Math.round(seconds * MICROS_PER_SECOND);

/** Milliseconds to the nearest microsecond. */
export const fromMillis = (millis: number): Micros => Math.round(millis * MICROS_PER_MILLI);

export const toSeconds = (time: Micros): number => time / MICROS_PER_SECOND;

export const toMillis = (time: Micros): number => time / MICROS_PER_MILLI;
