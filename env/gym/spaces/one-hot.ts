/** Choices as vectors: a group of numbers for each choice, 1 at what was chosen and 0 elsewhere. */

/** @param chosen index in each group @param counts numbers in each group, `size` in all */
export function oneHot(chosen: ArrayLike<number>, counts: ArrayLike<number>, size: number): Int32Array {
  const flat = new Int32Array(size);
  for (let group = 0, from = 0; group < counts.length; from += counts[group++]) flat[from + chosen[group]] = 1;
  return flat;
}

/** What was chosen in each group. @throws Error if a group has no number other than 0 */
export function hotIndices(
  flat: ArrayLike<number>,
  counts: ArrayLike<number>,
  space: { toString(): string },
): Int32Array {
  const chosen = new Int32Array(counts.length);
  for (let group = 0, from = 0; group < counts.length; from += counts[group++]) {
    let k = 0;
    while (k < counts[group] && flat[from + k] === 0) k++;
    if (k === counts[group] || flat.length < from + counts[group])
      throw new Error(
        `${space}: no one-hot vector: nothing is chosen in numbers ${from} to ${from + counts[group] - 1}`,
      );
    chosen[group] = k;
  }
  return chosen;
}
