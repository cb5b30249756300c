/**
 * The Gittins index of a request whose length is one of a few, by its age: the least expected work per completion.
 *
 *     index(a) = min over Δ > 0 of E[min(X − a, Δ) | X > a] / P(X ≤ a + Δ | X > a)
 *
 * Lowest first is optimal for mean response in M/G/1 when only the distribution is known. The minimum lies at one of the lengths.
 * One length: the index is what remains (srpt). Falling hazard: it grows with age (las). Rising: it falls, nobody is interrupted
 * (fcfs). Who has outlived all lengths is expected to go on for as long again: index a, that of a Pareto tail with E[X − a] = a.
 *
 * Source: Gittins 1989; Aalto, Ayesta and Righter 2009.
 */

/** A distribution on lengths 0 … n − 1, ascending. Weights > 0 of any sum. */
export interface Atoms {
  n: number;
  readonly length: Float64Array;
  readonly weight: Float64Array;
}

export const createAtoms = (room: number): Atoms => ({
  n: 0,
  length: new Float64Array(room),
  weight: new Float64Array(room),
});

/** The index at an age, in the unit of both: O(n). NaN if a length is no number. */
export function gittinsIndex({ n, length, weight }: Atoms, age: number): number {
  let from = 0;
  while (from < n && length[from] <= age) from++;
  if (from === n) return age;
  let alive = 0;
  for (let k = from; k < n; k++) alive += weight[k];
  let ended = 0;
  let work = 0;
  let best = Infinity;
  for (let k = from; k < n; k++) {
    const ahead = length[k] - age;
    ended += weight[k];
    work += weight[k] * ahead;
    best = Math.min(best, (work + (alive - ended) * ahead) / ended);
  }
  return best;
}
