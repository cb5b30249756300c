/** The steepest line below a staircase: what one more of something costs at least, from times in whole microseconds. */

/** How far something was moved, and by how many µs the time rose. */
export interface Piece {
  readonly run: number;
  readonly rise: number;
}

/**
 * µs a unit that no piece is below: the longest piece tells it, the others may lower it. 0 without pieces, and never below 0.
 * @param rounding µs by which a rise may be off: 0 where times are taken at their word, 1 where each was rounded to whole µs
 */
export function leastSlope(pieces: readonly Piece[], rounding: 0 | 1): number {
  if (pieces.length === 0) return 0;
  const longest = pieces.reduce((a, b) => (b.run > a.run ? b : a));
  let micros = (longest.rise - rounding) / longest.run;
  for (const { rise, run } of pieces) if (rise < micros * run - rounding) micros = (rise - rounding) / run;
  return Math.max(0, micros);
}
