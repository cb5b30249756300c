/** The nearest of the names that exist. */

/** Letters to insert, delete, replace or swap with their neighbour to turn a into b (Damerau 1964, each place edited once). */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(rows[i - 1][j - 1] + (same ? 0 : 1), rows[i - 1][j] + 1, row[j - 1] + 1);
      if (swapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** The known name nearest to `name`, case aside; none if more than a third of it would have to change. */
function closest(name: string, known: readonly string[]): string | undefined {
  const wrong = name.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wrong, candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** What to append to a complaint about an unknown name: what it was probably meant to be, and all names that exist. */
export function didYouMean(given: string, names: readonly string[]): string {
  if (names.length === 0) return '; there are none';
  const nearest = closest(given, names);
  const all = names.join(', ');
  return nearest === undefined ? `; there are ${all}` : `: did you mean ${JSON.stringify(nearest)}? There are ${all}`;
}
