/** How often each value of a column occurs: tenants, priorities, SLO classes, max_tokens. */

/** Different values that are told apart; a column with more is no class of anything. */
const MOST = 4096;
const SHOWN = 8;

export interface TallySummary {
  /** Different values, up to 4,096. */
  readonly distinct: number;
  /** The most frequent ones, at most eight, with their shares of all requests. */
  readonly top: readonly { readonly value: number; readonly share: number }[];
}

export interface Tally {
  add(value: number): void;
  /** @param requests all of them, also those without a value */
  summary(requests: number): TallySummary;
}

export function createTally(): Tally {
  const counts = new Map<number, number>();
  return {
    add(value) {
      const before = counts.get(value);
      if (before !== undefined || counts.size < MOST) counts.set(value, (before ?? 0) + 1);
    },
    summary: (requests) => ({
      distinct: counts.size,
      top: [...counts]
        .sort(([a, m], [b, n]) => n - m || a - b)
        .slice(0, SHOWN)
        .map(([value, n]) => ({ value, share: n / requests })),
    }),
  };
}
