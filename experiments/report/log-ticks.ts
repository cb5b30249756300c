/** Ticks of a logarithmic axis. */

/** 1, 2 and 5 times powers of ten inside a domain; only powers if there are many. */
export function ticksIn([low, high]: readonly number[]): number[] {
  const digits = high / low > 1e4 ? [1] : [1, 2, 5];
  return Array.from({ length: 21 }, (_, k) => digits.map((digit) => Number((digit * 10 ** (k - 4)).toPrecision(1))))
    .flat()
    .filter((value) => value >= low && value <= high);
}
