/** Who follows whom: keys of a file become rows. */

const LOST = 2;

/**
 * Finds the row that each row follows, wherever it stands in the file.
 * @param keys of all rows, no two alike
 * @param follows by row: the key of the one it follows, NaN = none
 * @returns by row: the row it follows, −1 = none; and in order those that would never come, since the key they follow is nobody's,
 * or that of another such row, or their own in a circle: in `rows` they follow none
 */
export function resolveFollows(
  keys: readonly number[],
  follows: readonly number[],
): { rows: Int32Array; lost: readonly number[] } {
  const rowOfKey = new Map(keys.map((key, row) => [key, row]));
  const rows = Int32Array.from(follows, (key) => (Number.isNaN(key) ? -1 : (rowOfKey.get(key) ?? keys.length)));
  const coming = Uint8Array.from(rows, (row) => (row < 0 ? 1 : 0));
  for (let row = 0; row < rows.length; row++) settle(row);
  const lost: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    if (coming[row] === 1) continue;
    lost.push(row);
    rows[row] = -1;
  }
  return { rows, lost };

  /** Walks up to someone who is settled, and settles all on the way. */
  function settle(from: number): void {
    const open: number[] = [];
    let row = from;
    while (row < rows.length && coming[row] === 0) {
      coming[row] = LOST; // until proven otherwise: so a circle ends
      open.push(row);
      row = rows[row];
    }
    if (row < rows.length && coming[row] === 1) for (const one of open) coming[one] = 1;
  }
}
